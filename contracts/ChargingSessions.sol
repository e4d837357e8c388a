// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Multicall } from "@openzeppelin/contracts/utils/Multicall.sol";
import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import { Ledger } from "./Ledger.sol";
import { SessionsCore } from "./SessionsCore.sol";
import { SessionsExtension } from "./SessionsExtension.sol";
import { IChargingSessions } from "./interfaces/IChargingSessions.sol";
import { IOracleRegistry } from "./interfaces/IOracleRegistry.sol";
import { IStationRegistry } from "./interfaces/IStationRegistry.sol";
import { Cost } from "./libraries/Cost.sol";
import { EvseWord, EvseWords } from "./libraries/EvseWord.sol";
import { Hashes } from "./libraries/Hashes.sol";
import { LoadedCommittee, LoadedCommittees } from "./libraries/LoadedCommittee.sol";
import { LoadedTariff, LoadedTariffs } from "./libraries/LoadedTariff.sol";
import { Delivery, Periods } from "./libraries/Periods.sol";
import { RestrictedPricing } from "./libraries/RestrictedPricing.sol";
import { SessionEvents } from "./libraries/SessionEvents.sol";
import { Signature } from "./types/Committee.sol";
import { Filing, Offer, Session } from "./types/Session.sol";
import { Period, Statement, StopReason } from "./types/Statement.sol";
import { StationConfig } from "./types/Station.sol";
import { TariffTerms } from "./types/Tariff.sol";

