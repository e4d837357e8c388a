// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IStationRegistry } from "../interfaces/IStationRegistry.sol";
import { Evse, StationConfig, StationPlace } from "../types/Station.sol";

/// @notice A new station in memory, as `StationRegistered` carries it: abi.encode(place, config). One copy of calldata
/// serves the hash and the event; the compiler would make two, field by field. What is copied must have been checked,
/// because nothing here looks at bits that a type leaves unused.
struct EncodedStation {
    uint256 start;
    uint256 size;
    /// Where the configuration begins.
    uint256 config;
}

library EncodedStations {
    function encode(StationPlace calldata place, StationConfig calldata config)
        internal
        pure
        returns (EncodedStation memory station)
    {
        string calldata metadata = place.metadata;
        bytes32[] calldata tariffIds = config.tariffIds;
        Evse[] calldata evses = config.evses;
        assembly ("memory-safe") {
            let start := mload(0x40)
            let at := add(start, 0x40)
            mstore(start, 0x40)

            // The place: coordinates, then the metadata behind its offset and length, filled up with zeros.
            calldatacopy(at, place, 0x40)
            let end := add(add(at, 0x80), and(add(metadata.length, 0x1f), not(0x1f)))
            mstore(sub(end, 0x20), 0)
            mstore(add(at, 0x40), 0x60)
            mstore(add(at, 0x60), metadata.length)
            calldatacopy(add(at, 0x80), metadata.offset, metadata.length)

            // The configuration: registrant and committee, then tariffs and EVSEs behind their offsets and lengths.
            at := end
            mstore(add(start, 0x20), sub(at, start))
            mstore(add(station, 0x40), at)
            calldatacopy(at, config, 0x40)
            let length := shl(5, tariffIds.length)
            mstore(add(at, 0x40), 0x80)
            mstore(add(at, 0x60), add(0xa0, length))
            mstore(add(at, 0x80), tariffIds.length)
            at := add(at, 0xa0)
            calldatacopy(at, tariffIds.offset, length)
            at := add(at, length)
            mstore(at, evses.length)
            at := add(at, 0x20)
            length := mul(evses.length, 0xe0)
            calldatacopy(at, evses.offset, length)
            at := add(at, length)

            mstore(0x40, at)
            mstore(station, start)
            mstore(add(station, 0x20), sub(at, start))
        }
    }

    /// @notice The same as `Hashes.config`.
    function configHash(EncodedStation memory station) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let config := mload(add(station, 0x40))
            let end := add(mload(station), mload(add(station, 0x20)))
            // abi.encode begins with the offset of what it encodes; here that word belongs to the place.
            let before := sub(config, 0x20)
            let kept := mload(before)
            mstore(before, 0x20)
            hash := keccak256(before, sub(end, before))
            mstore(before, kept)
            let evses := mload(add(config, mload(add(config, 0x60))))
            hash := or(shl(24, shr(24, hash)), shl(16, evses))
        }
    }

    function emitRegistered(EncodedStation memory station, uint256 stationId, address owner) internal {
        bytes32 topic = IStationRegistry.StationRegistered.selector;
        assembly ("memory-safe") {
            log3(mload(station), mload(add(station, 0x20)), topic, stationId, owner)
        }
    }
}
