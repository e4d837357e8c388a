// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { OracleRegistry } from "../../../../contracts/OracleRegistry.sol";
import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { IOracleRegistry } from "../../../../contracts/interfaces/IOracleRegistry.sol";
import { Fixture } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

contract OracleRegistryConstructorTest is Fixture {
    /// @dev The longest session, settlement window and sequencer downtime.
    uint40 private constant LEAST = MAX_DURATION + 72 hours + 24 hours;

    function test_keepsItsParameters() public view {
        vm.assertEq(address(oracles.SESSIONS()), address(sessions));
        vm.assertEq(address(oracles.BOND_CURRENCY()), address(euro));
        vm.assertEq(oracles.MINIMUM_BOND(), MINIMUM_BOND);
        vm.assertEq(oracles.UNBONDING_SECONDS(), UNBONDING_SECONDS);
    }

    function test_takesOneSecondMoreThanTheLongestWindows() public {
        OracleRegistry registry = new OracleRegistry(sessions, euro, 1, LEAST + 1, MAX_DURATION);
        vm.assertEq(registry.UNBONDING_SECONDS(), LEAST + 1);
    }

    function test_refuses_unbondingWithinTheLongestWindows() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.UnbondingTooShort.selector, LEAST, LEAST));
        new OracleRegistry(sessions, euro, 1, LEAST, MAX_DURATION);
    }

    function test_refuses_noSessions() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.ZeroAddress.selector));
        new OracleRegistry(IChargingSessions(address(0)), euro, 1, UNBONDING_SECONDS, MAX_DURATION);
    }

    function test_refuses_noBondCurrency() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.ZeroAddress.selector));
        new OracleRegistry(sessions, IERC20(address(0)), 1, UNBONDING_SECONDS, MAX_DURATION);
    }

    function test_refuses_noBond() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.ZeroAmount.selector));
        new OracleRegistry(sessions, euro, 0, UNBONDING_SECONDS, MAX_DURATION);
    }
}
