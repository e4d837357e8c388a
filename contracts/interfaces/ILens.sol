// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Offer, Session } from "../types/Session.sol";

/// @title What a wallet shows before and after paying, in one `eth_call`
/// @notice Reads only; nothing depends on it.
interface ILens {
    /// @notice Who would pay what for an offer. Amounts in base units of the offer's currency.
    struct Quote {
        /// 0 idle, 1 in session, 2 reserved.
        uint8 status;
        /// `open` works without proving the offer first: the EVSE is idle, and this offer active.
        bool active;
        /// The error that `open` would revert with, as revert data; empty when it would succeed.
        bytes refusal;
        uint256 ledgerBalance;
        /// Outside the network: the token's balance, or the native one.
        uint256 walletBalance;
        /// What ChargingSessions may take of the token; zero of the native currency.
        uint256 allowance;
        /// EIP-2612. Both zero where the token has no permit.
        bool hasPermit;
        uint256 permitNonce;
    }

    struct SessionView {
        bytes32 sessionId;
        /// Whether the EVSE is in this session now.
        bool live;
        /// UTC seconds; zero when not live.
        uint256 closableAt;
        uint128 toppedUp;
        uint40 stopRequestedAt;
        uint128 checkpointCost;
        uint64 checkpointEnergyWh;
    }

    error ZeroAddress();
    error LengthMismatch(uint256 offers, uint256 sessions, uint256 windows);

    /// @notice What `open(offer, deposit, maxSeconds, 0)` by this driver would do now.
    function quote(Offer calldata offer, address driver, uint128 deposit, uint32 maxSeconds)
        external
        view
        returns (Quote memory);

    /// @notice How each session stands.
    /// @param settlementWindowSeconds Of each session's tariff.
    function sessions(Offer[] calldata offers, Session[] calldata sessions_, uint32[] calldata settlementWindowSeconds)
        external
        view
        returns (SessionView[] memory);
}
