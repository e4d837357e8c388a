// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IStationRegistry } from "../../../../contracts/interfaces/IStationRegistry.sol";
import { StationPlace } from "../../../../contracts/types/Station.sol";
import { Fixture } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

contract MoveTest is Fixture {
    uint256 private stationId;
    StationPlace private place = StationPlace(-339_249_000, 184_241_000, "ipfs://elsewhere");

    function setUp() public override {
        super.setUp();
        stationId = _site().stationId;
    }

    function test_announcesTheNewPlace() public {
        vm.expectEmit(address(stations));
        emit IStationRegistry.StationMoved(stationId, place);
        vm.prank(OWNER);
        stations.move(stationId, place);
    }

    function test_leavesOffersAlone() public {
        _activate(_site(), _offer(_site(), 0));
        vm.prank(OWNER);
        stations.move(stationId, place);
        vm.assertFalse(sessions.evseState(stationId).stale);
        vm.assertEq(stations.configHash(stationId), bytes32(stationId));
    }

    function test_refuses_whoeverIsNotTheOwner() public {
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.NotStationOwner.selector, stationId, STRANGER));
        vm.prank(STRANGER);
        stations.move(stationId, place);
    }

    function test_refuses_anUnknownStation() public {
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.UnknownStation.selector, 5 << 16));
        vm.prank(OWNER);
        stations.move(5 << 16, place);
    }

    function test_refuses_coordinatesOffTheEarth() public {
        place.latitudeE7 = 900_000_001;
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.InvalidCoordinates.selector, 900_000_001, 184_241_000));
        vm.prank(OWNER);
        stations.move(stationId, place);
    }

    function test_refuses_endlessMetadata() public {
        place.metadata = string(new bytes(4097));
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.MetadataTooLong.selector, 4097, 4096));
        vm.prank(OWNER);
        stations.move(stationId, place);
    }
}
