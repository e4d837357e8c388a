// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ILedger } from "../../../../contracts/interfaces/ILedger.sol";
import { Fixture } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";
import { IERC6909 } from "@openzeppelin/contracts/interfaces/IERC6909.sol";

/// @notice ERC-6909: https://eips.ethereum.org/EIPS/eip-6909
contract ERC6909Test is Fixture {
    function test_transfers() public {
        vm.expectEmit(address(sessions));
        emit IERC6909.Transfer(driver, driver, STRANGER, euroId, 3e6);
        vm.prank(driver);
        vm.assertTrue(sessions.transfer(STRANGER, euroId, 3e6));

        vm.assertEq(_balance(driver), FUNDS - 3e6);
        vm.assertEq(_balance(STRANGER), 3e6);
    }

    function test_aTransferToOneselfChangesNothing() public {
        vm.prank(driver);
        sessions.transfer(driver, euroId, FUNDS);
        vm.assertEq(_balance(driver), FUNDS);
    }

    function test_transfer_refuses_moreThanTheBalance() public {
        vm.expectRevert(abi.encodeWithSelector(ILedger.InsufficientBalance.selector, driver, FUNDS, FUNDS + 1, euroId));
        vm.prank(driver);
        sessions.transfer(STRANGER, euroId, FUNDS + 1);
    }

    function test_transfer_refuses_theZeroAddress() public {
        vm.expectRevert(abi.encodeWithSelector(ILedger.ZeroAddress.selector));
        vm.prank(driver);
        sessions.transfer(address(0), euroId, 1);
    }

    function test_approves() public {
        vm.expectEmit(address(sessions));
        emit IERC6909.Approval(driver, STRANGER, euroId, 5e6);
        vm.prank(driver);
        vm.assertTrue(sessions.approve(STRANGER, euroId, 5e6));
        vm.assertEq(sessions.allowance(driver, STRANGER, euroId), 5e6);
        vm.assertEq(sessions.allowance(driver, STRANGER, NATIVE_ID), 0);
    }

    function test_transferFrom_spendsTheAllowance() public {
        vm.prank(driver);
        sessions.approve(STRANGER, euroId, 5e6);

        vm.expectEmit(address(sessions));
        emit IERC6909.Transfer(STRANGER, driver, OWNER, euroId, 2e6);
        vm.prank(STRANGER);
        vm.assertTrue(sessions.transferFrom(driver, OWNER, euroId, 2e6));

        vm.assertEq(sessions.allowance(driver, STRANGER, euroId), 3e6);
        vm.assertEq(_balance(driver), FUNDS - 2e6);
        vm.assertEq(_balance(OWNER), 2e6);
    }

    function test_transferFrom_neverSpendsAnInfiniteAllowance() public {
        vm.prank(driver);
        sessions.approve(STRANGER, euroId, type(uint256).max);
        vm.prank(STRANGER);
        sessions.transferFrom(driver, OWNER, euroId, 2e6);
        vm.assertEq(sessions.allowance(driver, STRANGER, euroId), type(uint256).max);
    }

    function test_transferFrom_needsNoAllowanceForOneself() public {
        vm.prank(driver);
        sessions.transferFrom(driver, OWNER, euroId, 2e6);
        vm.assertEq(_balance(OWNER), 2e6);
    }

    function test_transferFrom_refuses_oneUnitMoreThanTheAllowance() public {
        vm.prank(driver);
        sessions.approve(STRANGER, euroId, 5e6);
        vm.expectRevert(abi.encodeWithSelector(ILedger.InsufficientAllowance.selector, STRANGER, 5e6, 5e6 + 1, euroId));
        vm.prank(STRANGER);
        sessions.transferFrom(driver, STRANGER, euroId, 5e6 + 1);
    }

    function test_transferFrom_refuses_theAllowanceOfAnotherCurrency() public {
        vm.prank(driver);
        sessions.approve(STRANGER, NATIVE_ID, 5e6);
        vm.expectRevert(abi.encodeWithSelector(ILedger.InsufficientAllowance.selector, STRANGER, 0, 1, euroId));
        vm.prank(STRANGER);
        sessions.transferFrom(driver, STRANGER, euroId, 1);
    }

    function test_anOperatorMovesAnything() public {
        vm.expectEmit(address(sessions));
        emit IERC6909.OperatorSet(driver, STRANGER, true);
        vm.prank(driver);
        vm.assertTrue(sessions.setOperator(STRANGER, true));
        vm.assertTrue(sessions.isOperator(driver, STRANGER));
        vm.assertFalse(sessions.isOperator(STRANGER, driver));

        vm.prank(STRANGER);
        sessions.transferFrom(driver, OWNER, euroId, FUNDS);
        vm.assertEq(_balance(OWNER), FUNDS);
    }

    function test_anOperatorSpendsNoAllowance() public {
        vm.prank(driver);
        sessions.setOperator(STRANGER, true);
        vm.prank(driver);
        sessions.approve(STRANGER, euroId, 5);
        vm.prank(STRANGER);
        sessions.transferFrom(driver, OWNER, euroId, 5);
        vm.assertEq(sessions.allowance(driver, STRANGER, euroId), 5);
    }

    function test_refuses_aDismissedOperator() public {
        vm.prank(driver);
        sessions.setOperator(STRANGER, true);
        vm.expectEmit(address(sessions));
        emit IERC6909.OperatorSet(driver, STRANGER, false);
        vm.prank(driver);
        sessions.setOperator(STRANGER, false);

        vm.expectRevert(abi.encodeWithSelector(ILedger.InsufficientAllowance.selector, STRANGER, 0, 1, euroId));
        vm.prank(STRANGER);
        sessions.transferFrom(driver, STRANGER, euroId, 1);
    }

    function test_supportsItsInterfaces() public view {
        vm.assertTrue(sessions.supportsInterface(0x0f632fb3), "ERC-6909");
        vm.assertTrue(sessions.supportsInterface(0x01ffc9a7), "ERC-165");
        vm.assertFalse(sessions.supportsInterface(0xffffffff), "ERC-165 excludes it");
        vm.assertFalse(sessions.supportsInterface(0x80ac58cd), "ERC-721");
    }
}
