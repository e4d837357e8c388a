// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ILedger } from "../../../../contracts/interfaces/ILedger.sol";
import { Fixture } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";
import { IERC6909 } from "@openzeppelin/contracts/interfaces/IERC6909.sol";

contract WithdrawTest is Fixture {
    function test_sendsTokensToWhomTheHolderNames() public {
        vm.expectEmit(address(sessions));
        emit IERC6909.Transfer(driver, driver, address(0), euroId, 400e6);
        vm.prank(driver);
        sessions.withdraw(euroId, 400e6, STRANGER);

        vm.assertEq(_balance(driver), FUNDS - 400e6);
        vm.assertEq(euro.balanceOf(STRANGER), 400e6);
        vm.assertEq(euro.balanceOf(address(sessions)), 2 * FUNDS - 400e6);
    }

    function test_sendsEverything() public {
        vm.prank(driver);
        sessions.withdraw(euroId, FUNDS, driver);
        vm.assertEq(_balance(driver), 0);
        vm.assertEq(euro.balanceOf(driver), FUNDS);
    }

    function test_refuses_zero() public {
        vm.expectRevert(abi.encodeWithSelector(ILedger.ZeroAmount.selector));
        vm.prank(driver);
        sessions.withdraw(euroId, 0, driver);
    }

    function test_refuses_theZeroAddress() public {
        vm.expectRevert(abi.encodeWithSelector(ILedger.ZeroAddress.selector));
        vm.prank(driver);
        sessions.withdraw(euroId, 1, address(0));
    }

    function test_refuses_oneUnitMoreThanTheBalance() public {
        vm.expectRevert(abi.encodeWithSelector(ILedger.InsufficientBalance.selector, driver, FUNDS, FUNDS + 1, euroId));
        vm.prank(driver);
        sessions.withdraw(euroId, FUNDS + 1, driver);
    }

    function test_refuses_whatASessionLocks() public {
        _open();
        vm.expectRevert(
            abi.encodeWithSelector(ILedger.InsufficientBalance.selector, driver, FUNDS - DEPOSIT, FUNDS, euroId)
        );
        vm.prank(driver);
        sessions.withdraw(euroId, FUNDS, driver);
    }

    function test_refuses_aTokenThatTheCallerHasNot() public {
        vm.expectRevert(abi.encodeWithSelector(ILedger.InsufficientBalance.selector, driver, 0, 1, uint160(STRANGER)));
        vm.prank(driver);
        sessions.withdraw(uint160(STRANGER), 1, driver);
    }

    function test_refuses_whatIsNoCurrency() public {
        uint256[3] memory wrong = [uint256(0), uint256(type(uint160).max) + 1, type(uint256).max];
        for (uint256 i; i < wrong.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ILedger.NotACurrency.selector, wrong[i]));
            vm.prank(driver);
            sessions.withdraw(wrong[i], 1, driver);
        }
    }
}
