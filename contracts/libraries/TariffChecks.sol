// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IStationRegistry } from "../interfaces/IStationRegistry.sol";
import { Restrictions, TariffPricing, TariffTerms } from "../types/Tariff.sol";
import { Currency } from "./Currency.sol";
import { RestrictionChecks } from "./RestrictionChecks.sol";

/// @notice What a tariff must look like to be published.
library TariffChecks {
    uint256 internal constant MAX_ELEMENTS = 16;
    uint32 internal constant MAX_CONNECTION_SECONDS = 1 hours;
    uint16 internal constant MAX_TAX_BPS = 10_000;

    function check(
        TariffTerms calldata terms,
        TariffPricing calldata pricing,
        uint32 leastWindow,
        uint32 greatestWindow
    ) internal pure {
        if (!Currency.isToken(terms.currency) && terms.currency != Currency.idOf(Currency.NATIVE)) {
            revert IStationRegistry.InvalidCurrency(terms.currency);
        }
        if (terms.minimumDeposit == 0) revert IStationRegistry.MinimumDepositZero();
        uint32 window = terms.settlementWindowSeconds;
        if (window < leastWindow || window > greatestWindow) {
            revert IStationRegistry.InvalidSettlementWindow(window, leastWindow, greatestWindow);
        }
        if (terms.connectionSeconds > MAX_CONNECTION_SECONDS) {
            revert IStationRegistry.InvalidConnectionTime(terms.connectionSeconds, MAX_CONNECTION_SECONDS);
        }
        if (pricing.maximum != 0 && pricing.minimum > pricing.maximum) {
            revert IStationRegistry.MinimumAboveMaximum(pricing.minimum, pricing.maximum);
        }
        uint256 count = pricing.elements.length;
        if (count == 0 || count > MAX_ELEMENTS) revert IStationRegistry.InvalidElementCount(count, MAX_ELEMENTS);
        int256 offset = pricing.utcOffsetSeconds;
        if (offset > RestrictionChecks.GREATEST_UTC_OFFSET || offset < -RestrictionChecks.GREATEST_UTC_OFFSET) {
            revert IStationRegistry.InvalidUtcOffset(pricing.utcOffsetSeconds);
        }
        for (uint256 i; i < count; ++i) {
            Restrictions restrictions = pricing.elements[i].restrictions;
            if (!RestrictionChecks.isWellFormed(Restrictions.unwrap(restrictions))) {
                revert IStationRegistry.InvalidRestrictions(i, restrictions);
            }
        }
        if (terms.taxBps > MAX_TAX_BPS) revert IStationRegistry.InvalidTax(terms.taxBps, MAX_TAX_BPS);
        _refuseLaterParts(terms, pricing);
    }

    /// @dev The format has these fields, this release has no rule for them yet.
    function _refuseLaterParts(TariffTerms calldata terms, TariffPricing calldata pricing) private pure {
        if (pricing.noShowFee != 0) revert IStationRegistry.TariffPartUnsupported("noShowFee");
        if (
            terms.reservation.fee != 0 || terms.reservation.holdSeconds != 0 || terms.reservation.freeCancelSeconds != 0
                || terms.reservation.lateRefundBps != 0
        ) revert IStationRegistry.TariffPartUnsupported("reservation");
        if (terms.feeds.length != 0 || terms.priceDecimals != 0) {
            revert IStationRegistry.TariffPartUnsupported("feeds");
        }
        if (terms.sequencerFeed != address(0) || terms.sequencerGraceSeconds != 0) {
            revert IStationRegistry.TariffPartUnsupported("sequencerFeed");
        }
    }
}
