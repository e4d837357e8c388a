// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../interfaces/IChargingSessions.sol";
import { Period } from "../types/Statement.sol";
import { Coverage, Extent, RestrictionChecks } from "./RestrictionChecks.sol";

/// @notice Prices the periods of a statement by a tariff whose first element is restricted. Linked and called, so that
/// only sessions under such tariffs carry its code (docs/decisions/0010).
library RestrictedPricing {
    /// Words of a loaded tariff before its elements, and of one element.
    uint256 private constant HEAD = 4;
    uint256 private constant ELEMENT = 5;
    /// An element no period is priced by.
    uint256 private constant NONE = 0;

    /// Base units times Wh, base units times seconds.
    struct Sums {
        uint256 energy;
        uint256 charging;
        uint256 idle;
        uint256 flat;
    }

    /// @notice Energy, time, idle and flat together, before the tariff's bounds; each rounded down once.
    /// @param tariff The words that the pricing's hash covers (LoadedTariff).
    /// @param periods As Periods.check has passed them.
    function sum(uint256[] calldata tariff, Period[] calldata periods) external pure returns (uint256) {
        Sums memory sums;
        Extent memory extent;
        // As in Cost: a price is below 2^128, and 256 periods of 32 bits add up to less than 2^40.
        unchecked {
            for (uint256 i; i < periods.length; ++i) {
                uint256 word = Period.unwrap(periods[i]);
                uint256 energyWh = uint32(word >> 8);
                uint256 length = uint32(word >> 40);
                if (i == 0) extent.began = word >> 72;
                extent.from = (word >> 72) - extent.began;
                extent.to = extent.from + length;
                // A period without energy is still one at an amount of energy.
                extent.toWh = extent.fromWh + (energyWh == 0 ? 1 : energyWh);

                uint256 element = _elementOf(tariff, extent, i);
                if (element != NONE) {
                    sums.energy += energyWh * tariff[element];
                    if (uint8(word) == 0) sums.charging += length * tariff[element + 1];
                    else sums.idle += length * tariff[element + 2];
                    if (i == 0) sums.flat = tariff[element + 3];
                }
                extent.fromWh += energyWh;
            }
            return sums.energy / 1000 + sums.charging / 3600 + sums.idle / 3600 + sums.flat;
        }
    }

    /// @dev Where the first element begins that is valid over the whole extent while none before it is anywhere in it.
    function _elementOf(uint256[] calldata tariff, Extent memory extent, uint256 period)
        private
        pure
        returns (uint256)
    {
        int256 utcOffset = int256(tariff[3]);
        unchecked {
            for (uint256 element = HEAD; element < tariff.length; element += ELEMENT) {
                Coverage coverage = RestrictionChecks.coverageOf(tariff[element + 4], extent, utcOffset);
                if (coverage == Coverage.Whole) return element;
                if (coverage == Coverage.Part) {
                    revert IChargingSessions.PeriodCrossesPrice(period, (element - HEAD) / ELEMENT);
                }
            }
        }
        return NONE;
    }
}