/// @title ChargingSessions
/// @notice Immutable, without owner, proxy or pause.
contract ChargingSessions is IChargingSessions, Ledger, SessionsCore, Multicall {
    uint256 private constant BASIS_POINTS = 10_000;

    IStationRegistry public immutable STATION_REGISTRY;
    IOracleRegistry public immutable ORACLE_REGISTRY;
    address private immutable EXTENSION_CODE;

    constructor(
        IStationRegistry stationRegistry,
        IOracleRegistry oracleRegistry,
        SessionsExtension extension,
        uint32 maxDuration
    ) SessionsCore(address(this), maxDuration) {
        if (address(stationRegistry) == address(0) || address(oracleRegistry) == address(0)) revert ZeroAddress();
        if (address(extension).code.length == 0) revert ExtensionMissing(address(extension));
        (bytes32 sessionDomain, uint32 longest) = extension.madeFor();
        if (sessionDomain != SESSION_DOMAIN || longest != maxDuration) revert ExtensionMismatch(address(extension));
        STATION_REGISTRY = stationRegistry;
        ORACLE_REGISTRY = oracleRegistry;
        EXTENSION_CODE = address(extension);
    }

    /// @notice What is not here is in the extension (ISessionsExtension).
    fallback() external {
        address extension = EXTENSION_CODE;
        // Takes all memory: nothing of this contract runs after it.
        assembly {
            calldatacopy(0, 0, calldatasize())
            let done := delegatecall(gas(), extension, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if done { return(0, returndatasize()) }
            revert(0, returndatasize())
        }
    }

    // -------------------------------------------------------------------------------------------------------- opening

    /// @inheritdoc IChargingSessions
    function activateOffer(
        Offer calldata offer,
        StationConfig calldata config,
        TariffTerms calldata terms,
        bytes32 pricingHash
    ) external {
        EvseWord word = _evses[offer.evse];
        if (word.status() != 0) revert EvseBusy(offer.evse);
        STATION_REGISTRY.checkOffer(offer, config, terms, pricingHash);

        (, bytes32 offerHash) = Hashes.load(offer);
        _evses[offer.evse] = word.offering(offerHash);
        emit OfferActivated(offer.evse, offerHash, offer);
    }

    /// @inheritdoc IChargingSessions
    function open(Offer calldata offer, uint128 amount, uint32 maxSeconds, uint128 maxRate)
        external
        returns (bytes32 sessionId)
    {
        return _open(offer, msg.sender, amount, maxSeconds, maxRate);
    }

    // ------------------------------------------------------------------------------------------------- while it lasts

    /// @inheritdoc IChargingSessions
    function topUp(Offer calldata offer_, Session calldata session_, uint128 amount) external {
        if (amount == 0) revert ZeroAmount();
        (Offer memory offer, Session memory session, bytes32 sessionId) = _liveSessionWithState(offer_, session_);
        uint256 toppedUp = uint256(_states[sessionId].toppedUp) + amount;
        if (session.deposit + toppedUp > type(uint128).max) revert AmountTooLarge(amount);
        _take(msg.sender, offer.currency, amount);
        _states[sessionId].toppedUp = uint128(toppedUp);
        emit SessionToppedUp(sessionId, msg.sender, amount);
    }

    /// @inheritdoc IChargingSessions
    function requestStop(Offer calldata offer_, Session calldata session_) external {
        (Offer memory offer, Session memory session, bytes32 sessionId) = _liveSessionWithState(offer_, session_);
        if (msg.sender != session.driver && msg.sender != offer.owner) revert NotParty(sessionId, msg.sender);
        if (_states[sessionId].stopRequestedAt != 0) revert StopAlreadyRequested(sessionId);
        _states[sessionId].stopRequestedAt = uint40(block.timestamp);
        emit StopRequested(sessionId, offer.evse, msg.sender);
    }

    /// @inheritdoc IChargingSessions
    function checkpoint(Filing calldata filing) external {
        Statement calldata statement = filing.statement;
        if (statement.stopReason != StopReason.None) revert IsFinal(statement.sequence);
        if (statement.periods.length == 0) revert NoPeriods();
        (Offer memory offer, Session memory session, bytes32 sessionId) =
            _liveSessionWithState(filing.offer, filing.session);
        SessionState storage state = _states[sessionId];
        if (statement.sequence <= state.checkpointSequence) {
            revert CheckpointNotNewer(statement.sequence, state.checkpointSequence);
        }

        (Delivery memory delivery, LoadedTariff tariff,) =
            _verify(filing, statement, offer, session.openedAt, sessionId);
        if (delivery.energyWh < state.checkpointEnergyWh) {
            revert CheckpointShrinks(delivery.energyWh, state.checkpointEnergyWh);
        }
        uint256 cost = Cost.compute(tariff, delivery, statement.waived, uint256(session.deposit) + state.toppedUp);
        state.checkpointSequence = statement.sequence;
        // The cost is at most what is locked, which `topUp` keeps below 2^128; the energy at most 256 periods of 32 bits.
        state.checkpointCost = uint128(cost);
        state.checkpointEnergyWh = uint64(delivery.energyWh);
        emit CheckpointRecorded(
            sessionId, statement.sequence, uint128(cost), statement.waived, statement.evidence, statement.periods
        );
    }

    // ------------------------------------------------------------------------------------------------ the two exits

    /// @inheritdoc IChargingSessions
    function settle(Filing calldata filing) external {
        Statement calldata statement = filing.statement;
        if (statement.stopReason == StopReason.None) revert NotFinal(statement.sequence);
        (Offer memory offer, Session memory session, bytes32 sessionId, EvseWord word) =
            _liveSession(filing.offer, filing.session);
        (Delivery memory delivery, LoadedTariff tariff, LoadedCommittee committee) =
            _verify(filing, statement, offer, session.openedAt, sessionId);

        uint256 locked = session.deposit;
        if (word.has(EvseWords.HAS_STATE)) locked += _states[sessionId].toppedUp;
        uint256 cost = Cost.compute(tariff, delivery, statement.waived, locked);

        _evses[offer.evse] = word.released(session.offerHash);
        mapping(address => uint256) storage book = _books[offer.currency];
        uint256 fee = _payCommittee(book, committee, cost);
        // The cost rule ends with the bound by `locked`; the fee is a share of the cost.
        unchecked {
            _pay(book, offer.owner, cost - fee);
            _pay(book, session.driver, locked - cost);
        }
        SessionEvents.settled(sessionId, cost, fee, statement);
    }

    /// @inheritdoc IChargingSessions
    function close(Offer calldata offer_, Session calldata session_, TariffTerms calldata terms, bytes32 pricingHash)
        external
    {
        (Offer memory offer, Session memory session, bytes32 sessionId, EvseWord word) = _liveSession(offer_, session_);
        bytes32 tariffId = Hashes.tariff(Hashes.terms(terms), pricingHash);
        if (tariffId != offer.tariffId) revert TariffMismatch(tariffId, offer.tariffId);

        SessionState memory state;
        if (word.has(EvseWords.HAS_STATE)) state = _states[sessionId];
        uint256 since = uint256(session.openedAt) + session.maxSeconds;
        if (state.stopRequestedAt != 0 && state.stopRequestedAt < since) since = state.stopRequestedAt;
        uint256 availableAt = since + terms.settlementWindowSeconds;
        if (block.timestamp < availableAt) revert CloseTooEarly(availableAt);

        _evses[offer.evse] = word.released(session.offerHash);
        uint256 locked = uint256(session.deposit) + state.toppedUp;
        mapping(address => uint256) storage book = _books[offer.currency];
        _pay(book, offer.owner, state.checkpointCost);
        _pay(book, session.driver, locked - state.checkpointCost);
        emit SessionClosed(sessionId, state.checkpointCost);
    }

    // -------------------------------------------------------------------------------------------- from the registries

    /// @inheritdoc IChargingSessions
    function voidOffers(uint256 firstEvse, uint256 count) external {
        if (msg.sender != address(STATION_REGISTRY)) revert NotRegistry(msg.sender);
        for (uint256 evse = firstEvse; evse < firstEvse + count; ++evse) {
            EvseWord word = _evses[evse];
            if (EvseWord.unwrap(word) != 0 && !word.has(EvseWords.STALE)) _evses[evse] = word.with(EvseWords.STALE);
        }
    }

    /// @inheritdoc IChargingSessions
    function setCommittee(bytes32 committeeId, bool active) external {
        if (msg.sender != address(ORACLE_REGISTRY)) revert NotRegistry(msg.sender);
        _activeCommittees[committeeId] = active;
    }

    /// @inheritdoc IChargingSessions
    function setKey(address key, address operator_, uint40 activeAt, uint40 retiredAt) external {
        if (msg.sender != address(ORACLE_REGISTRY)) revert NotRegistry(msg.sender);
        _keys[key] = uint256(uint160(operator_)) << 96 | uint256(activeAt) << 56 | uint256(retiredAt) << 16;
    }

    // ---------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IChargingSessions
    function evseState(uint256 evse) external view returns (EvseState memory) {
        EvseWord word = _evses[evse];
        return EvseState({
            commitment: word.commitment(),
            counter: word.counter(),
            status: uint8(word.status()),
            stale: word.has(EvseWords.STALE),
            hasState: word.has(EvseWords.HAS_STATE)
        });
    }

    /// @inheritdoc IChargingSessions
    function MAX_DURATION() external view returns (uint32) {
        return LONGEST;
    }

    /// @inheritdoc IChargingSessions
    function sessionState(bytes32 sessionId) external view returns (SessionState memory) {
        return _states[sessionId];
    }

    /// @inheritdoc IChargingSessions
    function isCommitteeActive(bytes32 committeeId) external view returns (bool) {
        return _activeCommittees[committeeId];
    }

    /// @inheritdoc IChargingSessions
    function hashOffer(Offer calldata offer) external pure returns (bytes32) {
        (, bytes32 hash) = Hashes.load(offer);
        return hash;
    }

    /// @inheritdoc IChargingSessions
    function sessionIdOf(Session calldata session) external view returns (bytes32) {
        (, bytes32 sessionId) = Hashes.load(session, SESSION_DOMAIN);
        return sessionId;
    }

    /// @inheritdoc IChargingSessions
    function statementDigest(bytes32 sessionId, Statement calldata statement) external view returns (bytes32) {
        return _hashTypedDataV4(Hashes.statement(statement, statement.periods, sessionId));
    }

    // ------------------------------------------------------------------------------------------------------ internals

    /// @dev A session that is open now under this offer: both in memory, its id and its EVSE's word.
    function _liveSession(Offer calldata offer_, Session calldata session_)
        private
        view
        returns (Offer memory offer, Session memory session, bytes32 sessionId, EvseWord word)
    {
        bytes32 offerHash;
        (offer, offerHash) = Hashes.load(offer_);
        (session, sessionId) = Hashes.load(session_, SESSION_DOMAIN);
        word = _evses[offer.evse];
        if (word.status() != EvseWords.IN_SESSION || !word.commitsTo(sessionId)) revert UnknownSession(sessionId);
        if (offerHash != session.offerHash) revert OfferMismatch(offerHash, session.offerHash);
    }

    /// @dev The same, with the flag set that sends the exits to the session's state.
    function _liveSessionWithState(Offer calldata offer_, Session calldata session_)
        private
        returns (Offer memory offer, Session memory session, bytes32 sessionId)
    {
        EvseWord word;
        (offer, session, sessionId, word) = _liveSession(offer_, session_);
        if (!word.has(EvseWords.HAS_STATE)) _evses[offer.evse] = word.with(EvseWords.HAS_STATE);
    }

    /// @dev What a filing proves: reverts unless a quorum of the session's committee signed the statement, its periods
    /// are possible and it is priced by the session's tariff.
    function _verify(
        Filing calldata filing,
        Statement calldata statement,
        Offer memory offer,
        uint256 openedAt,
        bytes32 sessionId
    ) private view returns (Delivery memory delivery, LoadedTariff tariff, LoadedCommittee committee) {
        if (statement.sequence == 0) revert SequenceZero();
        bytes32 hash;
        (committee, hash) = LoadedCommittees.load(filing.committee);
        if (hash != offer.committeeId) revert CommitteeMismatch(hash, offer.committeeId);
        (tariff, hash) = LoadedTariffs.load(filing.pricing);
        hash = Hashes.tariff(filing.termsHash, hash);
        if (hash != offer.tariffId) revert TariffMismatch(hash, offer.tariffId);

        Period[] calldata periods = statement.periods;
        hash = _hashTypedDataV4(Hashes.statement(statement, periods, sessionId));
        _verifyQuorum(hash, committee, filing.signatures, openedAt);
        delivery = Periods.check(periods, openedAt, offer.powerCapW);
        if (tariff.isRestricted()) {
            delivery.restrictedCost = RestrictedPricing.sum(LoadedTariffs.words(filing.pricing), periods);
        }
    }

    /// @dev Signers come by ascending operator, so none counts twice, whatever number of keys it has.
    function _verifyQuorum(bytes32 digest, LoadedCommittee committee, Signature[] calldata signatures, uint256 openedAt)
        private
        view
    {
        uint256 threshold = committee.threshold();
        if (signatures.length != threshold) revert WrongSignatureCount(signatures.length, threshold);
        address last;
        uint256 member;
        for (uint256 i; i < threshold; ++i) {
            Signature calldata signature = signatures[i];
            (address key, ECDSA.RecoverError err,) = ECDSA.tryRecover(digest, signature.r, signature.vs);
            if (err != ECDSA.RecoverError.NoError) revert InvalidSignature(i);
            address operator_ = _operatorOf(key, openedAt);
            if (operator_ == address(0)) revert SignerUnknown(i, key);
            if (operator_ <= last) revert SignerNotSorted(i, operator_);
            last = operator_;
            while (committee.member(member) != operator_) {
                if (++member == committee.size()) revert SignerNotMember(i, operator_);
            }
        }
    }

    /// @dev The operator whose key this was at the given time, or zero.
    function _operatorOf(address key, uint256 time) private view returns (address) {
        uint256 word = _keys[key];
        if (uint40(word >> 56) > time) return address(0);
        uint256 retiredAt = uint40(word >> 16);
        if (retiredAt != 0 && retiredAt <= time) return address(0);
        return address(uint160(word >> 96));
    }

    /// @dev Equal parts, rounded down; what does not divide stays with the owner.
    function _payCommittee(mapping(address => uint256) storage book, LoadedCommittee committee, uint256 cost)
        private
        returns (uint256 fee)
    {
        uint256 feeBps = committee.feeBps();
        if (feeBps == 0) return 0;
        uint256 members = committee.size();
        uint256 share = cost * feeBps / BASIS_POINTS / members;
        if (share == 0) return 0;
        for (uint256 i; i < members; ++i) {
            _give(book, committee.member(i), share);
        }
        return share * members;
    }

    /// @dev Nothing is written for nothing.
    function _pay(mapping(address => uint256) storage book, address to, uint256 amount) private {
        if (amount != 0) _give(book, to, amount);
    }
}
