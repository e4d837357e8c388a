// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IStationRegistry } from "../../../../contracts/interfaces/IStationRegistry.sol";
import { StationConfig, StationPlace } from "../../../../contracts/types/Station.sol";
import { Expected } from "../../base/Expected.sol";
import { Fixture, Site } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";
import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

contract BatchTest is Fixture {
    /// @dev The n-th station of somebody who has none yet.
    function _config(uint32 n) private view returns (StationConfig memory config) {
        config = _site().config;
        config.registrant = STRANGER;
        config.evses[0].maxPowerW = 1000 + n;
    }

    function _idOf(StationConfig memory config) private pure returns (uint256) {
        return uint256(Expected.configHash(config));
    }

    function _register(StationConfig memory config) private pure returns (bytes memory) {
        return abi.encodeCall(IStationRegistry.register, (_place(), config));
    }

    function _registrations(uint32 count) private view returns (bytes[] memory calls) {
        calls = new bytes[](count);
        for (uint32 n; n < count; ++n) {
            calls[n] = _register(_config(n));
        }
    }

    function _batch(bytes[] memory calls) private {
        vm.prank(STRANGER);
        stations.batch(calls);
    }

    function _refuses(bytes[] memory calls, uint256 index, bytes memory reason) private {
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.BatchCallRefused.selector, index, reason));
        _batch(calls);
    }

    function test_registersMany() public {
        for (uint32 n; n < 3; ++n) {
            StationConfig memory config = _config(n);
            vm.expectEmit(address(stations));
            emit IERC721.Transfer(address(0), STRANGER, _idOf(config));
            vm.expectEmit(address(stations));
            emit IStationRegistry.StationRegistered(_idOf(config), STRANGER, _place(), config);
        }
        _batch(_registrations(3));
        vm.assertEq(stations.balanceOf(STRANGER), 3);
        for (uint32 n; n < 3; ++n) {
            vm.assertEq(stations.ownerOf(_idOf(_config(n))), STRANGER);
        }
    }

    function test_takesAsManyAsItMay() public {
        _batch(_registrations(512));
        vm.assertEq(stations.balanceOf(STRANGER), 512);
    }

    function test_registersChangesRetiresMovesAndSells() public {
        StationConfig memory first = _config(0);
        StationConfig memory changed = _config(0);
        changed.evses[1].inService = false;
        StationConfig memory retired = _config(0);
        retired.evses[1].inService = false;
        delete retired.evses[2];
        StationPlace memory elsewhere = StationPlace(1, 2, "elsewhere");

        bytes[] memory calls = new bytes[](5);
        calls[0] = _register(first);
        calls[1] = abi.encodeCall(IStationRegistry.reconfigure, (_idOf(first), first, changed));
        calls[2] = abi.encodeCall(IStationRegistry.reconfigure, (_idOf(first), changed, retired));
        calls[3] = abi.encodeCall(IStationRegistry.move, (_idOf(first), elsewhere));
        calls[4] = abi.encodeCall(IERC721.transferFrom, (STRANGER, OWNER, _idOf(first)));
        vm.expectEmit(address(stations));
        emit IStationRegistry.StationRegistered(_idOf(first), STRANGER, _place(), first);
        vm.expectEmit(address(stations));
        emit IStationRegistry.StationReconfigured(_idOf(first), changed);
        vm.expectEmit(address(stations));
        emit IStationRegistry.StationReconfigured(_idOf(first), retired);
        vm.expectEmit(address(stations));
        emit IStationRegistry.StationMoved(_idOf(first), elsewhere);
        vm.expectEmit(address(stations));
        emit IStationRegistry.OwnerEpochStarted(_idOf(first), 1, OWNER);
        _batch(calls);
        vm.assertEq(stations.ownerOf(_idOf(first)), OWNER);
        vm.assertEq(stations.configHash(_idOf(first)), Expected.configHash(retired));
    }

    function test_publishesTariffsForTheStationsBehindThem() public {
        Site memory site = _site();
        site.pricing.elements[0].flat = 1;
        StationConfig memory config = _config(0);
        config.tariffIds[0] = Expected.tariffId(site.terms, site.pricing);
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(IStationRegistry.publishTariff, (site.terms, site.pricing));
        calls[1] = _register(config);
        _batch(calls);
        vm.assertEq(stations.ownerOf(_idOf(config)), STRANGER);
    }

    // ---------------------------------------------------------------------------------------------------------- refused

    function test_refuses_theWholeForOneBadEntry() public {
        for (uint32 bad; bad < 3; ++bad) {
            bytes[] memory calls = _registrations(3);
            StationConfig memory config = _config(bad);
            config.evses[2].maxPowerW = 0;
            calls[bad] = _register(config);
            _refuses(calls, bad, abi.encodeWithSelector(IStationRegistry.InvalidMaxPower.selector, 2, 0));
            vm.assertEq(stations.balanceOf(STRANGER), 0, "nothing registered");
        }
    }

    function test_refuses_theSameStationTwice() public {
        bytes[] memory calls = _registrations(3);
        calls[2] = calls[0];
        bytes memory reason =
            abi.encodeWithSelector(IStationRegistry.StationAlreadyRegistered.selector, _idOf(_config(0)));
        _refuses(calls, 2, reason);
        vm.assertEq(stations.balanceOf(STRANGER), 0, "nothing registered");
    }

    /// @dev Whoever calls is the caller of each entry, so a batch gives nobody another's rights.
    function test_refuses_whatTheCallerMayNot() public {
        Site memory site = _site();
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(IStationRegistry.move, (site.stationId, _place()));
        bytes memory reason =
            abi.encodeWithSelector(IStationRegistry.NotStationOwner.selector, site.stationId, STRANGER);
        _refuses(calls, 0, reason);
        calls[0] = _register(site.config);
        _refuses(calls, 0, abi.encodeWithSelector(IStationRegistry.WrongRegistrant.selector, OWNER, STRANGER));
    }

    function test_refuses_anEntryThatIsNoCall() public {
        bytes[] memory calls = _registrations(3);
        calls[1] = "";
        _refuses(calls, 1, "");
        calls[1] = hex"deadbeef";
        _refuses(calls, 1, "");
    }

    function test_refuses_cutOffData() public {
        bytes[] memory calls = _registrations(2);
        bytes memory cut = calls[1];
        assembly ("memory-safe") {
            mstore(cut, sub(mload(cut), 1))
        }
        _refuses(calls, 1, "");
    }

    function test_refuses_aBatchInABatchAsAnyOther() public {
        bytes[] memory inner = new bytes[](2);
        inner[0] = _register(_config(0));
        inner[1] = "";
        bytes[] memory outer = new bytes[](1);
        outer[0] = abi.encodeCall(IStationRegistry.batch, (inner));
        _refuses(outer, 0, abi.encodeWithSelector(IStationRegistry.BatchCallRefused.selector, 1, ""));
    }

    function test_refuses_none() public {
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.InvalidBatchSize.selector, 0, 512));
        _batch(new bytes[](0));
    }

    function test_refuses_tooMany() public {
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.InvalidBatchSize.selector, 513, 512));
        _batch(new bytes[](513));
    }
}
