// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Committee } from "../types/Committee.sol";

/// @notice A committee in memory, in the words that its hash covers: threshold, feeBps, then the members. A pointer to
/// the first of them; the number of members goes beside it.
type LoadedCommittee is uint256;

using LoadedCommittees for LoadedCommittee global;

library LoadedCommittees {
    function load(Committee calldata source) internal pure returns (LoadedCommittee committee, bytes32 committeeId) {
        address[] calldata members = source.members;
        assembly ("memory-safe") {
            committee := add(mload(0x40), 0x20)
            let length := shl(5, members.length)
            mstore(0x40, add(committee, add(0x40, length)))
            mstore(sub(committee, 0x20), members.length)
            calldatacopy(committee, source, 0x40)
            calldatacopy(add(committee, 0x40), members.offset, length)
            committeeId := keccak256(committee, add(0x40, length))
        }
    }

    function threshold(LoadedCommittee committee) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(committee)
        }
    }

    function feeBps(LoadedCommittee committee) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(committee, 0x20))
        }
    }

    function size(LoadedCommittee committee) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(sub(committee, 0x20))
        }
    }

    /// @dev `index` is below `size`: the callers' loops end there.
    function member(LoadedCommittee committee, uint256 index) internal pure returns (address value) {
        assembly ("memory-safe") {
            value := mload(add(add(committee, 0x40), shl(5, index)))
        }
    }
}
