// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import { SignatureChecker } from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import { OpenAuthorization } from "../types/Authorization.sol";
import { Offer } from "../types/Session.sol";

/// @notice What drivers sign, and whether they did.
library Authorizations {
    bytes private constant OFFER_TYPE =
        "Offer(uint256 evse,address owner,uint32 ownerEpoch,bytes32 tariffId,bytes32 committeeId,bytes32 meterKeyHash,uint256 currency,uint128 minimumDeposit,uint32 powerCapW)";
    bytes32 private constant OFFER_TYPEHASH = keccak256(OFFER_TYPE);
    bytes32 private constant OPEN_TYPEHASH = keccak256(
        abi.encodePacked(
            "OpenAuthorization(Offer offer,address driver,uint128 deposit,uint32 maxSeconds,uint128 maxRate,uint256 nonce,uint256 deadline)",
            OFFER_TYPE
        )
    );

    /// @notice EIP-712 struct hash.
    function hash(Offer calldata offer, OpenAuthorization calldata authorization) internal pure returns (bytes32) {
        return keccak256(abi.encode(OPEN_TYPEHASH, keccak256(abi.encode(OFFER_TYPEHASH, offer)), authorization));
    }

    /// @notice ECDSA first: an account whose code is delegated by EIP-7702 signs with its key, whatever that code answers.
    /// Then EIP-1271.
    function isSignedBy(address signer, bytes32 digest, bytes calldata signature) internal view returns (bool) {
        (address recovered, ECDSA.RecoverError err,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (err == ECDSA.RecoverError.NoError && recovered == signer) return true;
        return signer.code.length != 0 && SignatureChecker.isValidERC1271SignatureNowCalldata(signer, digest, signature);
    }
}
