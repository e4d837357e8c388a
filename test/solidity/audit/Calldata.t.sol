// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../contracts/interfaces/IChargingSessions.sol";
import { IStationRegistry } from "../../../contracts/interfaces/IStationRegistry.sol";
import { EvseChecks } from "../../../contracts/libraries/EvseChecks.sol";
import { Hashes } from "../../../contracts/libraries/Hashes.sol";
import { LoadedCommittees } from "../../../contracts/libraries/LoadedCommittee.sol";
import { LoadedTariffs } from "../../../contracts/libraries/LoadedTariff.sol";
import { Filing } from "../../../contracts/types/Session.sol";
import { StationConfig, StationPlace } from "../../../contracts/types/Station.sol";
import { Expected } from "../base/Expected.sol";
import { Fixture, Live, Site } from "../base/Fixture.sol";
import { Vm, vm } from "../base/Vm.sol";

/// @notice What a filing hashes to: as the contracts hash it where it lies, and plainly, after the compiler's own
/// checked copy into memory.
contract FilingHashes {
    function raw(Filing calldata filing)
        external
        pure
        returns (bytes32 committee, bytes32 pricing, bytes32 statement, uint256 allocated)
    {
        uint256 start = _freeMemory();
        (, committee) = LoadedCommittees.load(filing.committee);
        (, pricing) = LoadedTariffs.load(filing.pricing);
        statement = Hashes.statement(filing.statement, filing.statement.periods, 0);
        allocated = _freeMemory() - start;
    }

    function plain(Filing calldata filing_)
        external
        pure
        returns (bytes32 committee, bytes32 pricing, bytes32 statement)
    {
        Filing memory filing = filing_;
        committee = Expected.committeeId(filing.committee);
        pricing = Expected.pricingHash(filing.pricing);
        statement = keccak256(
            abi.encode(
                Hashes.STATEMENT_TYPEHASH,
                bytes32(0),
                filing.statement.sequence,
                filing.statement.stopReason,
                filing.statement.waived,
                filing.statement.evidence,
                keccak256(abi.encodePacked(filing.statement.periods))
            )
        );
    }

    function _freeMemory() private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := mload(0x40)
        }
    }
}

