// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @dev ERC-20s as they should not be, each with one fault. Anybody mints.
abstract contract Mintable is ERC20 {
    constructor() ERC20("Hostile", "HOST") { }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

/// @notice Takes a tenth of each transfer for itself.
contract FeeToken is Mintable {
    function _update(address from, address to, uint256 amount) internal override {
        if (from == address(0)) return super._update(from, to, amount);
        super._update(from, to, amount - amount / 10);
        super._update(from, address(this), amount / 10);
    }
}

/// @notice Takes all of it.
contract SwallowingToken is Mintable {
    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, from == address(0) ? to : address(this), amount);
    }
}

/// @notice Answers false instead of reverting, and moves nothing.
contract FalseToken is Mintable {
    bool public lying;

    function lie(bool on) external {
        lying = on;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return !lying && super.transfer(to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        return !lying && super.transferFrom(from, to, amount);
    }
}

/// @notice Answers nothing, as some old tokens do.
contract SilentToken {
    mapping(address => uint256) public balanceOf;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// @notice Refuses to pay some addresses, as fiat tokens may.
contract BlocklistToken is Mintable {
    error Blocked(address account);

    mapping(address account => bool) public blocked;

    function setBlocked(address account, bool on) external {
        blocked[account] = on;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (blocked[from]) revert Blocked(from);
        if (blocked[to]) revert Blocked(to);
        super._update(from, to, amount);
    }
}

/// @notice Calls back in the middle of a transfer, before or after it moves, and keeps what came of it.
contract ReentrantToken is Mintable {
    address private _target;
    bytes private _data;
    bool public called;
    bool public succeeded;
    bytes public answer;

    /// @notice The next transfer calls `target` with `data`.
    function arm(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
        called = succeeded = false;
    }

    function permit(address, address, uint256, uint256, uint8, bytes32, bytes32) external {
        _strike();
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        _strike();
    }

    function _strike() private {
        if (_target == address(0)) return;
        address target = _target;
        _target = address(0);
        called = true;
        (succeeded, answer) = target.call(_data);
    }
}

/// @notice Creates any amount of itself and says whatever balance it likes.
contract LyingToken {
    uint256 private _balance;

    function say(uint256 balance) external {
        _balance = balance;
    }

    function balanceOf(address) external view returns (uint256) {
        return _balance;
    }

    function transferFrom(address, address, uint256 amount) external returns (bool) {
        _balance += amount;
        return true;
    }

    function transfer(address, uint256) external pure returns (bool) {
        return true;
    }
}

/// @notice Grows or shrinks in a transfer against all reason.
contract ShrinkingToken is Mintable {
    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (from != address(0) && balanceOf(to) > amount) _burn(to, amount + 1);
    }
}

/// @notice Pays twice what it was asked for.
contract GenerousToken is Mintable {
    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (from != address(0)) _mint(to, amount);
    }
}
