// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Ledger ids of payment currencies.
library Currency {
    /// The native currency's address by ERC-7528.
    address internal constant NATIVE = 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE;

    function idOf(address token) internal pure returns (uint256) {
        return uint256(uint160(token));
    }

    function isToken(uint256 id) internal pure returns (bool) {
        return id != 0 && id <= type(uint160).max && id != uint256(uint160(NATIVE));
    }

    function toAddress(uint256 id) internal pure returns (address) {
        return address(uint160(id));
    }
}
