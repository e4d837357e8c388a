// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { LoadedTariff } from "./LoadedTariff.sol";
import { Delivery } from "./Periods.sol";

/// @notice The one cost rule. Exact products are summed over all periods and each component is rounded down once, so
/// every rounding favours the driver.
library Cost {
    /// @param delivery What the periods add up to; with no period the cost is zero.
    /// @param waived Base units forgiven.
    /// @param locked Deposit and top-ups, base units: the cost's bound.
    function compute(LoadedTariff tariff, Delivery memory delivery, uint256 waived, uint256 locked)
        internal
        pure
        returns (uint256 cost)
    {
        // No tariff without an element is published. A price is below 2^128, and 256 periods of 32-bit energy or time
        // add up to less than 2^40: no sum or product reaches 2^256.
        unchecked {
            if (delivery.chargingSeconds + delivery.idleSeconds == 0) return 0;
            cost = tariff.isRestricted()
                ? delivery.restrictedCost
                : delivery.energyWh * tariff.pricePerKwh(0) / 1000 + delivery.chargingSeconds * tariff.pricePerHour(0)
                    / 3600 + delivery.idleSeconds * tariff.idlePerHour(0) / 3600 + tariff.flat(0);
            uint256 bound = tariff.minimum();
            if (cost < bound) cost = bound;
            bound = tariff.maximum();
            if (bound != 0 && cost > bound) cost = bound;
            cost = cost > waived ? cost - waived : 0;
            if (cost > locked) cost = locked;
        }
    }
}
