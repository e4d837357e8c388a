// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Operators of whom `threshold` sign what a meter said. Immutable; known by its hash.
struct Committee {
    /// 1 to `members.length`.
    uint8 threshold;
    /// Share of a session's cost that the members divide equally, basis points, at most 10,000.
    uint16 feeBps;
    /// 1 to 16 operators in strictly ascending order.
    address[] members;
}

/// @notice An ECDSA signature in the compact form of EIP-2098, s in the lower half.
struct Signature {
    bytes32 r;
    bytes32 vs;
}
