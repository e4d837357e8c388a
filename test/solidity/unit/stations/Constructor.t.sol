// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { StationRegistry } from "../../../../contracts/StationRegistry.sol";
import { IStationRegistry } from "../../../../contracts/interfaces/IStationRegistry.sol";
import { Fixture } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

contract StationRegistryConstructorTest is Fixture {
    function test_keepsItsParameters() public view {
        vm.assertEq(address(stations.SESSIONS()), address(sessions));
        vm.assertEq(stations.LEAST_WINDOW(), LEAST_WINDOW);
        vm.assertEq(stations.GREATEST_WINDOW(), GREATEST_WINDOW);
        vm.assertEq(stations.name(), "OpenJoule Station");
        vm.assertEq(stations.symbol(), "STATION");
    }

    function test_takesEqualBounds() public {
        StationRegistry registry = new StationRegistry(sessions, 1 hours, 1 hours);
        vm.assertEq(registry.LEAST_WINDOW(), registry.GREATEST_WINDOW());
    }

    function test_refuses_noWindow() public {
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.InvalidSettlementWindow.selector, 0, 1, 3600));
        new StationRegistry(sessions, 0, 3600);
    }

    function test_refuses_crossedBounds() public {
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.InvalidSettlementWindow.selector, 3601, 1, 3600));
        new StationRegistry(sessions, 3601, 3600);
    }
}
