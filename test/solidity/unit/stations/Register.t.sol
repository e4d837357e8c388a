// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IStationRegistry } from "../../../../contracts/interfaces/IStationRegistry.sol";
import { Evse, StationConfig, StationPlace } from "../../../../contracts/types/Station.sol";
import { Expected } from "../../base/Expected.sol";
import { Fixture, Site } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";
import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

contract RegisterTest is Fixture {
    /// @dev A configuration that nobody has registered yet.
    function _new() private view returns (StationConfig memory config) {
        config = _site().config;
        config.registrant = STRANGER;
    }

    function _registers(StationConfig memory config) private returns (uint256 stationId) {
        vm.prank(STRANGER);
        return stations.register(_place(), config);
    }

    function _refuses(StationConfig memory config, bytes memory error_) private {
        vm.expectRevert(error_);
        vm.prank(STRANGER);
        stations.register(_place(), config);
    }

    // ------------------------------------------------------------------------------------------------------ the station

    function test_registers() public {
        StationConfig memory config = _new();
        uint256 stationId = uint256(Expected.configHash(config));

        vm.expectEmit(address(stations));
        emit IERC721.Transfer(address(0), STRANGER, stationId);
        vm.expectEmit(address(stations));
        emit IStationRegistry.StationRegistered(stationId, STRANGER, _place(), config);
        vm.assertEq(_registers(config), stationId);

        vm.assertEq(stations.ownerOf(stationId), STRANGER);
        vm.assertEq(stations.ownerEpoch(stationId), 0);
        vm.assertEq(stations.configHash(stationId), bytes32(stationId));
        vm.assertEq(stationId & 0xffff, 0, "room for the index");
        vm.assertEq(stationId >> 16 & 0xff, 4, "EVSE count");
    }

    function test_twoOwnersMayClaimTheSameEvses() public {
        vm.assertTrue(_registers(_new()) != _site().stationId, "other registrant, other station");
    }

    function test_takesTheLargest() public {
        StationConfig memory config = _new();
        config.evses = new Evse[](64);
        for (uint256 i; i < 64; ++i) {
            config.evses[i] = _evse(0);
            config.evses[i].id = bytes32(
                abi.encodePacked("DEQQQE", "ABCDEFGHIJKLMNOPQRSTUVWX", uint8(0x30 + i / 10), uint8(0x30 + i % 10))
            );
            config.evses[i].maxPowerW = 10_000_000;
            config.evses[i].tariffMask = 0x8000;
            config.evses[i].connectors = hex"0102030405060740";
        }
        bytes32[] memory sixteen = new bytes32[](16);
        for (uint256 i; i < 16; ++i) {
            sixteen[i] = config.tariffIds[0];
        }
        config.tariffIds = sixteen;
        uint256 stationId = _registers(config);
        vm.assertEq(stationId >> 16 & 0xff, 64, "EVSE count");
    }

    function test_refuses_theSameTwice() public {
        Site memory site = _site();
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.StationAlreadyRegistered.selector, site.stationId));
        vm.prank(OWNER);
        stations.register(_place(), site.config);
    }

    function test_refuses_theSameTwice_afterASale() public {
        Site memory site = _site();
        vm.prank(OWNER);
        stations.transferFrom(OWNER, STRANGER, site.stationId);
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.StationAlreadyRegistered.selector, site.stationId));
        vm.prank(OWNER);
        stations.register(_place(), site.config);
    }

    function test_refuses_somebodyElseAsRegistrant() public {
        StationConfig memory config = _new();
        config.registrant = OWNER;
        _refuses(config, abi.encodeWithSelector(IStationRegistry.WrongRegistrant.selector, OWNER, STRANGER));
    }

    function test_refuses_noCommittee() public {
        StationConfig memory config = _new();
        config.committeeId = 0;
        _refuses(config, abi.encodeWithSelector(IStationRegistry.CommitteeMissing.selector));
    }

    function test_refuses_noTariffs() public {
        StationConfig memory config = _new();
        config.tariffIds = new bytes32[](0);
        _refuses(config, abi.encodeWithSelector(IStationRegistry.InvalidTariffCount.selector, 0, 16));
    }

    function test_refuses_seventeenTariffs() public {
        StationConfig memory config = _new();
        config.tariffIds = new bytes32[](17);
        _refuses(config, abi.encodeWithSelector(IStationRegistry.InvalidTariffCount.selector, 17, 16));
    }

    function test_refuses_anUnpublishedTariff() public {
        StationConfig memory config = _new();
        bytes32 published = config.tariffIds[0];
        config.tariffIds = new bytes32[](2);
        config.tariffIds[0] = published;
        config.tariffIds[1] = "unpublished";
        _refuses(config, abi.encodeWithSelector(IStationRegistry.TariffNotPublished.selector, bytes32("unpublished")));
    }

    function test_refuses_noEvses() public {
        StationConfig memory config = _new();
        config.evses = new Evse[](0);
        _refuses(config, abi.encodeWithSelector(IStationRegistry.InvalidEvseCount.selector, 0, 64));
    }

    function test_refuses_sixtyFiveEvses() public {
        StationConfig memory config = _new();
        config.evses = new Evse[](65);
        _refuses(config, abi.encodeWithSelector(IStationRegistry.InvalidEvseCount.selector, 65, 64));
    }

    // -------------------------------------------------------------------------------------------------------- the place

    function test_takesTheEndsOfTheEarth() public {
        StationPlace memory place = _place();
        place.metadata = string(new bytes(4096));
        int32[4] memory latitudes = [int32(900_000_000), -900_000_000, 0, 0];
        int32[4] memory longitudes = [int32(0), 0, 1_800_000_000, -1_800_000_000];
        StationConfig memory config = _new();
        for (uint256 i; i < 4; ++i) {
            place.latitudeE7 = latitudes[i];
            place.longitudeE7 = longitudes[i];
            config.evses[0].maxPowerW += 1;
            vm.prank(STRANGER);
            stations.register(place, config);
        }
    }

    function test_refuses_coordinatesOffTheEarth() public {
        StationConfig memory config = _new();
        int32[4] memory latitudes = [int32(900_000_001), -900_000_001, 0, 0];
        int32[4] memory longitudes = [int32(0), 0, 1_800_000_001, -1_800_000_001];
        for (uint256 i; i < 4; ++i) {
            StationPlace memory place = StationPlace(latitudes[i], longitudes[i], "");
            vm.expectRevert(
                abi.encodeWithSelector(
                    IStationRegistry.InvalidCoordinates.selector, place.latitudeE7, place.longitudeE7
                )
            );
            vm.prank(STRANGER);
            stations.register(place, config);
        }
    }

    function test_refuses_endlessMetadata() public {
        StationConfig memory config = _new();
        StationPlace memory place = _place();
        place.metadata = string(new bytes(4097));
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.MetadataTooLong.selector, 4097, 4096));
        vm.prank(STRANGER);
        stations.register(place, config);
    }

    // -------------------------------------------------------------------------------------------------------- its EVSEs

    function test_takesEvseIdsOfEMI3() public {
        bytes32[4] memory ids = [bytes32("FRABCE1"), "DE8AAEA", "NLA1BE12345", "ZZ999EZZZZZZZZZZZZZZZZZZZZZZZZZZ"];
        for (uint256 i; i < ids.length; ++i) {
            StationConfig memory config = _new();
            config.evses[0].id = ids[i];
            // The first is the fixture's own, at the second EVSE it is another.
            _registers(config);
        }
    }

    function test_refuses_whatIsNoEvseId() public {
        bytes32[14] memory ids = [
            bytes32(0),
            "F", // too short
            "FRABCE", // no outlet
            "FRABC1", // no outlet, no type
            "FRABCS1", // a station, not an EVSE
            "F1ABCE1", // digit in the country
            "1RABCE1",
            "frABCE1", // lower case
            "FRABCEa",
            "FR*ABC*E1", // separators
            "FRABCE 1",
            bytes32(abi.encodePacked("FRABCE1", uint8(0), "2")), // something behind the end
            bytes32(abi.encodePacked(uint8(0), "FRABCE1")),
            bytes32(abi.encodePacked("FRABCE", uint8(0xc9))) // not ASCII
        ];
        for (uint256 i; i < ids.length; ++i) {
            StationConfig memory config = _new();
            config.evses[2].id = ids[i];
            _refuses(config, abi.encodeWithSelector(IStationRegistry.InvalidEvseId.selector, 2, ids[i]));
        }
    }

    function test_refuses_eachCharacterBesideTheAllowedRanges() public {
        // Around A-Z and 0-9 in ASCII.
        bytes1[4] memory wrong = [bytes1("@"), "[", "/", ":"];
        for (uint256 i; i < wrong.length; ++i) {
            StationConfig memory config = _new();
            config.evses[0].id = bytes32(abi.encodePacked("FRABCE", wrong[i]));
            _refuses(config, abi.encodeWithSelector(IStationRegistry.InvalidEvseId.selector, 0, config.evses[0].id));
        }
    }

    function test_refuses_anEvseTwice() public {
        StationConfig memory config = _new();
        config.evses[3].id = config.evses[1].id;
        _refuses(config, abi.encodeWithSelector(IStationRegistry.DuplicateEvseId.selector, 3, config.evses[1].id));
    }

    function test_refuses_noPower() public {
        StationConfig memory config = _new();
        config.evses[1].maxPowerW = 0;
        _refuses(config, abi.encodeWithSelector(IStationRegistry.InvalidMaxPower.selector, 1, 0));
    }

    function test_refuses_moreThanTenMegawatts() public {
        StationConfig memory config = _new();
        config.evses[1].maxPowerW = 10_000_001;
        _refuses(config, abi.encodeWithSelector(IStationRegistry.InvalidMaxPower.selector, 1, 10_000_001));
    }

    function test_refuses_anEvseWithoutTariff() public {
        StationConfig memory config = _new();
        config.evses[1].tariffMask = 0;
        _refuses(config, abi.encodeWithSelector(IStationRegistry.InvalidTariffMask.selector, 1, 0, 1));
    }

    function test_refuses_aTariffThatTheStationHasNot() public {
        StationConfig memory config = _new();
        config.evses[1].tariffMask = 3;
        _refuses(config, abi.encodeWithSelector(IStationRegistry.InvalidTariffMask.selector, 1, 3, 1));
    }

    function test_refuses_connectorsThatDoNotExist() public {
        // none; a gap before, inside; a code above the highest
        bytes8[4] memory wrong = [bytes8(0), hex"0001", hex"01000200", hex"41"];
        for (uint256 i; i < wrong.length; ++i) {
            StationConfig memory config = _new();
            config.evses[1].connectors = wrong[i];
            _refuses(config, abi.encodeWithSelector(IStationRegistry.InvalidConnectors.selector, 1, wrong[i]));
        }
    }

    function test_refuses_aMeterKeyThatNobodyAccepted() public {
        StationConfig memory config = _new();
        config.evses[1].meterKeyHash = keccak256("a key");
        _refuses(config, abi.encodeWithSelector(IStationRegistry.MeterKeyNotAccepted.selector, 1));
    }

    /// @dev Bits that a field's type does not have, in each word of an EVSE that has such.
    function test_refuses_fieldsBeyondTheirTypes() public {
        bytes memory call_ = abi.encodeCall(IStationRegistry.register, (_place(), _new()));
        // Words of the call: the second EVSE's power, kind, service, tariffs, connectors.
        uint256 evse = (call_.length - 4) / 32 - 3 * 7;
        uint256[7] memory words = [evse + 1, evse + 1, evse + 2, evse + 3, evse + 4, evse + 4, evse + 5];
        uint8[7] memory bits = [32, 255, 8, 1, 16, 255, 191];
        for (uint256 i; i < words.length; ++i) {
            bytes memory dirty = bytes.concat(call_);
            (uint256 word, uint256 bit) = (words[i], bits[i]);
            assembly ("memory-safe") {
                let place := add(add(dirty, 0x24), shl(5, word))
                mstore(place, or(mload(place), shl(bit, 1)))
            }
            vm.prank(STRANGER);
            (bool done, bytes memory reason) = address(stations).call(dirty);
            vm.assertFalse(done);
            vm.assertEq(reason, abi.encodeWithSelector(IStationRegistry.MalformedEvse.selector, 1));
        }
    }

    function test_refuses_aFourthKind() public {
        bytes memory call_ = abi.encodeCall(IStationRegistry.register, (_place(), _new()));
        uint256 place = call_.length - 5 * 32;
        assembly ("memory-safe") {
            mstore(add(add(call_, 0x20), place), 3)
        }
        vm.prank(STRANGER);
        (, bytes memory reason) = address(stations).call(call_);
        vm.assertEq(reason, abi.encodeWithSelector(IStationRegistry.MalformedEvse.selector, 3));
    }

    /// @dev Metadata of every length modulo a word, with nothing of the memory before it left behind its end.
    function test_logsMetadataOfEveryLength() public {
        for (uint256 length; length <= 65; ++length) {
            StationPlace memory place = _place();
            bytes memory metadata = new bytes(length);
            for (uint256 i; i < length; ++i) {
                metadata[i] = 0xff;
            }
            place.metadata = string(metadata);
            StationConfig memory config = _new();
            config.evses[0].maxPowerW = uint32(1 + length);
            uint256 stationId = uint256(Expected.configHash(config));
            vm.expectEmit(address(stations));
            emit IStationRegistry.StationRegistered(stationId, STRANGER, place, config);
            vm.prank(STRANGER);
            stations.register(place, config);
        }
    }
}
