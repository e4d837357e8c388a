// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import { IChargingSessions } from "./interfaces/IChargingSessions.sol";
import { IOracleRegistry } from "./interfaces/IOracleRegistry.sol";
import { Contradictions } from "./libraries/Contradictions.sol";
import { Currency } from "./libraries/Currency.sol";
import { Hashes } from "./libraries/Hashes.sol";
import { Committee } from "./types/Committee.sol";
import { SignedStatement, SlashingProof } from "./types/Proof.sol";
import { Offer, Session } from "./types/Session.sol";

/// @title OracleRegistry
/// @notice Immutable, without owner, proxy or pause. A bond leaves only to its operator, after unbonding,
/// or, frozen by a proof, in part to those who were harmed and to the reporter.
contract OracleRegistry is IOracleRegistry, EIP712 {
    using SafeERC20 for IERC20;

    uint256 public constant MAX_MEMBERS = 16;
    /// What a later deactivation of an operator has to visit.
    uint256 public constant MAX_COMMITTEES = 64;
    uint256 public constant MAX_ENDPOINT_LENGTH = 256;
    uint16 public constant MAX_FEE_BPS = 10_000;
    /// Longest settlement window and recorded sequencer downtime after the longest session, seconds.
    uint256 public constant LONGEST_WINDOWS = 72 hours + 24 hours;

    /// Shares of a frozen bond. The other half, and what nobody claims, stays here for ever: it is burned.
    uint256 public constant REPORTER_PERCENT = 10;
    uint256 public constant CLAIMS_PERCENT = 40;

    uint8 private constant ACTIVE = 1;
    uint8 private constant UNBONDING = 2;
    uint8 private constant GONE = 3;
    uint8 private constant FROZEN = 4;

    uint8 private constant COMMITTEE_ACTIVE = 1;
    uint8 private constant COMMITTEE_ENDED = 2;

    bytes32 private constant KEY_PROOF_TYPEHASH = keccak256("KeyProof(address operator,address key)");

    /// @dev `accepted` has a bit a member.
    struct CommitteeState {
        uint16 accepted;
        uint8 status;
    }

    IChargingSessions public immutable SESSIONS;
    IERC20 public immutable BOND_CURRENCY;
    uint128 public immutable MINIMUM_BOND;
    uint40 public immutable UNBONDING_SECONDS;

    mapping(address account => Operator) private _operators;
    mapping(address key => Key) private _keys;
    mapping(bytes32 committeeId => CommitteeState) private _committees;
    mapping(address operator => Slashing) private _slashings;
    mapping(address operator => mapping(bytes32 sessionId => Claim)) private _claims;

    constructor(
        IChargingSessions sessions,
        IERC20 bondCurrency,
        uint128 minimumBond,
        uint40 unbondingSeconds,
        uint32 maxDuration
    ) EIP712("OpenJoule Oracles", "1") {
        if (address(sessions) == address(0) || address(bondCurrency) == address(0)) {
            revert ZeroAddress();
        }
        if (minimumBond == 0) revert ZeroAmount();
        // The sessions contract may not exist yet, so its longest duration is given and compared by the deployment.
        uint256 least = uint256(maxDuration) + LONGEST_WINDOWS;
        if (unbondingSeconds <= least) revert UnbondingTooShort(unbondingSeconds, least);
        SESSIONS = sessions;
        BOND_CURRENCY = bondCurrency;
        MINIMUM_BOND = minimumBond;
        UNBONDING_SECONDS = unbondingSeconds;
    }

    // ------------------------------------------------------------------------------------------------------ operators

    /// @inheritdoc IOracleRegistry
    function registerOperator(uint128 bond, uint16 feeBps, string calldata endpoint) external {
        if (_operators[msg.sender].status != 0) revert AlreadyRegistered(msg.sender);
        _checkProfile(feeBps, endpoint);
        uint128 arrived = _pull(bond);
        if (arrived < MINIMUM_BOND) revert BondTooSmall(arrived, MINIMUM_BOND);
        _operators[msg.sender] =
            Operator({ bond: arrived, unbondingAt: 0, feeBps: feeBps, activeCommittees: 0, status: ACTIVE });
        emit OperatorRegistered(msg.sender, arrived, feeBps, endpoint);
    }

    /// @inheritdoc IOracleRegistry
    function updateOperator(uint16 feeBps, string calldata endpoint) external {
        _requireActive(msg.sender);
        _checkProfile(feeBps, endpoint);
        _operators[msg.sender].feeBps = feeBps;
        emit OperatorUpdated(msg.sender, feeBps, endpoint);
    }

    /// @inheritdoc IOracleRegistry
    function addBond(uint128 amount) external {
        _requireActive(msg.sender);
        uint128 arrived = _pull(amount);
        uint128 bond = _operators[msg.sender].bond + arrived;
        _operators[msg.sender].bond = bond;
        emit BondAdded(msg.sender, arrived, bond);
    }

    // ----------------------------------------------------------------------------------------------------------- keys

    /// @inheritdoc IOracleRegistry
    function addKey(address key_, bytes calldata proof) external {
        _requireActive(msg.sender);
        if (key_ == address(0)) revert ZeroAddress();
        if (_keys[key_].operator != address(0)) revert KeyAlreadyClaimed(key_, _keys[key_].operator);
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(KEY_PROOF_TYPEHASH, msg.sender, key_)));
        (address recovered,,) = ECDSA.tryRecoverCalldata(digest, proof);
        if (recovered != key_) revert KeyProofInvalid(key_, recovered);
        _keys[key_] = Key({ operator: msg.sender, activeAt: uint40(block.timestamp), retiredAt: 0 });
        SESSIONS.setKey(key_, msg.sender, uint40(block.timestamp), 0);
        emit KeyAdded(msg.sender, key_, uint40(block.timestamp));
    }

    /// @inheritdoc IOracleRegistry
    function retireKey(address key_) external {
        Key storage stored = _keys[key_];
        if (stored.operator != msg.sender) revert NotOwnKey(key_, stored.operator);
        if (stored.retiredAt != 0) revert KeyAlreadyRetired(key_);
        stored.retiredAt = uint40(block.timestamp);
        SESSIONS.setKey(key_, msg.sender, stored.activeAt, uint40(block.timestamp));
        emit KeyRetired(msg.sender, key_, uint40(block.timestamp));
    }

    // ----------------------------------------------------------------------------------------------------- committees

    /// @inheritdoc IOracleRegistry
    function acceptCommittee(Committee calldata committee) external returns (bytes32 committeeId) {
        _requireActive(msg.sender);
        committeeId = _checkCommittee(committee);
        CommitteeState storage state = _committees[committeeId];
        if (state.status == COMMITTEE_ENDED) revert CommitteeIsDeactivated(committeeId);
        uint16 bit = uint16(1 << _indexOf(committee, committeeId, msg.sender));
        if (state.accepted & bit != 0) revert AlreadyAccepted(committeeId, msg.sender);

        state.accepted |= bit;
        emit CommitteeAccepted(committeeId, msg.sender);
        // 16 members at most: the shift stays within 17 bits.
        if (state.accepted == (1 << committee.members.length) - 1) _activate(committee, committeeId);
    }

    /// @inheritdoc IOracleRegistry
    function deactivateCommittee(Committee calldata committee) external {
        bytes32 committeeId = Hashes.committee(committee);
        if (!_hasFrozenMember(committee)) _indexOf(committee, committeeId, msg.sender);
        CommitteeState storage state = _committees[committeeId];
        if (state.status == COMMITTEE_ENDED) revert CommitteeIsDeactivated(committeeId);
        bool wasActive = state.status == COMMITTEE_ACTIVE;
        state.status = COMMITTEE_ENDED;
        if (wasActive) {
            for (uint256 i; i < committee.members.length; ++i) {
                --_operators[committee.members[i]].activeCommittees;
            }
            SESSIONS.setCommittee(committeeId, false);
        }
        emit CommitteeDeactivated(committeeId, msg.sender);
    }

    // ------------------------------------------------------------------------------------------------------ unbonding

    /// @inheritdoc IOracleRegistry
    function startUnbonding() external {
        Operator storage self = _operators[msg.sender];
        if (self.status == UNBONDING) revert AlreadyUnbonding(msg.sender);
        _requireActive(msg.sender);
        if (self.activeCommittees != 0) revert CommitteesStillActive(msg.sender, self.activeCommittees);
        self.status = UNBONDING;
        self.unbondingAt = uint40(block.timestamp) + UNBONDING_SECONDS;
        emit UnbondingStarted(msg.sender, self.unbondingAt);
    }

    /// @inheritdoc IOracleRegistry
    function withdrawBond(address to) external {
        if (to == address(0)) revert ZeroAddress();
        Operator storage self = _operators[msg.sender];
        if (self.status == FROZEN) revert BondIsFrozen(msg.sender);
        if (self.status != UNBONDING) revert NotUnbonding(msg.sender);
        if (block.timestamp < self.unbondingAt) revert UnbondingNotOver(self.unbondingAt);
        uint128 bond = self.bond;
        self.bond = 0;
        self.status = GONE;
        emit BondWithdrawn(msg.sender, to, bond);
        BOND_CURRENCY.safeTransfer(to, bond);
    }

    // ------------------------------------------------------------------------------------------------------- slashing

    /// @inheritdoc IOracleRegistry
    function slash(SlashingProof calldata proof) external returns (address account) {
        (Offer memory offer, bytes32 offerHash) = Hashes.load(proof.offer);
        if (offerHash != proof.session.offerHash) revert OfferMismatch(offerHash, proof.session.offerHash);
        bytes32 sessionId = SESSIONS.sessionIdOf(proof.session);
        account = _contradictor(proof, sessionId);

        Claim storage claim_ = _claims[account][sessionId];
        if (claim_.proven) revert AlreadyProven(account, sessionId);
        uint40 frozenAt = _freeze(account);
        uint128 amount;
        // Whoever opens a session once the operator is exposed knows whom he trusts.
        if (
            proof.session.openedAt < frozenAt && offer.currency == Currency.idOf(address(BOND_CURRENCY))
                && _isKnown(sessionId, offer.evse)
        ) amount = proof.session.deposit;
        (claim_.driver, claim_.proven, claim_.amount) = (proof.session.driver, true, amount);
        _slashings[account].claimed += amount;
        emit Slashed(account, sessionId, proof.session.driver, msg.sender, amount);
    }

    /// @inheritdoc IOracleRegistry
    function withdrawClaim(address account, bytes32 sessionId, address to) external {
        if (to == address(0)) revert ZeroAddress();
        Claim storage claim_ = _claims[account][sessionId];
        uint256 amount = claim_.amount;
        if (claim_.driver != msg.sender || amount == 0) revert NothingToWithdraw(msg.sender);
        _requireClaimsOver(account);
        claim_.amount = 0;
        uint256 share = _operators[account].bond * CLAIMS_PERCENT / 100;
        uint256 claimed = _slashings[account].claimed;
        if (claimed > share) amount = amount * share / claimed;
        emit ClaimWithdrawn(account, sessionId, to, uint128(amount));
        BOND_CURRENCY.safeTransfer(to, amount);
    }

    /// @inheritdoc IOracleRegistry
    function withdrawReward(address account, address to) external {
        if (to == address(0)) revert ZeroAddress();
        Slashing storage slashing_ = _slashings[account];
        if (slashing_.frozenAt == 0) revert NotFrozen(account);
        if (slashing_.reporter != msg.sender || slashing_.rewardWithdrawn) revert NothingToWithdraw(msg.sender);
        _requireClaimsOver(account);
        slashing_.rewardWithdrawn = true;
        uint256 amount = _operators[account].bond * REPORTER_PERCENT / 100;
        emit RewardWithdrawn(account, to, uint128(amount));
        BOND_CURRENCY.safeTransfer(to, amount);
    }

    // ---------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IOracleRegistry
    function slashing(address account) external view returns (Slashing memory) {
        return _slashings[account];
    }

    /// @inheritdoc IOracleRegistry
    function claim(address account, bytes32 sessionId) external view returns (Claim memory) {
        return _claims[account][sessionId];
    }

    /// @inheritdoc IOracleRegistry
    function operatorOf(address key_, uint40 time) public view returns (address) {
        Key memory stored = _keys[key_];
        if (stored.activeAt > time) return address(0);
        if (stored.retiredAt != 0 && stored.retiredAt <= time) return address(0);
        return stored.operator;
    }

    /// @inheritdoc IOracleRegistry
    function operator(address account) external view returns (Operator memory) {
        return _operators[account];
    }

    /// @inheritdoc IOracleRegistry
    function key(address account) external view returns (Key memory) {
        return _keys[account];
    }

    /// @inheritdoc IOracleRegistry
    function isCommitteeActive(bytes32 committeeId) external view returns (bool) {
        return _committees[committeeId].status == COMMITTEE_ACTIVE;
    }

    // ------------------------------------------------------------------------------------------------------ internals

    /// @dev The operator that signed both statements of the proof; reverts unless they contradict each other.
    function _contradictor(SlashingProof calldata proof, bytes32 sessionId) private view returns (address account) {
        uint32 earlier = proof.earlier.statement.sequence;
        uint32 later = proof.later.statement.sequence;
        if (earlier > later) revert SequencesOutOfOrder(earlier, later);
        bytes32 earlierDigest = SESSIONS.statementDigest(sessionId, proof.earlier.statement);
        bytes32 laterDigest = SESSIONS.statementDigest(sessionId, proof.later.statement);
        if (earlierDigest == laterDigest) revert SameStatement(laterDigest);
        if (!Contradictions.contradicts(proof.earlier.statement, proof.later.statement)) {
            revert NoContradiction(sessionId, earlier, later);
        }
        account = _signer(proof.earlier, earlierDigest, proof.session.openedAt);
        address other = _signer(proof.later, laterDigest, proof.session.openedAt);
        if (other != account) revert DifferentSigners(account, other);
    }

    function _signer(SignedStatement calldata signed, bytes32 digest, uint40 openedAt)
        private
        view
        returns (address account)
    {
        (address key_, ECDSA.RecoverError err,) = ECDSA.tryRecover(digest, signed.signature.r, signed.signature.vs);
        if (err != ECDSA.RecoverError.NoError) revert InvalidStatementSignature(signed.statement.sequence);
        account = operatorOf(key_, openedAt);
        if (account == address(0)) revert SignerUnknown(key_);
    }

    /// @dev Freezes with the first proof; refuses further ones once the bond is shared.
    function _freeze(address account) private returns (uint40 frozenAt) {
        Operator storage self = _operators[account];
        if (self.status == GONE) revert BondIsGone(account);
        if (self.status == FROZEN) {
            if (block.timestamp >= self.unbondingAt) revert ClaimsOver(self.unbondingAt);
            return _slashings[account].frozenAt;
        }
        frozenAt = uint40(block.timestamp);
        self.status = FROZEN;
        self.unbondingAt = frozenAt + UNBONDING_SECONDS;
        (_slashings[account].reporter, _slashings[account].frozenAt) = (msg.sender, frozenAt);
        emit BondFrozen(account, msg.sender, self.bond, self.unbondingAt);
    }

    /// @dev Open now, or marked for ever by a top-up, a stop request or a checkpoint, which only open sessions get. What
    /// settled without any of them left no trace and could be invented.
    function _isKnown(bytes32 sessionId, uint256 evse) private view returns (bool) {
        IChargingSessions.SessionState memory state = SESSIONS.sessionState(sessionId);
        if (state.toppedUp != 0 || state.stopRequestedAt != 0 || state.checkpointSequence != 0) return true;
        IChargingSessions.EvseState memory word = SESSIONS.evseState(evse);
        return word.status == 1 && uint256(word.commitment) >> 64 == uint256(sessionId) >> 64;
    }

    function _requireClaimsOver(address account) private view {
        uint40 until = _operators[account].unbondingAt;
        if (block.timestamp < until) revert ClaimsNotOver(until);
    }

    function _hasFrozenMember(Committee calldata committee) private view returns (bool) {
        for (uint256 i; i < committee.members.length; ++i) {
            if (_operators[committee.members[i]].status == FROZEN) return true;
        }
        return false;
    }

    function _activate(Committee calldata committee, bytes32 committeeId) private {
        // A member may have begun to leave since it accepted.
        for (uint256 i; i < committee.members.length; ++i) {
            address member = committee.members[i];
            _requireActive(member);
            if (++_operators[member].activeCommittees > MAX_COMMITTEES) {
                revert TooManyCommittees(member, MAX_COMMITTEES);
            }
        }
        _committees[committeeId].status = COMMITTEE_ACTIVE;
        SESSIONS.setCommittee(committeeId, true);
        emit CommitteeActivated(committeeId, committee);
    }

    function _checkCommittee(Committee calldata committee) private pure returns (bytes32) {
        uint256 members = committee.members.length;
        if (members == 0 || members > MAX_MEMBERS) revert InvalidCommitteeSize(members);
        if (committee.threshold == 0 || committee.threshold > members) {
            revert InvalidThreshold(committee.threshold, members);
        }
        if (committee.feeBps > MAX_FEE_BPS) revert InvalidFee(committee.feeBps);
        address last;
        for (uint256 i; i < members; ++i) {
            if (committee.members[i] <= last) revert MembersNotSorted(i);
            last = committee.members[i];
        }
        return Hashes.committee(committee);
    }

    function _indexOf(Committee calldata committee, bytes32 committeeId, address member)
        private
        pure
        returns (uint256 index)
    {
        for (; index < committee.members.length; ++index) {
            if (committee.members[index] == member) return index;
        }
        revert NotAMember(committeeId, member);
    }

    function _requireActive(address account) private view {
        if (_operators[account].status != ACTIVE) revert NotAnActiveOperator(account);
    }

    function _checkProfile(uint16 feeBps, string calldata endpoint) private pure {
        if (feeBps > MAX_FEE_BPS) revert InvalidFee(feeBps);
        if (bytes(endpoint).length > MAX_ENDPOINT_LENGTH) {
            revert EndpointTooLong(bytes(endpoint).length, MAX_ENDPOINT_LENGTH);
        }
    }

    /// @dev What arrived counts, not what was asked for. The bond currency is fixed and trusted not to reenter.
    function _pull(uint128 amount) private returns (uint128) {
        if (amount == 0) revert ZeroAmount();
        uint256 before = BOND_CURRENCY.balanceOf(address(this));
        BOND_CURRENCY.safeTransferFrom(msg.sender, address(this), amount);
        uint256 arrived = BOND_CURRENCY.balanceOf(address(this)) - before;
        return arrived < amount ? uint128(arrived) : amount;
    }
}
