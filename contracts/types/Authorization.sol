// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What a driver signs so that somebody else can open a session for him: with the offer, every parameter of
/// `open`. EIP-712: `OpenAuthorization(Offer offer,address driver,uint128 deposit,uint32 maxSeconds,uint128 maxRate,uint256
/// nonce,uint256 deadline)`, followed by the type of `Offer`.
struct OpenAuthorization {
    address driver;
    /// Base units of the offer's currency.
    uint128 deposit;
    /// Duration limit after opening, seconds.
    uint32 maxSeconds;
    /// Bound on the fiat rate; zero for a tariff priced in its currency.
    uint128 maxRate;
    /// Any number that the driver has not used or revoked; no order.
    uint256 nonce;
    /// Last second in which it opens, UTC.
    uint256 deadline;
}
