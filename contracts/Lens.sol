// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

import { IChargingSessions } from "./interfaces/IChargingSessions.sol";
import { ILedger } from "./interfaces/ILedger.sol";
import { ILens } from "./interfaces/ILens.sol";
import { Currency } from "./libraries/Currency.sol";
import { LiveSession } from "./libraries/LiveSession.sol";
import { Offer, Session } from "./types/Session.sol";

/// @title Lens
/// @notice Immutable, without owner, funds or state.
contract Lens is ILens {
    IChargingSessions public immutable CHARGING_SESSIONS;

    constructor(IChargingSessions chargingSessions) {
        if (address(chargingSessions) == address(0)) revert ZeroAddress();
        CHARGING_SESSIONS = chargingSessions;
    }

    /// @inheritdoc ILens
    function quote(Offer calldata offer, address driver, uint128 deposit, uint32 maxSeconds)
        external
        view
        returns (Quote memory q)
    {
        IChargingSessions.EvseState memory state = CHARGING_SESSIONS.evseState(offer.evse);
        bytes32 offerHash = CHARGING_SESSIONS.hashOffer(offer);
        q.status = state.status;
        q.active = state.status == 0 && !state.stale && LiveSession.commitsTo(state, offerHash);
        q.ledgerBalance = CHARGING_SESSIONS.balanceOf(driver, offer.currency);
        q.refusal = _refusal(offer, offerHash, q, driver, deposit, maxSeconds);

        if (offer.currency == Currency.idOf(Currency.NATIVE)) {
            q.walletBalance = driver.balance;
        } else if (Currency.isToken(offer.currency)) {
            address token = Currency.toAddress(offer.currency);
            (, q.walletBalance) = _read(token, abi.encodeCall(IERC20.balanceOf, (driver)));
            (, q.allowance) = _read(token, abi.encodeCall(IERC20.allowance, (driver, address(CHARGING_SESSIONS))));
            (q.hasPermit, q.permitNonce) = _read(token, abi.encodeCall(IERC20Permit.nonces, (driver)));
        }
    }

    /// @inheritdoc ILens
    function sessions(Offer[] calldata offers, Session[] calldata sessions_, uint32[] calldata settlementWindowSeconds)
        external
        view
        returns (SessionView[] memory views)
    {
        uint256 count = offers.length;
        if (sessions_.length != count || settlementWindowSeconds.length != count) {
            revert LengthMismatch(count, sessions_.length, settlementWindowSeconds.length);
        }
        views = new SessionView[](count);
        for (uint256 i; i < count; ++i) {
            SessionView memory v = views[i];
            v.sessionId = CHARGING_SESSIONS.sessionIdOf(sessions_[i]);
            v.live = LiveSession.isLive(CHARGING_SESSIONS, offers[i].evse, v.sessionId);
            if (v.live) {
                v.closableAt =
                    LiveSession.closableAt(CHARGING_SESSIONS, v.sessionId, sessions_[i], settlementWindowSeconds[i]);
            }
            IChargingSessions.SessionState memory state = CHARGING_SESSIONS.sessionState(v.sessionId);
            v.toppedUp = state.toppedUp;
            v.stopRequestedAt = state.stopRequestedAt;
            v.checkpointCost = state.checkpointCost;
            v.checkpointEnergyWh = state.checkpointEnergyWh;
        }
    }

    /// @dev The checks of `ChargingSessions.open`, in its order.
    function _refusal(
        Offer calldata offer,
        bytes32 offerHash,
        Quote memory q,
        address driver,
        uint128 deposit,
        uint32 maxSeconds
    ) private view returns (bytes memory) {
        uint32 greatest = CHARGING_SESSIONS.MAX_DURATION();
        if (maxSeconds == 0 || maxSeconds > greatest) {
            return abi.encodeWithSelector(IChargingSessions.InvalidDuration.selector, maxSeconds, greatest);
        }
        if (q.status != 0) return abi.encodeWithSelector(IChargingSessions.EvseBusy.selector, offer.evse);
        if (!q.active) {
            return abi.encodeWithSelector(IChargingSessions.OfferNotActive.selector, offer.evse, offerHash);
        }
        if (!CHARGING_SESSIONS.isCommitteeActive(offer.committeeId)) {
            return abi.encodeWithSelector(IChargingSessions.CommitteeInactive.selector, offer.committeeId);
        }
        if (deposit < offer.minimumDeposit) {
            return abi.encodeWithSelector(IChargingSessions.DepositBelowMinimum.selector, deposit, offer.minimumDeposit);
        }
        if (q.ledgerBalance < deposit) {
            return abi.encodeWithSelector(
                ILedger.InsufficientBalance.selector, driver, q.ledgerBalance, deposit, offer.currency
            );
        }
        return "";
    }

    /// @dev A number that a token tells, if it does: a token without the function spoils nothing else.
    function _read(address token, bytes memory call) private view returns (bool answered, uint256 value) {
        (bool success, bytes memory result) = token.staticcall(call);
        if (!success || result.length != 32) return (false, 0);
        return (true, abi.decode(result, (uint256)));
    }
}
