// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IERC165 } from "@openzeppelin/contracts/interfaces/IERC165.sol";
import { IERC6909 } from "@openzeppelin/contracts/interfaces/IERC6909.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import { SessionsStorage } from "./SessionsStorage.sol";
import { ILedger } from "./interfaces/ILedger.sol";
import { Currency } from "./libraries/Currency.sol";

/// @notice ERC-6909 by hand: OpenZeppelin's keeps its balances private and emits a `Transfer` for every movement, which
/// would cost each session three more events (see docs/decisions).
abstract contract Ledger is ILedger, SessionsStorage, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    // ------------------------------------------------------------------------------------------ deposits, withdrawals

    /// @inheritdoc ILedger
    function deposit(address token, uint256 amount) external nonReentrant returns (uint256 credited) {
        _requireToken(token);
        return _deposit(token, amount);
    }

    /// @inheritdoc ILedger
    function depositWithPermit(address token, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
        nonReentrant
        returns (uint256 credited)
    {
        _requireToken(token);
        // Whoever saw the permit may have used it already; only the allowance matters.
        try IERC20Permit(token).permit(msg.sender, address(this), amount, deadline, v, r, s) { } catch { }
        return _deposit(token, amount);
    }

    /// @inheritdoc ILedger
    function depositNative() external payable {
        if (msg.value == 0) revert ZeroAmount();
        _mint(msg.sender, Currency.idOf(Currency.NATIVE), msg.value);
    }

    /// @inheritdoc ILedger
    function withdraw(uint256 currency, uint256 amount, address to) external nonReentrant {
        if (amount == 0) revert ZeroAmount();
        if (to == address(0)) revert ZeroAddress();
        bool native = currency == Currency.idOf(Currency.NATIVE);
        if (!native && !Currency.isToken(currency)) revert NotACurrency(currency);
        _take(msg.sender, currency, amount);
        emit Transfer(msg.sender, msg.sender, address(0), currency, amount);
        if (native) {
            (bool sent,) = to.call{ value: amount }("");
            if (!sent) revert NativeTransferFailed(to, amount);
        } else {
            IERC20(Currency.toAddress(currency)).safeTransfer(to, amount);
        }
    }

    /// @dev A call to an address without code would revert without a name.
    function _requireToken(address token) private view {
        uint256 currency = Currency.idOf(token);
        if (!Currency.isToken(currency) || token.code.length == 0) revert NotACurrency(currency);
    }

    function _deposit(address token, uint256 amount) private returns (uint256 credited) {
        if (amount == 0) revert ZeroAmount();
        // What arrived counts, not what was asked for: some tokens take a fee.
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        credited = IERC20(token).balanceOf(address(this)) - before;
        if (credited == 0) revert NothingArrived(token);
        if (credited > type(uint128).max) revert AmountTooLarge(credited);
        _mint(msg.sender, Currency.idOf(token), credited);
    }

    // ------------------------------------------------------------------------------------------------------- ERC-6909

    function balanceOf(address holder, uint256 currency) external view returns (uint256) {
        return _books[currency][holder];
    }

    function allowance(address holder, address spender, uint256 currency) external view returns (uint256) {
        return _allowances[holder][spender][currency];
    }

    function isOperator(address holder, address operator_) external view returns (bool) {
        return _ledgerOperators[holder][operator_];
    }

    function approve(address spender, uint256 currency, uint256 amount) external returns (bool) {
        _allowances[msg.sender][spender][currency] = amount;
        emit Approval(msg.sender, spender, currency, amount);
        return true;
    }

    function setOperator(address operator_, bool approved) external returns (bool) {
        _ledgerOperators[msg.sender][operator_] = approved;
        emit OperatorSet(msg.sender, operator_, approved);
        return true;
    }

    function transfer(address to, uint256 currency, uint256 amount) external returns (bool) {
        _transfer(msg.sender, to, currency, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 currency, uint256 amount) external returns (bool) {
        if (msg.sender != from && !_ledgerOperators[from][msg.sender]) {
            uint256 allowed = _allowances[from][msg.sender][currency];
            if (allowed != type(uint256).max) {
                if (allowed < amount) revert InsufficientAllowance(msg.sender, allowed, amount, currency);
                unchecked {
                    _allowances[from][msg.sender][currency] = allowed - amount;
                }
            }
        }
        _transfer(from, to, currency, amount);
        return true;
    }

    function supportsInterface(bytes4 interfaceId) public view virtual returns (bool) {
        return interfaceId == type(IERC6909).interfaceId || interfaceId == type(IERC165).interfaceId;
    }

    // ------------------------------------------------------------------------------------------------------- internals

    function _transfer(address from, address to, uint256 currency, uint256 amount) private {
        if (to == address(0)) revert ZeroAddress();
        _take(from, currency, amount);
        _give(_books[currency], to, amount);
        emit Transfer(msg.sender, from, to, currency, amount);
    }

    function _mint(address to, uint256 currency, uint256 amount) private {
        _give(_books[currency], to, amount);
        emit Transfer(msg.sender, address(0), to, currency, amount);
    }
}
