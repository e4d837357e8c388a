// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../interfaces/IChargingSessions.sol";
import { Session } from "../types/Session.sol";
import { EvseWords } from "./EvseWord.sol";

/// @notice What other contracts can tell of a session from ChargingSessions' views.
library LiveSession {
    /// @notice Whether an EVSE is in this session now.
    function isLive(IChargingSessions sessions, uint256 evse, bytes32 sessionId) internal view returns (bool) {
        IChargingSessions.EvseState memory state = sessions.evseState(evse);
        return state.status == EvseWords.IN_SESSION && commitsTo(state, sessionId);
    }

    /// @notice Whether an EVSE's commitment is to this hash: the high 192 bits are kept.
    function commitsTo(IChargingSessions.EvseState memory state, bytes32 hash) internal pure returns (bool) {
        return bytes24(state.commitment) == bytes24(hash);
    }

    /// @notice When `close` works for a live session, UTC seconds.
    function closableAt(IChargingSessions sessions, bytes32 sessionId, Session memory session, uint32 windowSeconds)
        internal
        view
        returns (uint256)
    {
        uint256 since = uint256(session.openedAt) + session.maxSeconds;
        uint256 stopRequestedAt = sessions.sessionState(sessionId).stopRequestedAt;
        if (stopRequestedAt != 0 && stopRequestedAt < since) since = stopRequestedAt;
        return since + windowSeconds;
    }
}
