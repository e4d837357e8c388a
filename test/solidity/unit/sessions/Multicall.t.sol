// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { ILedger } from "../../../../contracts/interfaces/ILedger.sol";
import { Offer } from "../../../../contracts/types/Session.sol";
import { Expected } from "../../base/Expected.sol";
import { Fixture, Site } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

/// @notice From a wallet to a running session in one transaction.
contract MulticallTest is Fixture {
    uint256 private constant NEWCOMER_KEY = uint256(keccak256("a wallet that has only tokens"));
    address private newcomer;

    function setUp() public override {
        super.setUp();
        newcomer = vm.addr(NEWCOMER_KEY);
        euro.mint(newcomer, 30e6);
    }

    function _depositCall(uint256 amount) private view returns (bytes memory) {
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                newcomer,
                address(sessions),
                amount,
                euro.nonces(newcomer),
                block.timestamp
            )
        );
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(NEWCOMER_KEY, Expected.typedDataDigest(euro.DOMAIN_SEPARATOR(), structHash));
        return abi.encodeCall(ILedger.depositWithPermit, (address(euro), amount, block.timestamp, v, r, s));
    }

    function _calls(uint256 amount, uint128 deposit) private view returns (bytes[] memory calls, Offer memory offer) {
        Site memory site = _site();
        offer = _offer(site, 0);
        calls = new bytes[](3);
        calls[0] = _depositCall(amount);
        calls[1] = abi.encodeCall(
            IChargingSessions.activateOffer, (offer, site.config, site.terms, Expected.pricingHash(site.pricing))
        );
        calls[2] = abi.encodeCall(IChargingSessions.open, (offer, deposit, DURATION, 0));
    }

    function test_permitActivateOpen() public {
        (bytes[] memory calls, Offer memory offer) = _calls(30e6, 25e6);
        bytes32 id = Expected.sessionId(address(sessions), _nextSession(offer, newcomer, 25e6, DURATION));
        vm.prank(newcomer);
        bytes[] memory results = sessions.multicall(calls);

        vm.assertEq(abi.decode(results[0], (uint256)), 30e6);
        vm.assertEq(abi.decode(results[2], (bytes32)), id);
        vm.assertEq(_balance(newcomer), 5e6);
        vm.assertEq(euro.balanceOf(newcomer), 0);
        vm.assertEq(sessions.evseState(offer.evse).commitment, bytes32(bytes24(id)));
    }

    function test_survivesAFrontRunPermitAndActivation() public {
        (bytes[] memory calls, Offer memory offer) = _calls(30e6, 25e6);
        _activate(_site(), offer);
        _permitFromTheCall(calls[0]);
        vm.prank(newcomer);
        sessions.multicall(calls);
        vm.assertEq(sessions.evseState(offer.evse).status, 1);
    }

    function test_aFailureUndoesEverything() public {
        (bytes[] memory calls, Offer memory offer) = _calls(30e6, 31e6);
        vm.expectRevert(abi.encodeWithSelector(ILedger.InsufficientBalance.selector, newcomer, 30e6, 31e6, euroId));
        vm.prank(newcomer);
        sessions.multicall(calls);
        vm.assertEq(_balance(newcomer), 0);
        vm.assertEq(euro.balanceOf(newcomer), 30e6);
        vm.assertEq(sessions.evseState(offer.evse).commitment, bytes32(0));
    }

    function test_takesNoMoney() public {
        // Else each of several deposits could count the same money.
        bytes[] memory calls = new bytes[](2);
        calls[0] = calls[1] = abi.encodeCall(ILedger.depositNative, ());
        vm.deal(newcomer, 1 ether);
        vm.prank(newcomer);
        (bool paid,) = address(sessions).call{ value: 1 ether }(abi.encodeCall(sessions.multicall, (calls)));
        vm.assertFalse(paid);

        vm.expectRevert(abi.encodeWithSelector(ILedger.ZeroAmount.selector));
        vm.prank(newcomer);
        sessions.multicall(calls);
    }

    /// @dev Somebody sees the transaction and uses its permit first.
    function _permitFromTheCall(bytes memory call_) private {
        bytes memory arguments = new bytes(call_.length - 4);
        for (uint256 i; i < arguments.length; ++i) {
            arguments[i] = call_[i + 4];
        }
        (, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) =
            abi.decode(arguments, (address, uint256, uint256, uint8, bytes32, bytes32));
        vm.prank(STRANGER);
        euro.permit(newcomer, address(sessions), amount, deadline, v, r, s);
    }
}
