// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Signature } from "../../../contracts/types/Committee.sol";
import { vm } from "./Vm.sol";

/// @notice Signatures as the contracts take them.
library Signing {
    /// The order of secp256k1.
    uint256 internal constant N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    /// @notice EIP-2098: s with the parity of R in its highest bit.
    function compact(uint256 privateKey, bytes32 digest) internal pure returns (Signature memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(privateKey, digest);
        return Signature({ r: r, vs: bytes32(uint256(s) | uint256(v - 27) << 255) });
    }

    function full(uint256 privateKey, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(privateKey, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @notice The other signature of the same key for the same digest: s in the upper half.
    function malleated(uint256 privateKey, bytes32 digest) internal pure returns (uint8 v, bytes32 r, bytes32 s) {
        (v, r, s) = vm.sign(privateKey, digest);
        s = bytes32(N - uint256(s));
        v = v == 27 ? 28 : 27;
    }
}