/// @notice Offsets that point back, overlap or leave the calldata, lengths that overflow a multiplication, calldata cut
/// off: a filing settles only if it says what was signed, and is hashed as what it says.
contract CalldataTest is Fixture {
    FilingHashes private _hashes;

    function setUp() public override {
        super.setUp();
        _hashes = new FilingHashes();
    }

    function testFuzz_settlesNothingElseThanWhatWasSigned(uint256 seed) public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        bytes memory data = abi.encodeCall(IChargingSessions.settle, (_halfHour(site, live)));
        uint256 snapshot = vm.snapshotState();
        (bool clean, bytes32 cleanLogs) = _settle(data);
        vm.assertTrue(clean, "clean");
        vm.revertToState(snapshot);
        (bool done, bytes32 logs) = _settle(_mutated(data, seed));
        if (done) vm.assertEq(logs, cleanLogs);
    }

    /// @dev A station is copied from calldata into its event without the compiler's encoder, whatever the calldata looks
    /// like: the event decodes, is encoded as the compiler would, and the station's id is the hash of what it says.
    function testFuzz_registersWhatItLogs(uint256 seed) public {
        StationConfig memory config = _site().config;
        config.registrant = STRANGER;
        bytes memory data = _mutated(abi.encodeCall(IStationRegistry.register, (_place(), config)), seed);
        vm.recordLogs();
        vm.prank(STRANGER);
        (bool done, bytes memory answer) = address(stations).call(data);
        if (!done) return;
        Vm.Log memory log = vm.getRecordedLogs()[1];
        (StationPlace memory place, StationConfig memory registered) =
            abi.decode(log.data, (StationPlace, StationConfig));
        vm.assertEq(log.data, abi.encode(place, registered), "encoding");
        vm.assertEq(log.topics[1], Expected.configHash(registered), "station id");
        vm.assertEq(answer, abi.encode(log.topics[1]), "answer");
        vm.assertEq(registered.registrant, STRANGER, "registrant");
        vm.assertTrue(place.latitudeE7 >= -900_000_000 && place.latitudeE7 <= 900_000_000, "latitude");
        for (uint256 i; i < registered.evses.length; ++i) {
            vm.assertTrue(EvseChecks.isEvseId(registered.evses[i].id), "EVSE id");
        }
    }

    function testFuzz_hashesWhatItReads(uint256 seed) public {
        (Site memory site, Live memory live) = _open();
        bytes memory arguments = abi.encode(_halfHour(site, live));
        bytes memory data = _mutated(bytes.concat(FilingHashes.raw.selector, arguments), seed);
        (bool done, bytes memory answer) = address(_hashes).call(data);
        if (!done) return;
        (bytes32 committee, bytes32 pricing, bytes32 statement, uint256 allocated) =
            abi.decode(answer, (bytes32, bytes32, bytes32, uint256));
        // Each of the two lists that are kept in memory is at most as long as the calldata.
        vm.assertLe(allocated, 2 * data.length + 0x200, "allocated");

        for (uint256 i; i < 4; ++i) {
            data[i] = FilingHashes.plain.selector[i];
        }
        (done, answer) = address(_hashes).call(data);
        // Dirty bits: the plain way refuses them, the raw one gives a hash that nobody knows.
        if (!done) return;
        (bytes32 committee_, bytes32 pricing_, bytes32 statement_) = abi.decode(answer, (bytes32, bytes32, bytes32));
        vm.assertEq(committee, committee_, "committee");
        vm.assertEq(pricing, pricing_, "pricing");
        vm.assertEq(statement, statement_, "statement");
    }

    function _settle(bytes memory data) private returns (bool done, bytes32 logs) {
        vm.recordLogs();
        (done,) = address(sessions).call(data);
        logs = keccak256(abi.encode(vm.getRecordedLogs()));
    }

    /// @dev One to three argument words replaced, most of them offsets and lengths; now and then cut off or extended.
    function _mutated(bytes memory data, uint256 seed) private pure returns (bytes memory mutated) {
        mutated = bytes.concat(data);
        uint256 words = (data.length - 4) / 32;
        uint256 changes = 1 + seed % 3;
        for (uint256 i; i < changes; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 word = (seed >> 8) % words;
            // Offsets and lengths are the small words.
            while (seed % 5 != 0 && _word(mutated, word) > 0x2000) {
                word = (word + 1) % words;
            }
            uint256 value = _replacement(mutated, words, _word(mutated, word), seed >> 16);
            assembly ("memory-safe") {
                mstore(add(add(mutated, 0x24), shl(5, word)), value)
            }
        }
        if (seed % 17 == 0) mutated = bytes.concat(mutated, new bytes(32 * (1 + (seed >> 200) % 8)));
        if (seed % 19 == 0) {
            uint256 length = mutated.length - 1 - (seed >> 200) % 70;
            assembly ("memory-safe") {
                mstore(mutated, length)
            }
        }
    }

    function _replacement(bytes memory data, uint256 words, uint256 value, uint256 seed)
        private
        pure
        returns (uint256)
    {
        uint256 kind = seed % 14;
        seed >>= 8;
        // Wrapping is what is wanted.
        unchecked {
            if (kind == 0) return 0;
            if (kind == 1) return type(uint64).max;
            if (kind == 2) return type(uint256).max;
            if (kind == 3) return 1 << (seed % 256);
            if (kind == 4) return value | (1 << (seed % 256));
            if (kind == 5) return 0 - 32 * (seed % 64);
            if (kind == 6) return 32 * (seed % words);
            if (kind == 7) return value + 32 * (1 + seed % 4);
            if (kind == 8) return value - 32 * (1 + seed % 4);
            if (kind == 9) return seed % 40;
            if (kind == 10) return _word(data, seed % words);
            // Lengths of which the product with an element's size wraps around to a small one.
            if (kind == 11) return type(uint256).max / 0xa0 + 1 + seed % 3;
            if (kind == 12) return (1 << 251) + seed % 3;
            return value + 1;
        }
    }

    function _word(bytes memory data, uint256 index) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(add(data, 0x24), shl(5, index)))
        }
    }
}
