// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { ILedger } from "../../../../contracts/interfaces/ILedger.sol";
import { Fixture, Live, Site } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

contract TopUpTest is Fixture {
    function test_locksMore() public {
        (, Live memory live) = _open();
        vm.expectEmit(address(sessions));
        emit IChargingSessions.SessionToppedUp(live.sessionId, driver, 10e6);
        vm.prank(driver);
        sessions.topUp(live.offer, live.session, 10e6);

        vm.assertEq(_balance(driver), FUNDS - DEPOSIT - 10e6);
        vm.assertEq(sessions.sessionState(live.sessionId).toppedUp, 10e6);
        vm.assertTrue(sessions.evseState(live.offer.evse).hasState);
        vm.assertEq(sessions.evseState(live.offer.evse).status, 1);
    }

    function test_anyoneMayPay_whatIsLeftIsTheDrivers() public {
        (Site memory site, Live memory live) = _open();
        vm.expectEmit(address(sessions));
        emit IChargingSessions.SessionToppedUp(live.sessionId, secondDriver, 10e6);
        vm.prank(secondDriver);
        sessions.topUp(live.offer, live.session, 10e6);
        vm.prank(driver);
        sessions.topUp(live.offer, live.session, 1);
        vm.assertEq(sessions.sessionState(live.sessionId).toppedUp, 10e6 + 1);

        vm.warp(block.timestamp + 30 minutes);
        sessions.settle(_halfHour(site, live));
        vm.assertEq(_balance(driver), FUNDS + 10e6 - 5_850_000);
        vm.assertEq(_balance(secondDriver), FUNDS - 10e6);
    }

    function test_paysForMoreThanTheDeposit() public {
        Site memory site = _site();
        Live memory live = _openAt(site, 0, driver, 20e6, DURATION);
        vm.prank(driver);
        sessions.topUp(live.offer, live.session, 4e6);
        // 60 kWh, 60 minutes: 29.40 + 1.20 + 0.35 = 30.95, of which 24 are there.
        vm.warp(block.timestamp + 1 hours);
        sessions.settle(_filing(site, live, _final(_charging(live.session.openedAt, 1 hours, 60_000))));
        vm.assertEq(_balance(driver), FUNDS - 24e6);
        // 5 % in three parts.
        vm.assertEq(_balance(OWNER), 24e6 - 1.2e6);
        vm.assertEq(_balance(_operator(1)), 0.4e6);
    }

    function test_refuses_zero() public {
        (, Live memory live) = _open();
        vm.expectRevert(abi.encodeWithSelector(ILedger.ZeroAmount.selector));
        vm.prank(driver);
        sessions.topUp(live.offer, live.session, 0);
    }

    function test_refuses_moreThanTheBalance() public {
        (, Live memory live) = _open();
        vm.expectRevert(abi.encodeWithSelector(ILedger.InsufficientBalance.selector, STRANGER, 0, 1, euroId));
        vm.prank(STRANGER);
        sessions.topUp(live.offer, live.session, 1);
    }

    function test_refuses_moreThanTheEventsCanSay() public {
        // Together with the deposit it stays below 2^128, or the cost would not fit its field.
        uint128 most = type(uint128).max;
        _fund(driver, most);
        _fund(driver, 1);
        Live memory live = _openAt(_site(), 0, driver, DEPOSIT, DURATION);
        vm.startPrank(driver);
        vm.expectRevert(abi.encodeWithSelector(ILedger.AmountTooLarge.selector, most - DEPOSIT + 1));
        sessions.topUp(live.offer, live.session, most - DEPOSIT + 1);
        sessions.topUp(live.offer, live.session, most - DEPOSIT);
        vm.expectRevert(abi.encodeWithSelector(ILedger.AmountTooLarge.selector, 1));
        sessions.topUp(live.offer, live.session, 1);
    }

    function test_refuses_aSessionThatEnded() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(block.timestamp + 30 minutes);
        sessions.settle(_halfHour(site, live));
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.UnknownSession.selector, live.sessionId));
        vm.prank(driver);
        sessions.topUp(live.offer, live.session, 1);
    }

    function test_refuses_theOfferOfAnotherEvse() public {
        Site memory site = _site();
        Live memory live = _openAt(site, 0, driver, DEPOSIT, DURATION);
        Live memory other = _openAt(site, 1, driver, DEPOSIT, DURATION);
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.UnknownSession.selector, live.sessionId));
        vm.prank(driver);
        sessions.topUp(other.offer, live.session, 1);
    }

    function test_refuses_anotherOfferOfTheSameEvse() public {
        (, Live memory live) = _open();
        live.offer.currency = NATIVE_ID;
        bytes32 given = sessions.hashOffer(live.offer);
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.OfferMismatch.selector, given, live.session.offerHash));
        vm.prank(driver);
        sessions.topUp(live.offer, live.session, 1);
    }
}
