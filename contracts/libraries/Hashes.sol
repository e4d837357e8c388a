// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Committee } from "../types/Committee.sol";
import { Offer, Session } from "../types/Session.sol";
import { Period, Statement } from "../types/Statement.sol";
import { StationConfig } from "../types/Station.sol";
import { TariffPricing, TariffTerms } from "../types/Tariff.sol";
import { LoadedCommittees } from "./LoadedCommittee.sol";
import { LoadedTariffs } from "./LoadedTariff.sol";

/// @notice How everything that travels in calldata and is known by its hash is hashed. The structs of fixed size are
/// hashed as they lie in calldata: a value with dirty bits gives another hash and is refused as a mismatch. So once the
/// hash matched, the copy in memory is read without further checks.
library Hashes {
    bytes32 internal constant STATEMENT_TYPEHASH = keccak256(
        "Statement(bytes32 sessionId,uint32 sequence,uint8 stopReason,uint128 waived,bytes32 evidence,uint256[] periods)"
    );

    /// @notice Copies an offer into memory and hashes it there, where its fields are then read.
    function load(Offer calldata source) internal pure returns (Offer memory o, bytes32 hash) {
        assembly ("memory-safe") {
            o := mload(0x40)
            mstore(0x40, add(o, 0x120))
            calldatacopy(o, source, 0x120)
            hash := keccak256(o, 0x120)
        }
    }

    /// @notice The same for a session; the hash is its id.
    function load(Session calldata source, bytes32 domainSeparator)
        internal
        pure
        returns (Session memory s, bytes32 sessionId)
    {
        assembly ("memory-safe") {
            let m := mload(0x40)
            s := add(m, 0x20)
            mstore(0x40, add(m, 0x120))
            mstore(m, domainSeparator)
            calldatacopy(s, source, 0x100)
            sessionId := keccak256(m, 0x120)
        }
    }

    /// @notice The id of a session that opens now.
    function newSession(Session memory s, bytes32 domainSeparator) internal pure returns (bytes32 sessionId) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, domainSeparator)
            mcopy(add(m, 0x20), s, 0x100)
            sessionId := keccak256(m, 0x120)
        }
    }

    function pricing(TariffPricing calldata p) internal pure returns (bytes32 hash) {
        (, hash) = LoadedTariffs.load(p);
    }

    function terms(TariffTerms calldata t) internal pure returns (bytes32) {
        return keccak256(abi.encode(t));
    }

    function tariff(bytes32 termsHash, bytes32 pricingHash) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            mstore(0, termsHash)
            mstore(0x20, pricingHash)
            hash := keccak256(0, 0x40)
        }
    }

    function committee(Committee calldata c) internal pure returns (bytes32 hash) {
        (, hash) = LoadedCommittees.load(c);
    }

    function config(StationConfig calldata c) internal pure returns (bytes32) {
        uint256 hash = uint256(keccak256(abi.encode(c)));
        return bytes32(((hash >> 24) << 24) | (c.evses.length << 16));
    }

    /// @notice EIP-712 struct hash of a statement.
    function statement(Statement calldata s, Period[] calldata periods, bytes32 sessionId)
        internal
        pure
        returns (bytes32 hash)
    {
        bytes32 typehash = STATEMENT_TYPEHASH;
        assembly ("memory-safe") {
            let m := mload(0x40)
            let size := shl(5, periods.length)
            calldatacopy(m, periods.offset, size)
            let periodsHash := keccak256(m, size)
            mstore(m, typehash)
            mstore(add(m, 0x20), sessionId)
            // sequence, stopReason, waived, evidence
            calldatacopy(add(m, 0x40), s, 0x80)
            mstore(add(m, 0xc0), periodsHash)
            hash := keccak256(m, 0xe0)
        }
    }
}
