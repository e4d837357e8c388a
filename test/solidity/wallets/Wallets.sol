// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import { ILedger } from "../../../contracts/interfaces/ILedger.sol";

/// @notice A contract wallet (EIP-1271) that one key controls.
contract KeyWallet {
    address private immutable KEY;

    constructor(address key) {
        KEY = key;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view virtual returns (bytes4) {
        (address recovered,,) = ECDSA.tryRecoverCalldata(digest, signature);
        return recovered == KEY ? this.isValidSignature.selector : bytes4(0xffffffff);
    }
}

/// @notice Says yes to everything.
contract YesWallet {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return this.isValidSignature.selector;
    }
}

/// @notice Answers the right four bytes and nothing behind them.
contract ShortWallet {
    fallback() external {
        assembly {
            mstore(0, shl(224, 0x1626ba7e))
            return(0, 4)
        }
    }
}

/// @notice Says yes, but tries to take its deposit away first.
contract WithdrawingWallet {
    ILedger private immutable LEDGER;
    uint256 private immutable CURRENCY;

    constructor(ILedger ledger, uint256 currency) {
        LEDGER = ledger;
        CURRENCY = currency;
    }

    function isValidSignature(bytes32, bytes calldata) external returns (bytes4) {
        LEDGER.withdraw(CURRENCY, 1, address(this));
        return this.isValidSignature.selector;
    }
}

/// @notice Refuses everything, by its answer or by reverting.
contract NoWallet {
    bool private immutable REVERTS;

    constructor(bool reverts_) {
        REVERTS = reverts_;
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        if (REVERTS) revert("no");
        return 0xffffffff;
    }
}
