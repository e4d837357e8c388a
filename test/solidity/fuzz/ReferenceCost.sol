// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Period, PeriodKind } from "../../../contracts/types/Statement.sol";
import { Element, Restrictions, TariffPricing } from "../../../contracts/types/Tariff.sol";

/// @notice The cost rule word for word, slowly: every product exact, every operation checked for overflow.
library ReferenceCost {
    struct Sums {
        /// Base units x 1000.
        uint256 energy;
        /// Base units x 3600.
        uint256 charging;
        uint256 idle;
        /// Base units.
        uint256 flat;
    }

    function costOf(TariffPricing memory pricing, Period[] memory periods, uint256 waived, uint256 locked)
        internal
        pure
        returns (uint256 cost)
    {
        // A statement with no period costs zero.
        if (periods.length == 0) return 0;

        Sums memory sums;
        uint256 deliveredWh;
        for (uint256 i; i < periods.length; ++i) {
            uint256 word = Period.unwrap(periods[i]);
            uint256 energyWh = (word >> 8) % 2 ** 32;
            uint256 seconds_ = (word >> 40) % 2 ** 32;
            // Each period is priced by the first element valid at its start, by none when none is.
            uint256 began = Period.unwrap(periods[0]) >> 72;
            Element memory element = elementAt(pricing, word >> 72, (word >> 72) - began, deliveredWh);
            deliveredWh += energyWh;
            // The flat part is the one of the element that prices the first period.
            if (i == 0) sums.flat = element.flat;
            sums.energy += energyWh * element.pricePerKwh;
            if (word % 256 == uint256(PeriodKind.Charging)) sums.charging += seconds_ * element.pricePerHour;
            if (word % 256 == uint256(PeriodKind.Idle)) sums.idle += seconds_ * element.idlePerHour;
        }

        // Per component round down once.
        cost = sums.energy / 1000;
        cost += sums.charging / 3600;
        cost += sums.idle / 3600;
        cost += sums.flat;

        // The minimum and the maximum, then the waived amount, then the deposit.
        if (cost < pricing.minimum) cost = pricing.minimum;
        if (pricing.maximum > 0 && cost > pricing.maximum) cost = pricing.maximum;
        if (waived >= cost) return 0;
        cost -= waived;
        if (cost > locked) cost = locked;
    }

    /// @notice The first element valid at a moment and an amount of energy; one without prices when none is.
    /// @param time UTC seconds.
    /// @param seconds_ Since the first period began.
    function elementAt(TariffPricing memory pricing, uint256 time, uint256 seconds_, uint256 energyWh)
        internal
        pure
        returns (Element memory none)
    {
        for (uint256 i; i < pricing.elements.length; ++i) {
            uint256 r = Restrictions.unwrap(pricing.elements[i].restrictions);
            if (!_isWithin(seconds_, uint32(r >> 104), uint32(r >> 136))) continue;
            if (!_isWithin(energyWh, uint32(r >> 40), uint32(r >> 72))) continue;
            // 5 January 1970 was a Monday, 345,600 seconds into the era.
            uint256 local = uint256(int256(time) + pricing.utcOffsetSeconds - 345_600);
            uint8 days_ = uint8(r >> 32);
            if (days_ != 0 && days_ & (1 << (local % 604_800 / 86_400)) == 0) continue;
            uint256 minute = local % 86_400 / 60;
            uint256 from = uint16(r);
            uint256 to = uint16(r >> 16);
            if (from < to && (minute < from || minute >= to)) continue;
            if (from > to && minute < from && minute >= to) continue;
            return pricing.elements[i];
        }
    }

    function _isWithin(uint256 value, uint256 least, uint256 most) private pure returns (bool) {
        return value >= least && (most == 0 || value < most);
    }
}
