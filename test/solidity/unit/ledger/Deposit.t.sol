// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ILedger } from "../../../../contracts/interfaces/ILedger.sol";
import { Fixture } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";
import { IERC6909 } from "@openzeppelin/contracts/interfaces/IERC6909.sol";

contract DepositTest is Fixture {
    function test_creditsWhatArrived() public {
        _giveEuro(STRANGER, address(sessions), 7e6);
        uint256 held = euro.balanceOf(address(sessions));

        vm.expectEmit(address(sessions));
        emit IERC6909.Transfer(STRANGER, address(0), STRANGER, euroId, 7e6);
        vm.prank(STRANGER);
        uint256 credited = sessions.deposit(address(euro), 7e6);

        vm.assertEq(credited, 7e6);
        vm.assertEq(_balance(STRANGER), 7e6);
        vm.assertEq(euro.balanceOf(STRANGER), 0);
        vm.assertEq(euro.balanceOf(address(sessions)), held + 7e6);
    }

    function test_addsToTheBalance() public {
        _fund(driver, 1);
        vm.assertEq(_balance(driver), FUNDS + 1);
    }

    function test_refuses_zero() public {
        vm.expectRevert(abi.encodeWithSelector(ILedger.ZeroAmount.selector));
        vm.prank(driver);
        sessions.deposit(address(euro), 0);
    }

    function test_refuses_theZeroAddress() public {
        vm.expectRevert(abi.encodeWithSelector(ILedger.NotACurrency.selector, 0));
        vm.prank(driver);
        sessions.deposit(address(0), 1);
    }

    function test_refuses_theNativeCurrencyAsAToken() public {
        vm.expectRevert(abi.encodeWithSelector(ILedger.NotACurrency.selector, NATIVE_ID));
        vm.prank(driver);
        sessions.deposit(NATIVE, 1);
    }

    function test_refuses_anAddressWithoutCode() public {
        vm.expectRevert(abi.encodeWithSelector(ILedger.NotACurrency.selector, uint160(STRANGER)));
        vm.prank(driver);
        sessions.deposit(STRANGER, 1);
    }

    function test_refuses_withoutAllowance() public {
        euro.mint(driver, 5);
        vm.prank(driver);
        euro.approve(address(sessions), 4);
        vm.expectRevert(
            abi.encodeWithSignature("ERC20InsufficientAllowance(address,uint256,uint256)", address(sessions), 4, 5)
        );
        vm.prank(driver);
        sessions.deposit(address(euro), 5);
    }
}
