// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Committee } from "../types/Committee.sol";

/// @title Oracle operators, their bonds and keys, and the committees they form
interface IOracleRegistry {
    /// @notice `status` 0 unknown, 1 active, 2 unbonding, 3 gone.
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
    /// @notice Ends the committee for new sessions, for good.
    function deactivateCommittee(Committee calldata committee) external;

    function startUnbonding() external;
    function withdrawBond(address to) external;

    /// @notice The operator whose key this was at the given time, or zero.
    function operatorOf(address key, uint40 time) external view returns (address);
    function operator(address account) external view returns (Operator memory);
    function key(address account) external view returns (Key memory);
    function isCommitteeActive(bytes32 committeeId) external view returns (bool);
}
