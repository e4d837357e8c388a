// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { OpenAuthorization } from "../types/Authorization.sol";
import { Offer } from "../types/Session.sol";

/// @title What few sessions need
/// @notice Called at ChargingSessions' own address, which delegates what it does not have itself to an extension that it
/// has known since its construction. Called anywhere else, all of it reverts.
interface ISessionsExtension {
    /// @notice The driver's authorisation was used up by this opening.
    event NonceUsed(address indexed driver, uint256 nonce, bytes32 indexed sessionId);
    /// @notice Bit i of `mask` set: nonce 256 × `word` + i authorises nothing any more.
    event NoncesRevoked(address indexed driver, uint256 indexed word, uint256 mask);

    /// @notice The extension works for this address only, by delegatecall.
    error NotThroughSessions(address sessions);
    error AuthorizationExpired(uint256 deadline);
    /// @notice Neither an ECDSA signature of the driver nor one that his contract accepts (EIP-1271).
    error InvalidDriverSignature(address driver);
    error NonceAlreadyUsed(address driver, uint256 nonce);
    error NothingToRevoke();

    /// @notice `open` in the name of a driver who has signed for exactly this; anyone may, and pays the gas.
    /// @dev ECDSA is tried first, so that an account with delegated code (EIP-7702) signs like any other.
    function openFor(Offer calldata offer, OpenAuthorization calldata authorization, bytes calldata signature)
        external
        returns (bytes32 sessionId);

    /// @notice Makes up to 256 of the caller's nonces void, used or not.
    /// @param word Nonces 256 × `word` to 256 × `word` + 255.
    /// @param mask A bit a nonce.
    function revokeNonces(uint256 word, uint256 mask) external;

    /// @notice The bits of used and revoked nonces 256 × `word` to 256 × `word` + 255.
    function usedNonces(address driver, uint256 word) external view returns (uint256);
    /// @notice The EIP-712 digest that the driver signs for `openFor`.
    function openAuthorizationDigest(Offer calldata offer, OpenAuthorization calldata authorization)
        external
        view
        returns (bytes32);
    /// @notice Where the extension's code lies.
    function EXTENSION() external view returns (address);
}
