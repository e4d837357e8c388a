// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Committee } from "../types/Committee.sol";
import { SlashingProof } from "../types/Proof.sol";

/// @title Oracle operators, their bonds and keys, and the committees they form
interface IOracleRegistry {
    /// @notice `status` 0 unknown, 1 active, 2 unbonding, 3 gone, 4 frozen by a proof.
    struct Operator {
        uint128 bond;
        uint40 unbondingAt;
        uint16 feeBps;
        uint16 activeCommittees;
        uint8 status;
    }

    /// @notice `retiredAt` is zero while the key is in use. Both are UTC seconds.
    struct Key {
        address operator;
        uint40 activeAt;
        uint40 retiredAt;
    }

    /// @notice A frozen bond. `frozenAt` in UTC seconds; `claimed` is the sum of all claims, base units.
    struct Slashing {
        address reporter;
        uint40 frozenAt;
        bool rewardWithdrawn;
        uint256 claimed;
    }

    /// @notice What one contradicted session entitles its driver to; `amount` before the share is known, base units.
    struct Claim {
        address driver;
        bool proven;
        uint128 amount;
    }

    event OperatorRegistered(address indexed operator, uint128 bond, uint16 feeBps, string endpoint);
    event OperatorUpdated(address indexed operator, uint16 feeBps, string endpoint);
    event BondAdded(address indexed operator, uint128 amount, uint128 bond);
    event KeyAdded(address indexed operator, address indexed key, uint40 activeAt);
    event KeyRetired(address indexed operator, address indexed key, uint40 retiredAt);
    event CommitteeAccepted(bytes32 indexed committeeId, address indexed operator);
    event CommitteeActivated(bytes32 indexed committeeId, Committee committee);
    event CommitteeDeactivated(bytes32 indexed committeeId, address indexed operator);
    event UnbondingStarted(address indexed operator, uint40 availableAt);
    event BondWithdrawn(address indexed operator, address indexed to, uint128 amount);
    /// @notice The first proof. Further ones count until `claimsUntil`, UTC seconds; then the bond is shared.
    event BondFrozen(address indexed operator, address indexed reporter, uint128 bond, uint40 claimsUntil);
    /// @notice `claim` is zero when the session is not known to the chain or harm cannot be paid in the bond's currency.
    event Slashed(
        address indexed operator, bytes32 indexed sessionId, address indexed driver, address reporter, uint128 claim
    );
    event ClaimWithdrawn(address indexed operator, bytes32 indexed sessionId, address indexed to, uint128 amount);
    event RewardWithdrawn(address indexed operator, address indexed to, uint128 amount);

    error AlreadyRegistered(address operator);
    error NotAnActiveOperator(address operator);
    error BondTooSmall(uint256 bond, uint256 minimum);
    error ZeroAmount();
    error ZeroAddress();
    error InvalidFee(uint16 feeBps);
    error EndpointTooLong(uint256 length, uint256 maximum);
    error KeyAlreadyClaimed(address key, address operator);
    error KeyProofInvalid(address key, address recovered);
    error NotOwnKey(address key, address operator);
    error KeyAlreadyRetired(address key);
    error InvalidCommitteeSize(uint256 members);
    error InvalidThreshold(uint8 threshold, uint256 members);
    error MembersNotSorted(uint256 index);
    error NotAMember(bytes32 committeeId, address operator);
    error AlreadyAccepted(bytes32 committeeId, address operator);
    error CommitteeIsDeactivated(bytes32 committeeId);
    error TooManyCommittees(address operator, uint256 maximum);
    error CommitteesStillActive(address operator, uint16 count);
    error AlreadyUnbonding(address operator);
    error NotUnbonding(address operator);
    error UnbondingNotOver(uint40 availableAt);
    error UnbondingTooShort(uint256 seconds_, uint256 least);
    error BondIsFrozen(address operator);
    error BondIsGone(address operator);
    error OfferMismatch(bytes32 given, bytes32 expected);
    error SequencesOutOfOrder(uint32 earlier, uint32 later);
    error SameStatement(bytes32 digest);
    error NoContradiction(bytes32 sessionId, uint32 earlier, uint32 later);
    error InvalidStatementSignature(uint32 sequence);
    error SignerUnknown(address key);
    error DifferentSigners(address earlier, address later);
    error AlreadyProven(address operator, bytes32 sessionId);
    error ClaimsOver(uint40 until);
    error ClaimsNotOver(uint40 until);
    error NotFrozen(address operator);
    error NothingToWithdraw(address caller);

    /// @notice Registers the caller with a bond taken from it in the bond currency.
    function registerOperator(uint128 bond, uint16 feeBps, string calldata endpoint) external;
    function updateOperator(uint16 feeBps, string calldata endpoint) external;
    function addBond(uint128 amount) external;

    /// @notice Adds a statement key, proven by its own EIP-712 signature over `KeyProof(address operator,address key)`.
    function addKey(address key, bytes calldata proof) external;
    /// @notice The key signs no session opened from now on; earlier sessions keep it.
    function retireKey(address key) external;

    /// @notice The caller, a member, accepts; with the last acceptance the committee is active.
    function acceptCommittee(Committee calldata committee) external returns (bytes32 committeeId);
    /// @notice Ends the committee for new sessions, for good. A member may, and anyone once a member's bond is frozen.
    function deactivateCommittee(Committee calldata committee) external;

    function startUnbonding() external;
    function withdrawBond(address to) external;

    /// @notice Takes a proof that one operator signed two statements that contradict each other. The first freezes the
    /// bond for good; each gives the session's driver a claim, where the chain knows the session.
    function slash(SlashingProof calldata proof) external returns (address operator);
    /// @notice Pays the caller's claim, or its pro-rata part, once no proof can be added any more.
    function withdrawClaim(address operator, bytes32 sessionId, address to) external;
    /// @notice Pays whoever brought the first proof, at the same time.
    function withdrawReward(address operator, address to) external;

    function slashing(address operator) external view returns (Slashing memory);
    function claim(address operator, bytes32 sessionId) external view returns (Claim memory);

    /// @notice The operator whose key this was at the given time, or zero.
    function operatorOf(address key, uint40 time) external view returns (address);
    function operator(address account) external view returns (Operator memory);
    function key(address account) external view returns (Key memory);
    function isCommitteeActive(bytes32 committeeId) external view returns (bool);
}
