// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { IStationRegistry } from "../../../../contracts/interfaces/IStationRegistry.sol";
import { Evse, StationConfig } from "../../../../contracts/types/Station.sol";
import { Expected } from "../../base/Expected.sol";
import { Fixture, Site } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

contract ReconfigureTest is Fixture {
    uint256 private stationId;

    function setUp() public override {
        super.setUp();
        stationId = _site().stationId;
    }

    function _reconfigures(StationConfig memory current, StationConfig memory next) private {
        vm.prank(OWNER);
        stations.reconfigure(stationId, current, next);
    }

    function _refuses(StationConfig memory current, StationConfig memory next, bytes memory error_) private {
        vm.expectRevert(error_);
        vm.prank(OWNER);
        stations.reconfigure(stationId, current, next);
    }

    function test_replacesTheConfiguration() public {
        (StationConfig memory current, StationConfig memory next) = (_site().config, _site().config);
        next.evses[1].maxPowerW = 22_000;
        next.committeeId = "another";

        vm.expectEmit(address(stations));
        emit IStationRegistry.StationReconfigured(stationId, next);
        _reconfigures(current, next);

        vm.assertEq(stations.configHash(stationId), Expected.configHash(next));
        // From now on only the new one is current.
        _refuses(
            current,
            next,
            abi.encodeWithSelector(
                IStationRegistry.ConfigMismatch.selector,
                stationId,
                Expected.configHash(current),
                Expected.configHash(next)
            )
        );
        _reconfigures(next, current);
        vm.assertEq(stations.configHash(stationId), bytes32(stationId));
    }

    function test_addsEvses() public {
        StationConfig memory next = _withEvses(6);
        _reconfigures(_site().config, next);
        vm.assertEq(uint256(stations.configHash(stationId)) >> 16 & 0xff, 6, "EVSE count");
        vm.assertEq(stations.ownerOf(stationId), OWNER, "the id stays");
    }

    function test_voidsTheOffersOfEveryEvse() public {
        Site memory site = _site();
        for (uint256 i; i < 4; ++i) {
            _activate(site, _offer(site, i));
        }
        vm.expectCall(address(sessions), abi.encodeCall(IChargingSessions.voidOffers, (stationId, 4)));
        _reconfigures(site.config, _withEvses(5));
        for (uint256 i; i < 4; ++i) {
            vm.assertTrue(sessions.evseState(stationId | i).stale);
        }
        vm.assertFalse(sessions.evseState(stationId | 4).stale, "had no offer");

        // The count that follows is the new one.
        vm.expectCall(address(sessions), abi.encodeCall(IChargingSessions.voidOffers, (stationId, 5)));
        _reconfigures(_withEvses(5), _withEvses(6));
    }

    function test_retiresAnEvse() public {
        StationConfig memory next = _site().config;
        delete next.evses[2];
        _reconfigures(_site().config, next);
        // Beside a retired one everything else can still change.
        StationConfig memory later = _site().config;
        delete later.evses[2];
        later.evses[3].inService = false;
        _reconfigures(next, later);
    }

    function test_retiresTwo() public {
        StationConfig memory next = _site().config;
        delete next.evses[1];
        delete next.evses[2];
        _reconfigures(_site().config, next);
    }

    function test_refuses_toBringBackARetiredEvse() public {
        StationConfig memory next = _site().config;
        delete next.evses[2];
        _reconfigures(_site().config, next);
        _refuses(next, _site().config, abi.encodeWithSelector(IStationRegistry.EvseRetired.selector, 2));
    }

    function test_refuses_aNewEvseThatIsRetiredAlready() public {
        StationConfig memory next = _withEvses(5);
        delete next.evses[4];
        _refuses(_site().config, next, abi.encodeWithSelector(IStationRegistry.InvalidEvseId.selector, 4, bytes32(0)));
    }

    function test_refuses_toRemoveAnEvse() public {
        _refuses(_site().config, _withEvses(3), abi.encodeWithSelector(IStationRegistry.EvseRemoved.selector, 3));
    }

    function test_refuses_anotherRegistrant() public {
        StationConfig memory next = _site().config;
        next.registrant = STRANGER;
        _refuses(
            _site().config, next, abi.encodeWithSelector(IStationRegistry.WrongRegistrant.selector, STRANGER, OWNER)
        );
    }

    function test_theBuyerReconfiguresWithTheFirstRegistrant() public {
        vm.prank(OWNER);
        stations.transferFrom(OWNER, STRANGER, stationId);
        StationConfig memory current = _site().config;
        vm.prank(STRANGER);
        stations.reconfigure(stationId, current, _withEvses(5));
    }

    function test_refuses_whoeverIsNotTheOwner() public {
        StationConfig memory current = _site().config;
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.NotStationOwner.selector, stationId, STRANGER));
        vm.prank(STRANGER);
        stations.reconfigure(stationId, current, current);
    }

    function test_refuses_theApprovedOfTheToken() public {
        // An ERC-721 approval lets move the token, not change the station.
        vm.prank(OWNER);
        stations.setApprovalForAll(STRANGER, true);
        StationConfig memory current = _site().config;
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.NotStationOwner.selector, stationId, STRANGER));
        vm.prank(STRANGER);
        stations.reconfigure(stationId, current, current);
    }

    function test_refuses_anUnknownStation() public {
        StationConfig memory current = _site().config;
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.UnknownStation.selector, 1 << 16));
        vm.prank(OWNER);
        stations.reconfigure(1 << 16, current, current);
    }

    function test_refuses_whatRegisterRefuses() public {
        StationConfig memory current = _site().config;
        StationConfig memory next = _site().config;
        next.committeeId = 0;
        _refuses(current, next, abi.encodeWithSelector(IStationRegistry.CommitteeMissing.selector));

        next = _site().config;
        next.tariffIds = new bytes32[](0);
        _refuses(current, next, abi.encodeWithSelector(IStationRegistry.InvalidTariffCount.selector, 0, 16));

        next = _site().config;
        next.tariffIds[0] = "unpublished";
        _refuses(
            current, next, abi.encodeWithSelector(IStationRegistry.TariffNotPublished.selector, bytes32("unpublished"))
        );

        next = _site().config;
        next.evses = new Evse[](65);
        _refuses(current, next, abi.encodeWithSelector(IStationRegistry.InvalidEvseCount.selector, 65, 64));

        next = _site().config;
        next.evses[0].maxPowerW = 0;
        _refuses(current, next, abi.encodeWithSelector(IStationRegistry.InvalidMaxPower.selector, 0, 0));

        next = _site().config;
        next.evses[3].id = next.evses[0].id;
        _refuses(current, next, abi.encodeWithSelector(IStationRegistry.DuplicateEvseId.selector, 3, next.evses[0].id));
    }

    function test_configHash_refuses_anUnknownStation() public {
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.UnknownStation.selector, 1 << 16));
        stations.configHash(1 << 16);
    }

    function _withEvses(uint256 count) private view returns (StationConfig memory config) {
        config = _site().config;
        config.evses = new Evse[](count);
        for (uint256 i; i < count; ++i) {
            config.evses[i] = _evse(i);
        }
    }
}
