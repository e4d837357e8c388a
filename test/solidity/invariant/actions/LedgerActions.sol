// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ILedger } from "../../../../contracts/interfaces/ILedger.sol";
import { vm } from "../../base/Vm.sol";
import { Random } from "../../fuzz/Random.sol";
import { World } from "../World.sol";

/// @notice Deposits, withdrawals, transfers.
abstract contract LedgerActions is World {
    function deposit(uint256 seed) external nobodyFalls {
        Random memory random = Random(seed);
        address holder = _person(random);
        uint256 amount = random.between(1, 200e6);
        _giveEuro(holder, address(sessions), amount);
        vm.prank(holder);
        sessions.deposit(address(euro), amount);
    }

    function depositNative(uint256 seed) external nobodyFalls {
        Random memory random = Random(seed);
        address holder = _person(random);
        if (holder.balance == 0) return;
        uint256 amount = random.between(1, holder.balance);
        vm.prank(holder);
        sessions.depositNative{ value: amount }();
    }

    function withdraw(uint256 seed) external {
        Random memory random = Random(seed);
        _withdraw(_person(random), random.once(2) ? euroId : NATIVE_ID, random);
    }

    function _withdraw(address holder, uint256 currency, Random memory random) private onlyFalls(holder) {
        uint256 balance = sessions.balanceOf(holder, currency);
        _mustFail(
            holder, address(sessions), abi.encodeCall(ILedger.withdraw, (currency, balance + 1, holder)), "overdrawn"
        );
        if (balance == 0) return;
        vm.prank(holder);
        // To an account: neither contract takes part in a withdrawal otherwise.
        sessions.withdraw(currency, random.between(1, balance), _person(random));
    }

    function transfer(uint256 seed) external {
        Random memory random = Random(seed);
        _transfer(_person(random), _person(random), random.once(2) ? euroId : NATIVE_ID, random);
    }

    function _transfer(address from, address to, uint256 currency, Random memory random) private onlyFalls(from) {
        uint256 amount = random.between(0, sessions.balanceOf(from, currency));
        vm.prank(from);
        sessions.transfer(to, currency, amount);
    }

    function transferFrom(uint256 seed) external {
        Random memory random = Random(seed);
        _transferFrom(_person(random), _person(random), random.once(2) ? euroId : NATIVE_ID, random);
    }

    function _transferFrom(address from, address spender, uint256 currency, Random memory random)
        private
        onlyFalls(from)
    {
        uint256 allowed = random.between(0, sessions.balanceOf(from, currency));
        if (spender != from && allowed != 0) {
            _mustFail(
                spender,
                address(sessions),
                abi.encodeCall(sessions.transferFrom, (from, spender, currency, 1)),
                "not allowed"
            );
        }
        vm.prank(from);
        sessions.approve(spender, currency, allowed);
        vm.prank(spender);
        sessions.transferFrom(from, _person(random), currency, allowed);
        vm.prank(from);
        sessions.approve(spender, currency, 0);
    }
}
