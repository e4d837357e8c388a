// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Offer, Session } from "../types/Session.sol";
import { TariffTerms } from "../types/Tariff.sol";
import {
    AutomationCompatibleInterface
} from "@chainlink/contracts/src/v0.8/automation/interfaces/AutomationCompatibleInterface.sol";

/// @title Closes sessions that nobody settled
/// @notice Anybody enrols a live session; when its `close` is possible, Chainlink Automation or anybody else calls it.
/// Holds no funds, has no owner, and does nothing that anybody could not do at ChargingSessions himself.
interface IKeeper is AutomationCompatibleInterface {
    event SessionEnrolled(bytes32 indexed sessionId, address indexed by);
    /// @notice The session is over and forgotten: closed by this call, or ended otherwise before it.
    event SessionDropped(bytes32 indexed sessionId, bool closed);

    error ZeroAddress();
    error AlreadyEnrolled(bytes32 sessionId);
    /// @notice No EVSE is in this session now.
    error SessionNotLive(bytes32 sessionId);
    error OfferMismatch(bytes32 given, bytes32 expected);
    error TariffMismatch(bytes32 given, bytes32 expected);
    error TooManySessions(uint256 count, uint256 maximum);

    /// @notice Keeps a live session's opening parameters until it is over. Checked against ChargingSessions.
    /// @param terms With `pricingHash` what `close` asks for: the tariff's hash must be the offer's.
    function enrol(Offer calldata offer, Session calldata session, TariffTerms calldata terms, bytes32 pricingHash)
        external
        returns (bytes32 sessionId);

    /// @notice Whether sessions of a slice of the list are due: can be closed now, or are over and can be forgotten.
    /// @param checkData Empty: slices of `MAX_CHECKED` take turns, one a block. Or `abi.encode(uint256 first, uint256
    /// count)`, at most `MAX_CHECKED`, for an upkeep that keeps to its part.
    /// @return upkeepNeeded Whether there is one.
    /// @return performData `abi.encode(bytes32[] sessionIds)`, at most `MAX_PERFORMED`.
    function checkUpkeep(bytes calldata checkData) external returns (bool upkeepNeeded, bytes memory performData);

    /// @notice Closes those of the given sessions that are due, forgets those that are over, passes over all others.
    /// @param performData As `checkUpkeep` gives it. Whoever calls may name any sessions; only what was enrolled is used.
    function performUpkeep(bytes calldata performData) external;

    function enrolledCount() external view returns (uint256);
    function isEnrolled(bytes32 sessionId) external view returns (bool);
    /// @notice The list that `checkUpkeep` slices; its order changes as sessions leave.
    function enrolledAt(uint256 index) external view returns (bytes32 sessionId);
    function MAX_CHECKED() external view returns (uint256);
    function MAX_PERFORMED() external view returns (uint256);
}
