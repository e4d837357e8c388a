// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "./interfaces/IChargingSessions.sol";
import { IKeeper } from "./interfaces/IKeeper.sol";
import { Hashes } from "./libraries/Hashes.sol";
import { LiveSession } from "./libraries/LiveSession.sol";
import { Offer, Session } from "./types/Session.sol";
import { TariffTerms } from "./types/Tariff.sol";

/// @title Keeper
/// @notice Immutable, without owner or funds.
contract Keeper is IKeeper {
    struct Enrolled {
        Offer offer;
        Session session;
        /// Place in the list, from 1; zero when not enrolled.
        uint40 position;
    }

    /// What `close` needs of a tariff. A tariff never changes and serves many sessions, so it is kept once, for good.
    struct KeptTariff {
        uint32 settlementWindowSeconds;
        bytes32 pricingHash;
        /// `abi.encode(TariffTerms)`.
        bytes terms;
    }

    /// Keeps `checkUpkeep` below 5 million gas, half of what Chainlink's registries allow it.
    uint256 public constant MAX_CHECKED = 128;
    /// Keeps `performUpkeep` below 3 million gas.
    uint256 public constant MAX_PERFORMED = 16;

    IChargingSessions public immutable CHARGING_SESSIONS;

    bytes32[] private _list;
    mapping(bytes32 sessionId => Enrolled) private _enrolled;
    mapping(bytes32 tariffId => KeptTariff) private _tariffs;

    constructor(IChargingSessions sessions) {
        if (address(sessions) == address(0)) revert ZeroAddress();
        CHARGING_SESSIONS = sessions;
    }

    /// @inheritdoc IKeeper
    function enrol(Offer calldata offer, Session calldata session, TariffTerms calldata terms, bytes32 pricingHash)
        external
        returns (bytes32 sessionId)
    {
        sessionId = CHARGING_SESSIONS.sessionIdOf(session);
        if (_enrolled[sessionId].position != 0) revert AlreadyEnrolled(sessionId);
        if (!LiveSession.isLive(CHARGING_SESSIONS, offer.evse, sessionId)) revert SessionNotLive(sessionId);
        bytes32 offerHash = CHARGING_SESSIONS.hashOffer(offer);
        if (offerHash != session.offerHash) revert OfferMismatch(offerHash, session.offerHash);
        bytes32 tariffId = Hashes.tariff(Hashes.terms(terms), pricingHash);
        if (tariffId != offer.tariffId) revert TariffMismatch(tariffId, offer.tariffId);

        KeptTariff storage tariff = _tariffs[tariffId];
        if (tariff.terms.length == 0) {
            tariff.settlementWindowSeconds = terms.settlementWindowSeconds;
            tariff.pricingHash = pricingHash;
            tariff.terms = abi.encode(terms);
        }
        _list.push(sessionId);
        Enrolled storage entry = _enrolled[sessionId];
        entry.offer = offer;
        entry.session = session;
        // No list grows to 2^40 entries of one transaction each.
        entry.position = uint40(_list.length);
        emit SessionEnrolled(sessionId, msg.sender);
    }

    /// @inheritdoc IKeeper
    function checkUpkeep(bytes calldata checkData) external view returns (bool upkeepNeeded, bytes memory performData) {
        (uint256 first, uint256 end) = _slice(checkData);
        bytes32[] memory due = new bytes32[](MAX_PERFORMED);
        uint256 found;
        for (uint256 i = first; i < end && found < MAX_PERFORMED; ++i) {
            bytes32 sessionId = _list[i];
            (bool live, bool closable) = _exit(sessionId, _enrolled[sessionId]);
            if (!live || closable) due[found++] = sessionId;
        }
        // Only shortens.
        assembly ("memory-safe") {
            mstore(due, found)
        }
        return (found != 0, abi.encode(due));
    }

    /// @inheritdoc IKeeper
    function performUpkeep(bytes calldata performData) external {
        bytes32[] memory sessionIds = abi.decode(performData, (bytes32[]));
        if (sessionIds.length > MAX_PERFORMED) revert TooManySessions(sessionIds.length, MAX_PERFORMED);
        for (uint256 i; i < sessionIds.length; ++i) {
            Enrolled storage entry = _enrolled[sessionIds[i]];
            if (entry.position == 0) continue;
            (bool live, bool closable) = _exit(sessionIds[i], entry);
            if (!live) _drop(sessionIds[i], false);
            else if (closable && _close(entry)) _drop(sessionIds[i], true);
        }
    }

    /// @inheritdoc IKeeper
    function enrolledCount() external view returns (uint256) {
        return _list.length;
    }

    /// @inheritdoc IKeeper
    function isEnrolled(bytes32 sessionId) external view returns (bool) {
        return _enrolled[sessionId].position != 0;
    }

    /// @inheritdoc IKeeper
    function enrolledAt(uint256 index) external view returns (bytes32 sessionId) {
        return _list[index];
    }

    /// @dev Bounds of the list's part to look at; empty when it lies beyond the end.
    function _slice(bytes calldata checkData) private view returns (uint256 first, uint256 end) {
        uint256 length = _list.length;
        uint256 count = MAX_CHECKED;
        if (checkData.length != 0) {
            (first, count) = abi.decode(checkData, (uint256, uint256));
            if (count > MAX_CHECKED) revert TooManySessions(count, MAX_CHECKED);
        } else if (length != 0) {
            first = block.number % ((length + MAX_CHECKED - 1) / MAX_CHECKED) * MAX_CHECKED;
        }
        if (first > length) first = length;
        end = count < length - first ? first + count : length;
    }

    /// @dev Whether the session goes on, and if so, whether `close` works now.
    function _exit(bytes32 sessionId, Enrolled storage entry) private view returns (bool live, bool closable) {
        live = LiveSession.isLive(CHARGING_SESSIONS, entry.offer.evse, sessionId);
        if (!live) return (false, false);
        uint32 window = _tariffs[entry.offer.tariffId].settlementWindowSeconds;
        closable = block.timestamp >= LiveSession.closableAt(CHARGING_SESSIONS, sessionId, entry.session, window);
    }

    /// @dev A failure, for want of gas say, leaves the session enrolled and the others untouched.
    function _close(Enrolled storage entry) private returns (bool closed) {
        KeptTariff storage tariff = _tariffs[entry.offer.tariffId];
        TariffTerms memory terms = abi.decode(tariff.terms, (TariffTerms));
        try CHARGING_SESSIONS.close(entry.offer, entry.session, terms, tariff.pricingHash) {
            return true;
        } catch {
            return false;
        }
    }

    /// @dev The last of the list takes the place that becomes free.
    function _drop(bytes32 sessionId, bool closed) private {
        uint40 position = _enrolled[sessionId].position;
        bytes32 last = _list[_list.length - 1];
        if (last != sessionId) {
            _list[position - 1] = last;
            _enrolled[last].position = position;
        }
        _list.pop();
        delete _enrolled[sessionId];
        emit SessionDropped(sessionId, closed);
    }
}
