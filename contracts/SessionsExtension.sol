// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { SessionsCore } from "./SessionsCore.sol";
import { ISessionsExtension } from "./interfaces/ISessionsExtension.sol";
import { Authorizations } from "./libraries/Authorizations.sol";
import { OpenAuthorization } from "./types/Authorization.sol";
import { Offer } from "./types/Session.sol";

/// @title SessionsExtension
/// @notice Code of ChargingSessions that does not fit into it. Works on the storage, balance and address of the one
/// ChargingSessions that it was made for, and only there. Immutable, without owner, proxy or pause, and without storage of
/// its own.
contract SessionsExtension is ISessionsExtension, SessionsCore {
    address private immutable SESSIONS;
    /// @inheritdoc ISessionsExtension
    address public immutable EXTENSION;

    modifier onlyThroughSessions() {
        if (address(this) != SESSIONS) revert NotThroughSessions(SESSIONS);
        _;
    }

    /// @param sessions The ChargingSessions to be deployed with this extension.
    constructor(address sessions, uint32 maxDuration) SessionsCore(sessions, maxDuration) {
        SESSIONS = sessions;
        EXTENSION = address(this);
    }

    /// @notice What ChargingSessions compares at its construction: the domain of its session ids and its longest duration.
    function madeFor() external view returns (bytes32 sessionDomain, uint32 maxDuration) {
        return (SESSION_DOMAIN, LONGEST);
    }

    // ---------------------------------------------------------------------------------------- opening by authorisation

    /// @inheritdoc ISessionsExtension
    function openFor(Offer calldata offer, OpenAuthorization calldata authorization, bytes calldata signature)
        external
        onlyThroughSessions
        returns (bytes32 sessionId)
    {
        if (block.timestamp > authorization.deadline) revert AuthorizationExpired(authorization.deadline);
        address driver = authorization.driver;
        bytes32 digest = _hashTypedDataV4(Authorizations.hash(offer, authorization));
        if (!Authorizations.isSignedBy(driver, digest, signature)) revert InvalidDriverSignature(driver);
        _useNonce(driver, authorization.nonce);
        sessionId = _open(offer, driver, authorization.deposit, authorization.maxSeconds, authorization.maxRate);
        emit NonceUsed(driver, authorization.nonce, sessionId);
    }

    /// @inheritdoc ISessionsExtension
    function revokeNonces(uint256 word, uint256 mask) external onlyThroughSessions {
        if (mask == 0) revert NothingToRevoke();
        _usedNonces[msg.sender][word] |= mask;
        emit NoncesRevoked(msg.sender, word, mask);
    }

    // ---------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc ISessionsExtension
    function usedNonces(address driver, uint256 word) external view onlyThroughSessions returns (uint256) {
        return _usedNonces[driver][word];
    }

    /// @inheritdoc ISessionsExtension
    function openAuthorizationDigest(Offer calldata offer, OpenAuthorization calldata authorization)
        external
        view
        onlyThroughSessions
        returns (bytes32)
    {
        return _hashTypedDataV4(Authorizations.hash(offer, authorization));
    }

    // ------------------------------------------------------------------------------------------------------ internals

    function _useNonce(address driver, uint256 nonce) private {
        uint256 bit = 1 << (nonce & 0xff);
        uint256 used = _usedNonces[driver][nonce >> 8];
        if (used & bit != 0) revert NonceAlreadyUsed(driver, nonce);
        _usedNonces[driver][nonce >> 8] = used | bit;
    }
}
