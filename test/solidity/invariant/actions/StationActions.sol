// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { IStationRegistry } from "../../../../contracts/interfaces/IStationRegistry.sol";
import { Site } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";
import { Random } from "../../fuzz/Random.sol";
import { GhostStation, World } from "../World.sol";

/// @notice Owners change and sell their stations, at any time.
abstract contract StationActions is World {
    function reconfigure(uint256 seed) external nobodyFalls {
        Random memory random = Random(seed);
        uint256 index = random.between(0, 1);
        GhostStation storage ghost = ghostStations[index];
        Site memory current = _siteOf(index);
        uint256 what = random.between(0, 2);
        if (what == 0) ghost.tariff = random.between(0, TARIFFS - 1);
        if (what == 1) ghost.committee = _committeeFor(random);
        // Mostly in service.
        if (what == 2) ghost.outOfService = random.once(3) ? random.between(1, 3) : 0;
        Site memory next = _siteOf(index);

        _mustFail(
            _other(ghost.owner),
            address(stations),
            abi.encodeCall(IStationRegistry.reconfigure, (ghost.stationId, current.config, next.config)),
            "reconfigured by another"
        );
        vm.prank(ghost.owner);
        stations.reconfigure(ghost.stationId, current.config, next.config);
        _voidOffers(index);
    }

    function sell(uint256 seed) external nobodyFalls {
        Random memory random = Random(seed);
        uint256 index = random.between(0, 1);
        GhostStation storage ghost = ghostStations[index];
        address buyer = _person(random);
        _mustFail(
            _other(ghost.owner),
            address(stations),
            abi.encodeCall(stations.transferFrom, (ghost.owner, buyer, ghost.stationId)),
            "sold by another"
        );
        vm.prank(ghost.owner);
        stations.transferFrom(ghost.owner, buyer, ghost.stationId);
        if (buyer == ghost.owner) return;
        ghost.owner = buyer;
        ++ghost.epoch;
        _voidOffers(index);
    }

    /// @notice What only the registries may call.
    function impersonate(uint256 seed) external nobodyFalls {
        Random memory random = Random(seed);
        address caller = _person(random);
        uint256 evse = _evseKey(random.between(0, 1), 0);
        _mustFail(caller, address(sessions), abi.encodeCall(IChargingSessions.voidOffers, (evse, 2)), "voidOffers");
        _mustFail(
            caller,
            address(sessions),
            abi.encodeCall(IChargingSessions.setCommittee, (ghostEvses[evse].offerHash, true)),
            "setCommittee"
        );
        _mustFail(caller, address(sessions), abi.encodeCall(IChargingSessions.setKey, (caller, caller, 1, 0)), "setKey");
    }

    /// @dev Mostly one that is active.
    function _committeeFor(Random memory random) private view returns (uint256 index) {
        for (uint256 i; i < 8; ++i) {
            index = random.between(0, committees.length - 1);
            if (committees[index].active) return index;
        }
    }

    function _voidOffers(uint256 station) private {
        for (uint256 i; i < EVSES; ++i) {
            if (ghostEvses[_evseKey(station, i)].offerHash != 0) ghostEvses[_evseKey(station, i)].stale = true;
        }
    }

    function _other(address person) private view returns (address) {
        return person == people[0] ? people[1] : people[0];
    }
}
