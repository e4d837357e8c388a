// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Fixture } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

contract TestCurrencyTest is Fixture {
    function test_looksLikeTheStablecoinsItStandsFor() public view {
        vm.assertEq(euro.decimals(), 6);
        vm.assertEq(euro.symbol(), "tEUR");
    }

    function test_anybodyMints() public {
        vm.prank(STRANGER);
        euro.mint(STRANGER, 5);
        vm.assertEq(euro.balanceOf(STRANGER), 5);
    }
}
