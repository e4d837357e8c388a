// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "./interfaces/IChargingSessions.sol";
import { ILedger } from "./interfaces/ILedger.sol";
import { EvseWord } from "./libraries/EvseWord.sol";

/// @notice All storage of ChargingSessions. Its extension runs on the same storage by delegatecall and inherits the same
/// contract, so that both find everything in the same place (docs/decisions/0012). Nothing else declares storage.
abstract contract SessionsStorage {
    /// By currency first, so that paying several parties of a session finds their book once.
    mapping(uint256 currency => mapping(address holder => uint256 amount)) internal _books;
    mapping(address holder => mapping(address operator => bool)) internal _ledgerOperators;
    mapping(address holder => mapping(address spender => mapping(uint256 currency => uint256))) internal _allowances;

    mapping(uint256 evse => EvseWord) internal _evses;
    mapping(bytes32 committeeId => bool) internal _activeCommittees;
    /// operator (160 bits, high) | activeAt (40) | retiredAt (40) | zero (16): OracleRegistry's keys, kept here as well
    /// because asking another contract would cost every settlement 3,600 gas.
    mapping(address key => uint256) internal _keys;
    mapping(bytes32 sessionId => IChargingSessions.SessionState) internal _states;

    /// A bit a nonce: nonce n is bit n % 256 of word n / 256, so that any order of use is as good as another.
    mapping(address driver => mapping(uint256 word => uint256)) internal _usedNonces;

    function _take(address holder, uint256 currency, uint256 amount) internal {
        mapping(address => uint256) storage book = _books[currency];
        uint256 balance = book[holder];
        if (balance < amount) revert ILedger.InsufficientBalance(holder, balance, amount, currency);
        unchecked {
            book[holder] = balance - amount;
        }
    }

    function _give(mapping(address => uint256) storage book, address holder, uint256 amount) internal {
        // Every unit came in by a deposit below 2^128; no 2^128 deposits will ever be made, so no sum overflows.
        unchecked {
            book[holder] += amount;
        }
    }
}
