// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IERC6909 } from "@openzeppelin/contracts/interfaces/IERC6909.sol";

/// @title What users hold in the network
/// @notice ERC-6909 balances, one id a currency: `uint160(token)`, the native currency under 0xEeee…EEeE (ERC-7528).
/// What a session locks is not in a balance: `SessionOpened`, `SessionSettled` and `SessionClosed` move it without a
/// `Transfer` event, with the amounts in the event.
interface ILedger is IERC6909 {
    error ZeroAmount();
    error ZeroAddress();
    error InsufficientBalance(address holder, uint256 balance, uint256 needed, uint256 currency);
    error InsufficientAllowance(address spender, uint256 allowance, uint256 needed, uint256 currency);
    error NotACurrency(uint256 currency);
    error NothingArrived(address token);
    error NativeTransferFailed(address to, uint256 amount);
    error AmountTooLarge(uint256 amount);

    /// @notice Deposits an ERC-20; what arrived is credited.
    function deposit(address token, uint256 amount) external returns (uint256 credited);
    /// @notice The same with an EIP-2612 permit. A permit that somebody else already used does no harm.
    function depositWithPermit(address token, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
        returns (uint256 credited);
    function depositNative() external payable;
    /// @notice Sends the caller's balance out of the network.
    function withdraw(uint256 currency, uint256 amount, address to) external;
}
