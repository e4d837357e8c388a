// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ChargingSessions } from "../../../../contracts/ChargingSessions.sol";
import { SessionsExtension } from "../../../../contracts/SessionsExtension.sol";
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
        SessionsExtension extension = new SessionsExtension(_next(1), 1);
        vm.expectRevert(abi.encodeWithSelector(ILedger.ZeroAddress.selector));
        new ChargingSessions(IStationRegistry(address(0)), oracles, extension, 1);
    }

    function test_refuses_noOracleRegistry() public {
        SessionsExtension extension = new SessionsExtension(_next(1), 1);
        vm.expectRevert(abi.encodeWithSelector(ILedger.ZeroAddress.selector));
        new ChargingSessions(stations, IOracleRegistry(address(0)), extension, 1);
    }

    function test_refuses_noDuration() public {
        SessionsExtension extension = SessionsExtension(whole.EXTENSION());
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.InvalidDuration.selector, 0, type(uint32).max));
        new ChargingSessions(stations, oracles, extension, 0);
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.InvalidDuration.selector, 0, type(uint32).max));
        new SessionsExtension(address(sessions), 0);
    }

    function test_refuses_anExtensionWithoutCode() public {
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.ExtensionMissing.selector, STRANGER));
        new ChargingSessions(stations, oracles, SessionsExtension(STRANGER), 1);
    }

    function test_refuses_anothersExtension() public {
        address extension = whole.EXTENSION();
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.ExtensionMismatch.selector, extension));
        new ChargingSessions(stations, oracles, SessionsExtension(extension), MAX_DURATION);
    }

    function test_refuses_anExtensionForAnotherDuration() public {
        SessionsExtension extension = new SessionsExtension(_next(1), MAX_DURATION - 1);
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.ExtensionMismatch.selector, address(extension)));
        new ChargingSessions(stations, oracles, extension, MAX_DURATION);
    }

    function test_refuses_anExtensionForAnotherChain() public {
        uint256 here = block.chainid;
        vm.chainId(here + 1);
        SessionsExtension extension = new SessionsExtension(_next(1), MAX_DURATION);
        vm.chainId(here);
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.ExtensionMismatch.selector, address(extension)));
        new ChargingSessions(stations, oracles, extension, MAX_DURATION);
    }
}
