// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Period, Statement, StopReason } from "../types/Statement.sol";

/// @notice Which two statements of one session nobody honest signs both. The same rule as the sdk's `extensionProblem`,
/// by which the oracle decides what it may sign.
library Contradictions {
    /// @notice Whether the two contradict each other, given that they are different and `earlier` has no higher sequence.
    function contradicts(Statement calldata earlier, Statement calldata later) internal pure returns (bool) {
        if (earlier.sequence == later.sequence) return true;
        if (earlier.stopReason != StopReason.None) return true;
        if (later.waived < earlier.waived) return true;
        uint256 count = earlier.periods.length;
        if (later.periods.length < count) return true;
        for (uint256 i; i < count; ++i) {
            uint256 before = Period.unwrap(earlier.periods[i]);
            uint256 after_ = Period.unwrap(later.periods[i]);
            if (before == after_) continue;
            if (i + 1 < count || !_grew(before, after_)) return true;
        }
        return false;
    }

    /// @dev Kind (8 bits, lowest) and start (above 72 bits) stay; energy and seconds do not shrink.
    function _grew(uint256 before, uint256 after_) private pure returns (bool) {
        return uint8(before) == uint8(after_) && before >> 72 == after_ >> 72
            && uint32(after_ >> 8) >= uint32(before >> 8) && uint32(after_ >> 40) >= uint32(before >> 40);
    }
}
