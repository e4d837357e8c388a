// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice When an element applies, packed into one word; zero means always.
/// Low bits first: timeFrom (16 bits, minutes after midnight), timeTo (16, minutes; less than timeFrom passes midnight),
/// days (8, bit 0 is Monday; zero is every day), minEnergyWh (32), maxEnergyWh (32), minSeconds (32), maxSeconds (32).
/// Times are in the tariff's fixed UTC offset; a maximum of zero is none. Lower bounds are included, upper ones are not.
/// Energy is what earlier periods hold, seconds count from the start of the first period. Source: OCPI 2.2.1 §11.4.6.
type Restrictions is uint256;

/// @notice One element of a tariff, after OCPI 2.2.1 §11.4.4. Prices are in base units of the tariff's currency.
struct Element {
    /// Per kWh delivered.
    uint128 pricePerKwh;
    /// Per hour of charging.
    uint128 pricePerHour;
    /// Per hour connected without charging.
    uint128 idlePerHour;
    /// Once a session, taken from the element that prices the first period.
    uint128 flat;
    Restrictions restrictions;
}

/// @notice The part of a tariff that settling needs.
struct TariffPricing {
    /// Least cost of a session with at least one period, base units.
    uint128 minimum;
    /// Greatest cost of a session, base units; zero is none.
    uint128 maximum;
    /// Due when nothing was plugged in within the connection time, base units.
    uint128 noShowFee;
    /// Fixed offset from UTC in which restrictions are read, seconds; at most 14 hours either way.
    int32 utcOffsetSeconds;
    /// 1 to 16 elements; each period is priced by the first one valid at its start, or costs nothing when none is.
    Element[] elements;
}

/// @notice One oriented price feed (Chainlink AggregatorV3Interface).
struct PriceFeed {
    address aggregator;
    uint32 maxAgeSeconds;
    /// True when the feed's answer divides instead of multiplying.
    bool inverted;
}

/// @notice What holding an EVSE for later costs, and how much of it returns on cancelling.
struct ReservationTerms {
    uint128 fee;
    uint32 holdSeconds;
    /// The whole fee returns when cancelled within this many seconds.
    uint32 freeCancelSeconds;
    /// Basis points of the fee that return when cancelled later than that.
    uint16 lateRefundBps;
}

/// @notice The part of a tariff that opening, reserving and closing need.
struct TariffTerms {
    /// Ledger id of the payment currency: uint160 of an ERC-20, of 0xEeee…EEeE for the native one, or a credit's id.
    uint256 currency;
    /// Least deposit that opens a session, base units.
    uint128 minimumDeposit;
    /// Time from the quorum's last duty to the other exit, seconds: the longest a refund can take.
    uint32 settlementWindowSeconds;
    /// Time a driver has to plug in, seconds.
    uint32 connectionSeconds;
    /// Rate of the tax that the prices contain, basis points: of a price p it is p × taxBps / (10,000 + taxBps).
    uint16 taxBps;
    ReservationTerms reservation;
    /// None, one or two feeds that turn prices in fiat into the currency.
    PriceFeed[] feeds;
    /// Decimals of the fiat prices; zero without feeds.
    uint8 priceDecimals;
    /// Chainlink L2 sequencer-uptime feed, or zero.
    address sequencerFeed;
    uint32 sequencerGraceSeconds;
}
