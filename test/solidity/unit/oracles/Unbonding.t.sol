// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IOracleRegistry } from "../../../../contracts/interfaces/IOracleRegistry.sol";
import { Committee } from "../../../../contracts/types/Committee.sol";
import { Fixture } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

/// @notice startUnbonding, withdrawBond.
contract UnbondingTest is Fixture {
    /// @dev Sits in no committee.
    address private leaver;

    function setUp() public override {
        super.setUp();
        leaver = _operator(4);
    }

    function _start() private {
        vm.prank(leaver);
        oracles.startUnbonding();
    }

    function test_starts() public {
        vm.expectEmit(address(oracles));
        emit IOracleRegistry.UnbondingStarted(leaver, uint40(START + UNBONDING_SECONDS));
        _start();
        IOracleRegistry.Operator memory operator = oracles.operator(leaver);
        vm.assertEq(operator.status, 2);
        vm.assertEq(operator.unbondingAt, START + UNBONDING_SECONDS);
        vm.assertEq(operator.bond, BOND, "still bound");
    }

    function test_refuses_whileACommitteeIsActive() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.CommitteesStillActive.selector, _operator(1), 1));
        vm.prank(_operator(1));
        oracles.startUnbonding();

        Committee memory committee = _site().committee;
        vm.prank(_operator(1));
        oracles.deactivateCommittee(committee);
        vm.prank(_operator(1));
        oracles.startUnbonding();
    }

    function test_refuses_toStartTwice() public {
        _start();
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.AlreadyUnbonding.selector, leaver));
        _start();
    }

    function test_refuses_whoeverIsNoOperator() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.NotAnActiveOperator.selector, STRANGER));
        vm.prank(STRANGER);
        oracles.startUnbonding();
    }

    function test_aLeaverDoesNothingElse() public {
        _start();
        _giveEuro(leaver, address(oracles), 1);
        bytes memory notActive = abi.encodeWithSelector(IOracleRegistry.NotAnActiveOperator.selector, leaver);
        vm.startPrank(leaver);
        vm.expectRevert(notActive);
        oracles.addBond(1);
        vm.expectRevert(notActive);
        oracles.updateOperator(0, "");
        vm.expectRevert(notActive);
        oracles.addKey(STRANGER, "");
        vm.expectRevert(notActive);
        oracles.acceptCommittee(_committee(1, 0, 4, 1));
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.AlreadyRegistered.selector, leaver));
        oracles.registerOperator(MINIMUM_BOND, 0, "");
        vm.stopPrank();
    }

    function test_withdrawsTheBondToWhomItNames() public {
        _start();
        vm.warp(START + UNBONDING_SECONDS);
        uint256 held = euro.balanceOf(address(oracles));

        vm.expectEmit(address(oracles));
        emit IOracleRegistry.BondWithdrawn(leaver, STRANGER, BOND);
        vm.prank(leaver);
        oracles.withdrawBond(STRANGER);

        vm.assertEq(euro.balanceOf(STRANGER), BOND);
        vm.assertEq(euro.balanceOf(address(oracles)), held - BOND);
        vm.assertEq(oracles.operator(leaver).bond, 0);
        vm.assertEq(oracles.operator(leaver).status, 3);
    }

    function test_refuses_toWithdrawASecondTooEarly() public {
        _start();
        vm.warp(START + UNBONDING_SECONDS - 1);
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.UnbondingNotOver.selector, START + UNBONDING_SECONDS));
        vm.prank(leaver);
        oracles.withdrawBond(leaver);
    }

    function test_refuses_toWithdrawWithoutUnbonding() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.NotUnbonding.selector, leaver));
        vm.prank(leaver);
        oracles.withdrawBond(leaver);
    }

    function test_refuses_toWithdrawTwice() public {
        _start();
        vm.warp(START + UNBONDING_SECONDS);
        vm.startPrank(leaver);
        oracles.withdrawBond(leaver);
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.NotUnbonding.selector, leaver));
        oracles.withdrawBond(leaver);
    }

    function test_refuses_toWithdrawToNobody() public {
        _start();
        vm.warp(START + UNBONDING_SECONDS);
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.ZeroAddress.selector));
        vm.prank(leaver);
        oracles.withdrawBond(address(0));
    }

    function test_whoLeftIsGoneForGood() public {
        _start();
        vm.warp(START + UNBONDING_SECONDS);
        vm.startPrank(leaver);
        oracles.withdrawBond(leaver);
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.AlreadyRegistered.selector, leaver));
        oracles.registerOperator(MINIMUM_BOND, 0, "");
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.NotAnActiveOperator.selector, leaver));
        oracles.startUnbonding();
    }
}
