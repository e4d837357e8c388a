// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ILedger } from "../../../../contracts/interfaces/ILedger.sol";
import { Fixture } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";
import { IERC6909 } from "@openzeppelin/contracts/interfaces/IERC6909.sol";

contract NativeTest is Fixture {
    function setUp() public override {
        super.setUp();
        vm.deal(driver, 5 ether);
    }

    function test_deposits() public {
        vm.expectEmit(address(sessions));
        emit IERC6909.Transfer(driver, address(0), driver, NATIVE_ID, 2 ether);
        vm.prank(driver);
        sessions.depositNative{ value: 2 ether }();

        vm.assertEq(sessions.balanceOf(driver, NATIVE_ID), 2 ether);
        vm.assertEq(address(sessions).balance, 2 ether);
    }

    function test_withdraws() public {
        vm.prank(driver);
        sessions.depositNative{ value: 2 ether }();

        vm.expectEmit(address(sessions));
        emit IERC6909.Transfer(driver, driver, address(0), NATIVE_ID, 0.5 ether);
        vm.prank(driver);
        sessions.withdraw(NATIVE_ID, 0.5 ether, STRANGER);

        vm.assertEq(sessions.balanceOf(driver, NATIVE_ID), 1.5 ether);
        vm.assertEq(STRANGER.balance, 0.5 ether);
        vm.assertEq(address(sessions).balance, 1.5 ether);
    }

    function test_refuses_zero() public {
        vm.expectRevert(abi.encodeWithSelector(ILedger.ZeroAmount.selector));
        vm.prank(driver);
        sessions.depositNative();
    }

    function test_refuses_aBarePayment() public {
        vm.prank(driver);
        (bool paid,) = address(sessions).call{ value: 1 ether }("");
        vm.assertFalse(paid);
    }

    function test_refuses_aRecipientThatTakesNothing() public {
        vm.prank(driver);
        sessions.depositNative{ value: 2 ether }();
        // The token has no payable fallback.
        vm.expectRevert(abi.encodeWithSelector(ILedger.NativeTransferFailed.selector, address(euro), 1 ether));
        vm.prank(driver);
        sessions.withdraw(NATIVE_ID, 1 ether, address(euro));
        vm.assertEq(sessions.balanceOf(driver, NATIVE_ID), 2 ether);
    }
}
