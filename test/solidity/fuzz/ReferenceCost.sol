// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Period, PeriodKind } from "../../../contracts/types/Statement.sol";
import { Element, TariffPricing } from "../../../contracts/types/Tariff.sol";

/// @notice The cost rule word for word, slowly: every product exact, every operation checked for overflow.
library ReferenceCost {
    struct Sums {
        /// Base units x 1000.
        uint256 energy;
        /// Base units x 3600.
        uint256 charging;
        uint256 idle;
    }

    function costOf(TariffPricing memory pricing, Period[] memory periods, uint256 waived, uint256 locked)
        internal
        pure
        returns (uint256 cost)
    {
        // A statement with no period costs zero.
        if (periods.length == 0) return 0;

        // Each period is priced by the first element valid at its start; without restrictions that is the first.
        Element memory element = pricing.elements[0];
        Sums memory sums;
        for (uint256 i; i < periods.length; ++i) {
            uint256 word = Period.unwrap(periods[i]);
            uint256 energyWh = (word >> 8) % 2 ** 32;
            uint256 seconds_ = (word >> 40) % 2 ** 32;
            sums.energy += energyWh * element.pricePerKwh;
            if (word % 256 == uint256(PeriodKind.Charging)) sums.charging += seconds_ * element.pricePerHour;
            if (word % 256 == uint256(PeriodKind.Idle)) sums.idle += seconds_ * element.idlePerHour;
        }

        // Per component round down once. The flat part is the one of the element that prices the first period.
        cost = sums.energy / 1000;
        cost += sums.charging / 3600;
        cost += sums.idle / 3600;
        cost += element.flat;

        // The minimum and the maximum, then the waived amount, then the deposit.
        if (cost < pricing.minimum) cost = pricing.minimum;
        if (pricing.maximum > 0 && cost > pricing.maximum) cost = pricing.maximum;
        if (waived >= cost) return 0;
        cost -= waived;
        if (cost > locked) cost = locked;
    }
}
