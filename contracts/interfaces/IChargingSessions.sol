// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Filing, Offer, Session } from "../types/Session.sol";
import { Period, Statement, StopReason } from "../types/Statement.sol";
import { StationConfig } from "../types/Station.sol";
import { TariffTerms } from "../types/Tariff.sol";
import { ILedger } from "./ILedger.sol";

/// @title Charging sessions in escrow
/// @notice A session has two exits: `settle` with a quorum-signed final statement, or, when none came, `close` after a
/// time known before paying. No one can block either, and no one else can move what a session locks.
interface IChargingSessions is ILedger {
    /// @notice What happened to a session beside its opening parameters.
    struct SessionState {
        uint128 toppedUp;
        /// UTC seconds, or zero.
        uint40 stopRequestedAt;
        /// Sequence of the last checkpoint, or zero.
        uint32 checkpointSequence;
        /// Base units.
        uint128 checkpointCost;
        uint64 checkpointEnergyWh;
    }

    /// @notice `status` 0 idle, 1 in session, 2 reserved. `commitment` are the high 192 bits of the session id, or,
    /// while idle, of the hash of the offer that opens without a proof; `stale` voids that offer.
    struct EvseState {
        bytes32 commitment;
        uint40 counter;
        uint8 status;
        bool stale;
        bool hasState;
    }

    /// @notice The offer was proven against the registry; sessions open under it until the station changes.
    event OfferActivated(uint256 indexed evse, bytes32 indexed offerHash, Offer offer);
    /// @notice Locks `deposit` of the driver's balance.
    event SessionOpened(
        bytes32 indexed sessionId,
        uint256 indexed evse,
        address indexed driver,
        bytes32 offerHash,
        bytes32 parentHash,
        uint128 deposit,
        uint40 counter,
        uint40 openedAt,
        uint32 maxSeconds,
        bytes32 extras
    );
    /// @notice Locks `amount` of the payer's balance for the session's driver.
    event SessionToppedUp(bytes32 indexed sessionId, address indexed payer, uint128 amount);
    event StopRequested(bytes32 indexed sessionId, uint256 indexed evse, address indexed by);
    event CheckpointRecorded(
        bytes32 indexed sessionId, uint32 sequence, uint128 cost, uint128 waived, bytes32 evidence, Period[] periods
    );
    /// @notice Of what was locked, the owner received `cost - fee`, the committee `fee` in equal parts, the driver the rest.
    event SessionSettled(
        bytes32 indexed sessionId,
        uint128 cost,
        uint128 fee,
        uint32 sequence,
        StopReason stopReason,
        uint128 waived,
        bytes32 evidence,
        Period[] periods
    );
    /// @notice The last checkpoint's cost went to the owner, the rest to the driver.
    event SessionClosed(bytes32 indexed sessionId, uint128 cost);

    /// @notice No code lies at the extension's address.
    error ExtensionMissing(address extension);
    /// @notice The extension was made for another contract, chain or longest duration.
    error ExtensionMismatch(address extension);
    error NotRegistry(address caller);
    error OfferNotActive(uint256 evse, bytes32 offerHash);
    error EvseBusy(uint256 evse);
    error CommitteeInactive(bytes32 committeeId);
    error DepositBelowMinimum(uint128 deposit, uint128 minimum);
    error InvalidDuration(uint32 seconds_, uint32 greatest);
    /// @notice A rate bound was given, but the tariff is not priced in fiat.
    error RateNotApplicable(uint128 maxRate);
    error UnknownSession(bytes32 sessionId);
    error OfferMismatch(bytes32 given, bytes32 expected);
    error TariffMismatch(bytes32 given, bytes32 expected);
    error CommitteeMismatch(bytes32 given, bytes32 expected);
    error NotParty(bytes32 sessionId, address caller);
    error StopAlreadyRequested(bytes32 sessionId);
    error NotFinal(uint32 sequence);
    error IsFinal(uint32 sequence);
    error SequenceZero();
    error CheckpointNotNewer(uint32 given, uint32 stored);
    error CheckpointShrinks(uint256 energyWh, uint256 storedWh);
    error TooManyPeriods(uint256 count, uint256 maximum);
    error NoPeriods();
    error PeriodMalformed(uint256 index);
    error PeriodStartsBefore(uint256 index, uint256 start, uint256 earliest);
    /// @notice Another element begins or ends to apply within the period: it has to be cut there.
    error PeriodCrossesPrice(uint256 index, uint256 element);
    error StatementFromFuture(uint256 end, uint256 latest);
    error EnergyAbovePowerCap(uint256 energyWh, uint256 greatestWh);
    error WrongSignatureCount(uint256 given, uint256 threshold);
    error InvalidSignature(uint256 index);
    error SignerNotSorted(uint256 index, address operator);
    error SignerNotMember(uint256 index, address operator);
    error SignerUnknown(uint256 index, address key);
    error CloseTooEarly(uint256 availableAt);

    /// @notice Proves an offer against the registry, once; anyone may.
    function activateOffer(
        Offer calldata offer,
        StationConfig calldata config,
        TariffTerms calldata terms,
        bytes32 pricingHash
    ) external;

    /// @notice Locks a deposit of the caller's balance and occupies the EVSE.
    /// @param maxRate Bound on the fiat rate; zero for a tariff priced in its currency.
    function open(Offer calldata offer, uint128 deposit, uint32 maxSeconds, uint128 maxRate)
        external
        returns (bytes32 sessionId);

    /// @notice Adds to a session's deposit out of the caller's balance.
    function topUp(Offer calldata offer, Session calldata session, uint128 amount) external;

    /// @notice The driver or the owner asks for the end; from now the settlement window runs.
    function requestStop(Offer calldata offer, Session calldata session) external;

    /// @notice Records a statement that is not final, and its cost, for `close`.
    function checkpoint(Filing calldata filing) external;

    /// @notice The first exit: pays by a final statement.
    function settle(Filing calldata filing) external;

    /// @notice The other exit: after the settlement window pays the last checkpoint and returns the rest.
    function close(Offer calldata offer, Session calldata session, TariffTerms calldata terms, bytes32 pricingHash)
        external;

    /// @notice Called by StationRegistry when offers of `count` EVSEs from `firstEvse` on are void.
    function voidOffers(uint256 firstEvse, uint256 count) external;
    /// @notice Called by OracleRegistry.
    function setCommittee(bytes32 committeeId, bool active) external;

    /// @notice Called by OracleRegistry whenever a statement key is added or retired.
    function setKey(address key, address operator, uint40 activeAt, uint40 retiredAt) external;

    function evseState(uint256 evse) external view returns (EvseState memory);
    function sessionState(bytes32 sessionId) external view returns (SessionState memory);
    function isCommitteeActive(bytes32 committeeId) external view returns (bool);
    function hashOffer(Offer calldata offer) external pure returns (bytes32);
    function sessionIdOf(Session calldata session) external view returns (bytes32);
    /// @notice The EIP-712 digest that a committee signs.
    function statementDigest(bytes32 sessionId, Statement calldata statement) external view returns (bytes32);
    /// @notice Longest duration limit, seconds.
    function MAX_DURATION() external view returns (uint32);
}
