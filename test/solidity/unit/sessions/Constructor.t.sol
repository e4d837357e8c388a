// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ChargingSessions } from "../../../../contracts/ChargingSessions.sol";
import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { ILedger } from "../../../../contracts/interfaces/ILedger.sol";
import { IOracleRegistry } from "../../../../contracts/interfaces/IOracleRegistry.sol";
import { IStationRegistry } from "../../../../contracts/interfaces/IStationRegistry.sol";
import { Fixture } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

contract ChargingSessionsConstructorTest is Fixture {
    function test_keepsItsParameters() public view {
        vm.assertEq(address(sessions.STATION_REGISTRY()), address(stations));
        vm.assertEq(address(sessions.ORACLE_REGISTRY()), address(oracles));
        vm.assertEq(sessions.MAX_DURATION(), MAX_DURATION);
    }

    function test_saysItsDomain() public view {
        (, string memory name, string memory version, uint256 chainId, address contract_,,) = sessions.eip712Domain();
        vm.assertEq(name, "OpenJoule Sessions");
        vm.assertEq(version, "1");
        vm.assertEq(chainId, block.chainid);
        vm.assertEq(contract_, address(sessions));
    }

    function test_refuses_noStationRegistry() public {
        vm.expectRevert(abi.encodeWithSelector(ILedger.ZeroAddress.selector));
        new ChargingSessions(IStationRegistry(address(0)), oracles, 1);
    }

    function test_refuses_noOracleRegistry() public {
        vm.expectRevert(abi.encodeWithSelector(ILedger.ZeroAddress.selector));
        new ChargingSessions(stations, IOracleRegistry(address(0)), 1);
    }

    function test_refuses_noDuration() public {
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.InvalidDuration.selector, 0, type(uint32).max));
        new ChargingSessions(stations, oracles, 0);
    }
}
