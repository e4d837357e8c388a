// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Committee, Signature } from "./Committee.sol";
import { Statement } from "./Statement.sol";
import { TariffPricing } from "./Tariff.sol";

/// @notice What one EVSE offers under one tariff, everything a driver agrees to. Its hash is kept while the EVSE is idle.
struct Offer {
    /// EVSE key: station id with the index in the low 16 bits.
    uint256 evse;
    /// Who is paid: the station's owner at opening.
    address owner;
    /// Counts the station's sales.
    uint32 ownerEpoch;
    bytes32 tariffId;
    bytes32 committeeId;
    bytes32 meterKeyHash;
    /// Ledger id of the tariff's currency.
    uint256 currency;
    /// Base units.
    uint128 minimumDeposit;
    /// Bounds the energy a statement may claim, W.
    uint32 powerCapW;
}

/// @notice Everything fixed at opening. `sessionId` is its hash under the contract's EIP-712 domain separator.
struct Session {
    bytes32 offerHash;
    /// Hash of the block before the opening one: an opening that a reorg removed never shares an id with its successor.
    bytes32 parentHash;
    address driver;
    /// Base units locked at opening.
    uint128 deposit;
    /// The EVSE's session counter, never reset.
    uint40 counter;
    /// UTC seconds.
    uint40 openedAt;
    /// Duration limit after opening, seconds.
    uint32 maxSeconds;
    /// Hash of what only some sessions have (fiat rate, reservation, mandate, credits); zero without.
    bytes32 extras;
}

/// @notice A statement with all that proves and prices it.
struct Filing {
    Offer offer;
    Session session;
    Statement statement;
    Committee committee;
    /// By ascending operator; exactly the committee's threshold.
    Signature[] signatures;
    TariffPricing pricing;
    /// With the pricing's hash it gives the tariff's id.
    bytes32 termsHash;
}
