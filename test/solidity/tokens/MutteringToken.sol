// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A token that works, but whose descriptions are of no use: a name that is not UTF-8, a symbol that burns all
/// gas, decimals that are no uint8. The subgraph asks every token for them.
contract MutteringToken {
    mapping(address holder => uint256) public balanceOf;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
        return true;
    }

    function name() external pure returns (bytes memory) {
        return hex"ff00fec080";
    }

    function symbol() external pure returns (string memory) {
        while (true) { }
        return "";
    }

    function decimals() external pure returns (uint256) {
        return type(uint256).max;
    }
}
