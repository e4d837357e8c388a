// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { OracleRegistry } from "../../../../contracts/OracleRegistry.sol";
import { IOracleRegistry } from "../../../../contracts/interfaces/IOracleRegistry.sol";
import { Fixture } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";
import { FeeToken, GenerousToken, Mintable } from "../../tokens/HostileTokens.sol";

/// @notice registerOperator, updateOperator, addBond.
contract OperatorsTest is Fixture {
    string private constant ENDPOINT = "https://new.example";

    function _refusesToRegister(uint128 bond, uint16 feeBps, string memory endpoint, bytes memory error_) private {
        vm.expectRevert(error_);
        vm.prank(STRANGER);
        oracles.registerOperator(bond, feeBps, endpoint);
    }

    function test_registers() public {
        _giveEuro(STRANGER, address(oracles), MINIMUM_BOND);
        uint256 held = euro.balanceOf(address(oracles));

        vm.expectEmit(address(oracles));
        emit IOracleRegistry.OperatorRegistered(STRANGER, MINIMUM_BOND, 10_000, ENDPOINT);
        vm.prank(STRANGER);
        oracles.registerOperator(MINIMUM_BOND, 10_000, ENDPOINT);

        IOracleRegistry.Operator memory operator = oracles.operator(STRANGER);
        vm.assertEq(operator.bond, MINIMUM_BOND);
        vm.assertEq(operator.feeBps, 10_000);
        vm.assertEq(operator.unbondingAt, 0);
        vm.assertEq(operator.activeCommittees, 0);
        vm.assertEq(operator.status, 1);
        vm.assertEq(euro.balanceOf(address(oracles)), held + MINIMUM_BOND);
        vm.assertEq(euro.balanceOf(STRANGER), 0);
    }

    function test_takesTheLongestEndpoint() public {
        _giveEuro(STRANGER, address(oracles), MINIMUM_BOND);
        vm.prank(STRANGER);
        oracles.registerOperator(MINIMUM_BOND, 0, string(new bytes(256)));
    }

    function test_anUnknownOperatorIsEmpty() public view {
        vm.assertEq(oracles.operator(STRANGER).status, 0);
    }

    function test_refuses_toRegisterTwice() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.AlreadyRegistered.selector, _operator(1)));
        vm.prank(_operator(1));
        oracles.registerOperator(MINIMUM_BOND, 0, ENDPOINT);
    }

    function test_refuses_aBondBelowTheMinimum() public {
        _giveEuro(STRANGER, address(oracles), MINIMUM_BOND);
        _refusesToRegister(
            MINIMUM_BOND - 1,
            0,
            ENDPOINT,
            abi.encodeWithSelector(IOracleRegistry.BondTooSmall.selector, MINIMUM_BOND - 1, MINIMUM_BOND)
        );
    }

    function test_refuses_noBond() public {
        _refusesToRegister(0, 0, ENDPOINT, abi.encodeWithSelector(IOracleRegistry.ZeroAmount.selector));
    }

    function test_refuses_aBondThatTheCallerHasNot() public {
        vm.prank(STRANGER);
        euro.approve(address(oracles), MINIMUM_BOND);
        _refusesToRegister(
            MINIMUM_BOND,
            0,
            ENDPOINT,
            abi.encodeWithSignature("ERC20InsufficientBalance(address,uint256,uint256)", STRANGER, 0, MINIMUM_BOND)
        );
    }

    function test_refuses_aFeeAboveEverything() public {
        _refusesToRegister(
            MINIMUM_BOND, 10_001, ENDPOINT, abi.encodeWithSelector(IOracleRegistry.InvalidFee.selector, 10_001)
        );
    }

    function test_refuses_anEndlessEndpoint() public {
        _refusesToRegister(
            MINIMUM_BOND,
            0,
            string(new bytes(257)),
            abi.encodeWithSelector(IOracleRegistry.EndpointTooLong.selector, 257, 256)
        );
    }

    // ----------------------------------------------------------------------------------------------------------- update

    function test_updates() public {
        vm.expectEmit(address(oracles));
        emit IOracleRegistry.OperatorUpdated(_operator(1), 250, ENDPOINT);
        vm.prank(_operator(1));
        oracles.updateOperator(250, ENDPOINT);
        vm.assertEq(oracles.operator(_operator(1)).feeBps, 250);
        vm.assertEq(oracles.operator(_operator(1)).bond, BOND);
    }

    function test_update_refuses_whoeverIsNoOperator() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.NotAnActiveOperator.selector, STRANGER));
        vm.prank(STRANGER);
        oracles.updateOperator(0, ENDPOINT);
    }

    function test_update_refuses_aFeeAboveEverything() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.InvalidFee.selector, 10_001));
        vm.prank(_operator(1));
        oracles.updateOperator(10_001, ENDPOINT);
    }

    function test_update_refuses_anEndlessEndpoint() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.EndpointTooLong.selector, 257, 256));
        vm.prank(_operator(1));
        oracles.updateOperator(0, string(new bytes(257)));
    }

    // --------------------------------------------------------------------------------------------------------- the bond

    function test_addsToTheBond() public {
        _giveEuro(_operator(1), address(oracles), 7e6);
        vm.expectEmit(address(oracles));
        emit IOracleRegistry.BondAdded(_operator(1), 7e6, BOND + 7e6);
        vm.prank(_operator(1));
        oracles.addBond(7e6);
        vm.assertEq(oracles.operator(_operator(1)).bond, BOND + 7e6);
    }

    function test_addBond_refuses_zero() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.ZeroAmount.selector));
        vm.prank(_operator(1));
        oracles.addBond(0);
    }

    function test_addBond_refuses_whoeverIsNoOperator() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.NotAnActiveOperator.selector, STRANGER));
        vm.prank(STRANGER);
        oracles.addBond(1);
    }

    // ------------------------------------------------------------------------------------- a bond that is not all there

    /// @dev A registry of its own, bound in a token of which other amounts arrive than were sent.
    function _registryIn(Mintable token) private returns (OracleRegistry registry) {
        registry = new OracleRegistry(sessions, token, MINIMUM_BOND, UNBONDING_SECONDS, MAX_DURATION);
        for (uint256 i = 1; i <= 2; ++i) {
            token.mint(_operator(i), 2 * BOND);
            vm.prank(_operator(i));
            token.approve(address(registry), 2 * BOND);
        }
    }

    function test_countsWhatArrived() public {
        FeeToken token = new FeeToken();
        OracleRegistry registry = _registryIn(token);
        for (uint256 i = 1; i <= 2; ++i) {
            vm.startPrank(_operator(i));
            registry.registerOperator(2000e6, 0, ENDPOINT);
            vm.assertEq(registry.operator(_operator(i)).bond, 1800e6);
            registry.addBond(100e6);
            vm.assertEq(registry.operator(_operator(i)).bond, 1890e6);
            vm.stopPrank();
        }
        vm.assertEq(token.balanceOf(address(registry)), 2 * 1890e6);
    }

    function test_refuses_aBondOfWhichTooLittleArrives() public {
        OracleRegistry registry = _registryIn(new FeeToken());
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.BondTooSmall.selector, 900e6, MINIMUM_BOND));
        vm.prank(_operator(1));
        registry.registerOperator(MINIMUM_BOND, 0, ENDPOINT);
    }

    function test_countsNoMoreThanWasAskedFor() public {
        OracleRegistry registry = _registryIn(new GenerousToken());
        vm.prank(_operator(1));
        registry.registerOperator(MINIMUM_BOND, 0, ENDPOINT);
        vm.assertEq(registry.operator(_operator(1)).bond, MINIMUM_BOND);
    }
}
