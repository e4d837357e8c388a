// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../contracts/interfaces/IChargingSessions.sol";
import { ILedger } from "../../../contracts/interfaces/ILedger.sol";
import { Fixture, Live, Site } from "../base/Fixture.sol";
import { vm } from "../base/Vm.sol";
import {
    BlocklistToken,
    FalseToken,
    FeeToken,
    GenerousToken,
    LyingToken,
    Mintable,
    ReentrantToken,
    ShrinkingToken,
    SilentToken,
    SwallowingToken
} from "../tokens/HostileTokens.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @notice Tokens that lie, take a fee, call back or refuse: none moves what belongs to anybody else.
contract HostileTokensTest is Fixture {
    function _id(address token) private pure returns (uint256) {
        return uint160(token);
    }

    /// @dev The driver has 100 of the token and lets the ledger take them.
    function _handOut(Mintable token) private {
        token.mint(driver, 100);
        vm.prank(driver);
        token.approve(address(sessions), type(uint256).max);
    }

    function _deposit(address token, uint256 amount) private returns (uint256) {
        vm.prank(driver);
        return sessions.deposit(token, amount);
    }

    function _withdraw(address token, uint256 amount, address to) private {
        vm.prank(driver);
        sessions.withdraw(_id(token), amount, to);
    }

    // ------------------------------------------------------------------------------------------------- fees and silence

    function test_aTokenWithAFeeCreditsWhatArrived() public {
        FeeToken token = new FeeToken();
        _handOut(token);
        vm.assertEq(_deposit(address(token), 100), 90);
        vm.assertEq(sessions.balanceOf(driver, _id(address(token))), 90);
        vm.assertEq(token.balanceOf(address(sessions)), 90);
        _withdraw(address(token), 90, STRANGER);
        vm.assertEq(token.balanceOf(STRANGER), 81);
    }

    function test_aTokenThatPaysMoreCreditsWhatArrived() public {
        GenerousToken token = new GenerousToken();
        _handOut(token);
        vm.assertEq(_deposit(address(token), 50), 100);
        vm.assertEq(sessions.balanceOf(driver, _id(address(token))), token.balanceOf(address(sessions)));
    }

    function test_refuses_aTokenOfWhichNothingArrives() public {
        SwallowingToken token = new SwallowingToken();
        _handOut(token);
        vm.expectRevert(abi.encodeWithSelector(ILedger.NothingArrived.selector, address(token)));
        _deposit(address(token), 100);
    }

    function test_refuses_aTokenThatAnswersFalse() public {
        FalseToken token = new FalseToken();
        _handOut(token);
        token.lie(true);
        bytes memory failed = abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token));
        vm.expectRevert(failed);
        _deposit(address(token), 100);

        token.lie(false);
        _deposit(address(token), 100);
        token.lie(true);
        vm.expectRevert(failed);
        _withdraw(address(token), 100, driver);
        vm.assertEq(sessions.balanceOf(driver, _id(address(token))), 100, "nothing half done");
    }

    function test_aTokenThatAnswersNothingWorks() public {
        SilentToken token = new SilentToken();
        token.mint(driver, 100);
        vm.assertEq(_deposit(address(token), 100), 100);
        _withdraw(address(token), 40, STRANGER);
        vm.assertEq(token.balanceOf(STRANGER), 40);
        vm.assertEq(sessions.balanceOf(driver, _id(address(token))), 60);
    }

    function test_refuses_aTokenThatShrinksTheHoldings() public {
        ShrinkingToken token = new ShrinkingToken();
        _handOut(token);
        _deposit(address(token), 50);
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        _deposit(address(token), 50);
    }

    function test_refuses_moreThanADepositCanBe() public {
        LyingToken token = new LyingToken();
        uint256 amount = uint256(type(uint128).max) + 1;
        vm.expectRevert(abi.encodeWithSelector(ILedger.AmountTooLarge.selector, amount));
        _deposit(address(token), amount);
        vm.assertEq(_deposit(address(token), amount - 1), amount - 1);
    }

    function test_aTokenThatInventsBalancesHarmsOnlyItself() public {
        LyingToken token = new LyingToken();
        for (uint256 i; i < 4; ++i) {
            _deposit(address(token), type(uint128).max);
        }
        vm.assertEq(sessions.balanceOf(driver, _id(address(token))), 4 * uint256(type(uint128).max));
        vm.assertEq(_balance(driver), FUNDS);
        vm.expectRevert(abi.encodeWithSelector(ILedger.InsufficientBalance.selector, driver, FUNDS, FUNDS + 1, euroId));
        vm.prank(driver);
        sessions.withdraw(euroId, FUNDS + 1, driver);
    }

    // -------------------------------------------------------------------------------------------------------- blocklists

    function test_aBlockedRecipientHoldsUpNobodyElse() public {
        BlocklistToken token = new BlocklistToken();
        _handOut(token);
        _deposit(address(token), 100);
        Site memory site = _siteIn(address(token));
        Live memory live = _openAt(site, 0, driver, 50, DURATION);

        // The owner, a member and the driver are blocked in mid-session: settling moves numbers.
        token.setBlocked(OWNER, true);
        token.setBlocked(_operator(1), true);
        token.setBlocked(driver, true);
        vm.warp(START + 30 minutes);
        sessions.settle(_filing(site, live, _final(_charging(START, 30 minutes, 40_000))));
        vm.assertEq(sessions.balanceOf(OWNER, _id(address(token))), 37);
        vm.assertEq(sessions.balanceOf(_operator(2), _id(address(token))), 1);

        // Who is not blocked withdraws.
        vm.prank(_operator(2));
        sessions.withdraw(_id(address(token)), 1, _operator(2));
        // Who is, keeps his balance, and may name somebody else.
        vm.expectRevert(abi.encodeWithSelector(BlocklistToken.Blocked.selector, driver));
        _withdraw(address(token), 60, driver);
        _withdraw(address(token), 60, STRANGER);
        vm.assertEq(token.balanceOf(STRANGER), 60);
    }

    function test_closesThoughEverybodyIsBlocked() public {
        BlocklistToken token = new BlocklistToken();
        _handOut(token);
        _deposit(address(token), 100);
        Site memory site = _siteIn(address(token));
        Live memory live = _openAt(site, 0, driver, 50, DURATION);
        token.setBlocked(address(sessions), true);
        token.setBlocked(driver, true);
        vm.warp(START + DURATION + 24 hours);
        _closeNow(site, live);
        vm.assertEq(sessions.balanceOf(driver, _id(address(token))), 100);
    }

    // --------------------------------------------------------------------------------------------------------- reentrancy

    function test_refuses_toReenterTheLedger() public {
        ReentrantToken token = new ReentrantToken();
        _handOut(token);
        bytes[5] memory calls = [
            abi.encodeCall(ILedger.deposit, (address(token), 1)),
            abi.encodeCall(ILedger.depositWithPermit, (address(token), 1, 0, 27, 0, 0)),
            abi.encodeCall(ILedger.withdraw, (_id(address(token)), 1, STRANGER)),
            abi.encodeCall(ILedger.withdraw, (euroId, 1, STRANGER)),
            _multicall(abi.encodeCall(ILedger.deposit, (address(token), 1)))
        ];
        for (uint256 i; i < calls.length; ++i) {
            token.arm(address(sessions), calls[i]);
            _deposit(address(token), 10);
            _expectGuarded(token);
            token.arm(address(sessions), calls[i]);
            _withdraw(address(token), 10, driver);
            _expectGuarded(token);
        }
    }

    function test_refuses_toReenterByPermit() public {
        ReentrantToken token = new ReentrantToken();
        _handOut(token);
        token.arm(address(sessions), abi.encodeCall(ILedger.deposit, (address(token), 1)));
        vm.prank(driver);
        vm.assertEq(sessions.depositWithPermit(address(token), 10, 0, 27, 0, 0), 10);
        _expectGuarded(token);
        vm.assertEq(sessions.balanceOf(driver, _id(address(token))), 10);
    }

    function test_mayReenterWhatMovesOnlyItsOwnNumbers() public {
        // A transfer by the token itself in the middle of a deposit: it has nothing to move.
        ReentrantToken token = new ReentrantToken();
        _handOut(token);
        token.arm(address(sessions), abi.encodeCall(sessions.transferFrom, (driver, address(token), euroId, 1)));
        _deposit(address(token), 10);
        vm.assertTrue(token.called());
        vm.assertFalse(token.succeeded());
        vm.assertEq(
            token.answer(), abi.encodeWithSelector(ILedger.InsufficientAllowance.selector, address(token), 0, 1, euroId)
        );
    }

    function test_settlingInsideADepositCountsOnce() public {
        // settle and close call nobody, so they need no guard: here one runs in the middle of a deposit.
        ReentrantToken token = new ReentrantToken();
        _handOut(token);
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        token.arm(address(sessions), abi.encodeCall(IChargingSessions.settle, (_halfHour(site, live))));
        _deposit(address(token), 10);
        vm.assertTrue(token.succeeded());
        vm.assertEq(_balance(driver), FUNDS - 5_850_000);
        vm.assertEq(sessions.balanceOf(driver, _id(address(token))), 10);
    }

    function test_nativeMoneyCannotReenterEither() public {
        Receiver receiver = new Receiver();
        vm.deal(address(receiver), 2 ether);
        receiver.deposit(address(sessions));
        receiver.withdrawTwice(address(sessions), NATIVE_ID);
        vm.assertEq(sessions.balanceOf(address(receiver), NATIVE_ID), 1 ether);
        vm.assertEq(address(receiver).balance, 1 ether);
        vm.assertEq(address(sessions).balance, 1 ether);
        vm.assertEq(
            receiver.answer(), abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
    }

    function _expectGuarded(ReentrantToken token) private view {
        vm.assertTrue(token.called(), "called");
        vm.assertFalse(token.succeeded(), "succeeded");
        vm.assertEq(
            token.answer(), abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
    }

    function _multicall(bytes memory call_) private pure returns (bytes memory) {
        bytes[] memory calls = new bytes[](1);
        calls[0] = call_;
        return abi.encodeWithSignature("multicall(bytes[])", calls);
    }

    /// @dev 1 a kWh, 10 % for three members.
    function _siteIn(address token) private returns (Site memory site) {
        site = _site();
        site.terms.currency = _id(token);
        site.terms.minimumDeposit = 10;
        site.pricing.minimum = 0;
        site.pricing.elements[0].pricePerKwh = 1;
        site.pricing.elements[0].pricePerHour = 0;
        site.pricing.elements[0].flat = 0;
        site = _siteWith(site.terms, site.pricing, _committee(2, 1000, 1, 3));
        _accept(site.committee);
        _publish(site);
        _register(site);
    }
}

/// @notice Takes native money and asks for more while it arrives.
contract Receiver {
    address private constant NATIVE = 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE;
    bytes public answer;

    function deposit(address ledger) external {
        ILedger(ledger).depositNative{ value: 2 ether }();
    }

    /// @dev Once here, once in `receive`.
    function withdrawTwice(address ledger, uint256 currency) external {
        ILedger(ledger).withdraw(currency, 1 ether, address(this));
    }

    receive() external payable {
        (, answer) =
            msg.sender.call(abi.encodeCall(ILedger.withdraw, (uint256(uint160(NATIVE)), 1 ether, address(this))));
    }
}
