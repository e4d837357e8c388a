// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice The one storage word of an EVSE: commitment (high 192 bits), session counter (40), flags (24, low).
/// It is never zero once used, so that no session pays for a fresh slot.
type EvseWord is uint256;

using EvseWords for EvseWord global;

library EvseWords {
    uint256 internal constant IN_SESSION = 1;
    uint256 internal constant RESERVED = 2;
    uint256 private constant STATUS = 0xff;
    uint256 internal constant STALE = 1 << 8;
    uint256 internal constant HAS_STATE = 1 << 9;
    uint256 private constant COUNTER_SHIFT = 24;
    uint256 private constant COUNTER = uint256(type(uint40).max) << COUNTER_SHIFT;
    uint256 private constant LOW = type(uint64).max;

    function status(EvseWord word) internal pure returns (uint256) {
        return EvseWord.unwrap(word) & STATUS;
    }

    function has(EvseWord word, uint256 flag) internal pure returns (bool) {
        return EvseWord.unwrap(word) & flag != 0;
    }

    function counter(EvseWord word) internal pure returns (uint40) {
        return uint40(EvseWord.unwrap(word) >> COUNTER_SHIFT);
    }

    function commitment(EvseWord word) internal pure returns (bytes32) {
        return bytes32(EvseWord.unwrap(word) & ~LOW);
    }

    /// @notice Whether the high 192 bits of `hash` are the ones kept here.
    function commitsTo(EvseWord word, bytes32 hash) internal pure returns (bool) {
        return (EvseWord.unwrap(word) ^ uint256(hash)) <= LOW;
    }

    function with(EvseWord word, uint256 flag) internal pure returns (EvseWord) {
        return EvseWord.wrap(EvseWord.unwrap(word) | flag);
    }

    /// @notice Idle, with an offer that opens without a proof.
    function offering(EvseWord word, bytes32 offerHash) internal pure returns (EvseWord) {
        return EvseWord.wrap((uint256(offerHash) & ~LOW) | (EvseWord.unwrap(word) & COUNTER));
    }

    /// @notice In session. The caller has checked that the word is idle and not stale.
    function opened(bytes32 sessionId, uint40 counter_) internal pure returns (EvseWord) {
        return EvseWord.wrap((uint256(sessionId) & ~LOW) | (uint256(counter_) << COUNTER_SHIFT) | IN_SESSION);
    }

    /// @notice Idle again under the offer of the session that ended; what made it stale meanwhile remains.
    function released(EvseWord word, bytes32 offerHash) internal pure returns (EvseWord) {
        return EvseWord.wrap((uint256(offerHash) & ~LOW) | (EvseWord.unwrap(word) & (COUNTER | STALE)));
    }
}
