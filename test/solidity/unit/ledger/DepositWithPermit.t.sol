// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ILedger } from "../../../../contracts/interfaces/ILedger.sol";
import { Fixture } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";
import { IERC6909 } from "@openzeppelin/contracts/interfaces/IERC6909.sol";

contract DepositWithPermitTest is Fixture {
    bytes32 private constant PERMIT_TYPEHASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    struct Permit {
        uint256 amount;
        uint256 deadline;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    function setUp() public override {
        super.setUp();
        euro.mint(driver, 50e6);
    }

    function test_depositsWithoutAnEarlierApproval() public {
        Permit memory permit = _permit(DRIVER_KEY, 30e6, block.timestamp);

        vm.expectEmit(address(sessions));
        emit IERC6909.Transfer(driver, address(0), driver, euroId, 30e6);
        vm.assertEq(_depositAs(driver, permit), 30e6);

        vm.assertEq(_balance(driver), FUNDS + 30e6);
        vm.assertEq(euro.allowance(driver, address(sessions)), 0);
    }

    function test_survivesAFrontRunPermit() public {
        Permit memory permit = _permit(DRIVER_KEY, 30e6, block.timestamp);
        vm.prank(STRANGER);
        euro.permit(driver, address(sessions), permit.amount, permit.deadline, permit.v, permit.r, permit.s);

        _depositAs(driver, permit);
        vm.assertEq(_balance(driver), FUNDS + 30e6);
    }

    function test_anExpiredPermitHarmsNobodyWhoApproved() public {
        vm.prank(driver);
        euro.approve(address(sessions), 30e6);
        _depositAs(driver, _permit(DRIVER_KEY, 30e6, block.timestamp - 1));
        vm.assertEq(_balance(driver), FUNDS + 30e6);
    }

    function test_refuses_anExpiredPermit() public {
        _refusesForWantOfAllowance(driver, _permit(DRIVER_KEY, 30e6, block.timestamp - 1));
    }

    function test_refuses_somebodyElsesPermit() public {
        euro.mint(STRANGER, 50e6);
        _refusesForWantOfAllowance(STRANGER, _permit(DRIVER_KEY, 30e6, block.timestamp));
        // The driver's money did not move either.
        vm.assertEq(euro.balanceOf(driver), 50e6);
        vm.assertEq(_balance(driver), FUNDS);
    }

    function test_refuses_aPermitForLess() public {
        Permit memory permit = _permit(DRIVER_KEY, 30e6, block.timestamp);
        permit.amount = 31e6;
        _refusesForWantOfAllowance(driver, permit);
    }

    function test_refuses_zero() public {
        Permit memory permit = _permit(DRIVER_KEY, 0, block.timestamp);
        vm.expectRevert(abi.encodeWithSelector(ILedger.ZeroAmount.selector));
        _depositAs(driver, permit);
    }

    function test_refuses_whatIsNoToken() public {
        address[3] memory wrong = [address(0), NATIVE, STRANGER];
        for (uint256 i; i < wrong.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ILedger.NotACurrency.selector, uint160(wrong[i])));
            vm.prank(driver);
            sessions.depositWithPermit(wrong[i], 1, block.timestamp, 27, bytes32(uint256(1)), bytes32(uint256(1)));
        }
    }

    function _refusesForWantOfAllowance(address caller, Permit memory permit) private {
        vm.expectRevert(
            abi.encodeWithSignature(
                "ERC20InsufficientAllowance(address,uint256,uint256)", address(sessions), 0, permit.amount
            )
        );
        _depositAs(caller, permit);
    }

    function _depositAs(address caller, Permit memory p) private returns (uint256) {
        vm.prank(caller);
        return sessions.depositWithPermit(address(euro), p.amount, p.deadline, p.v, p.r, p.s);
    }

    function _permit(uint256 key, uint256 amount, uint256 deadline) private view returns (Permit memory permit) {
        address holder = vm.addr(key);
        bytes32 structHash =
            keccak256(abi.encode(PERMIT_TYPEHASH, holder, address(sessions), amount, euro.nonces(holder), deadline));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", euro.DOMAIN_SEPARATOR(), structHash));
        (permit.v, permit.r, permit.s) = vm.sign(key, digest);
        permit.amount = amount;
        permit.deadline = deadline;
    }
}
