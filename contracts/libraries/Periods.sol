// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../interfaces/IChargingSessions.sol";
import { Period, PeriodKind } from "../types/Statement.sol";

/// @notice What the periods of a statement add up to.
struct Delivery {
    uint256 energyWh;
    uint256 chargingSeconds;
    uint256 idleSeconds;
    /// Energy, time, idle and flat together, base units, where the tariff is restricted. See Cost.
    uint256 restrictedCost;
}

/// @notice Reads a statement's periods and refuses the impossible ones.
library Periods {
    uint256 internal constant MAX_PERIODS = 256;
    /// A clock of the chain may lag behind the meter's by this much, seconds.
    uint256 internal constant CLOCK_SKEW = 60;
    /// A meter may read more than the nominal power by 5 % and 10 Wh.
    uint256 internal constant POWER_TOLERANCE_PERCENT = 5;
    uint256 internal constant ENERGY_TOLERANCE_WH = 10;

    /// @param earliest No period starts before this, UTC seconds.
    /// @param powerCapW Bounds the energy of all periods together.
    function check(Period[] calldata periods, uint256 earliest, uint256 powerCapW)
        internal
        view
        returns (Delivery memory delivery)
    {
        uint256 count = periods.length;
        if (count > MAX_PERIODS) revert IChargingSessions.TooManyPeriods(count, MAX_PERIODS);
        if (count == 0) return delivery;
        uint256 end = earliest;
        // At most 256 terms of at most 40 bits: no sum reaches 2^256.
        unchecked {
            uint256 energyWh;
            uint256 idleSeconds;
            uint256 seconds_;
            for (uint256 i; i < count; ++i) {
                uint256 word;
                // Within bounds by the loop's condition.
                assembly ("memory-safe") {
                    word := calldataload(add(periods.offset, shl(5, i)))
                }
                // The kind comes first, then 32 bits of energy, 32 of seconds, 40 of start; nothing above.
                uint256 length = uint32(word >> 40);
                uint256 start = word >> 72;
                if (uint8(word) > uint256(type(PeriodKind).max) || length == 0 || start > type(uint40).max) {
                    revert IChargingSessions.PeriodMalformed(i);
                }
                if (start < end) revert IChargingSessions.PeriodStartsBefore(i, start, end);
                end = start + length;
                energyWh += uint32(word >> 8);
                seconds_ += length;
                // The kind is 0 or 1.
                idleSeconds += uint8(word) * length;
            }
            if (end > block.timestamp + CLOCK_SKEW) {
                revert IChargingSessions.StatementFromFuture(end, block.timestamp + CLOCK_SKEW);
            }
            uint256 greatest = powerCapW * seconds_ * (100 + POWER_TOLERANCE_PERCENT) / 360_000 + ENERGY_TOLERANCE_WH;
            if (energyWh > greatest) revert IChargingSessions.EnergyAbovePowerCap(energyWh, greatest);
            delivery.energyWh = energyWh;
            delivery.chargingSeconds = seconds_ - idleSeconds;
            delivery.idleSeconds = idleSeconds;
        }
    }
}
