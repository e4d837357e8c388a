// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../contracts/interfaces/IChargingSessions.sol";
import { ILedger } from "../../../contracts/interfaces/ILedger.sol";
import { Filing } from "../../../contracts/types/Session.sol";
import { Fixture, Live, Site } from "../base/Fixture.sol";
import { vm } from "../base/Vm.sol";

/// @notice A session has two exits; each excludes the other, and nobody blocks either.
contract ExitsTest is Fixture {
    function test_settlesUntilItIsClosed() public {
        // Long after `close` was possible.
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 365 days);
        sessions.settle(_halfHour(site, live));
        vm.assertEq(_balance(driver), FUNDS - 5_850_000);
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.UnknownSession.selector, live.sessionId));
        _closeNow(site, live);
    }

    function test_refuses_toSettleAfterClosing() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + DURATION + 24 hours);
        _closeNow(site, live);
        Filing memory filing = _halfHour(site, live);
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.UnknownSession.selector, live.sessionId));
        sessions.settle(filing);
        vm.assertEq(_balance(driver), FUNDS);
        vm.assertEq(_balance(OWNER), 0);
    }

    function test_theOracleIsGoneForGood() public {
        // Every operator retires its keys, ends the committee and leaves with its bond.
        (Site memory site, Live memory live) = _open();
        vm.prank(_operator(1));
        oracles.deactivateCommittee(site.committee);
        for (uint256 i = 1; i <= 4; ++i) {
            address key = vm.addr(_keyOf(_operator(i)));
            vm.startPrank(_operator(i));
            oracles.retireKey(key);
            oracles.startUnbonding();
            vm.stopPrank();
        }
        vm.warp(START + UNBONDING_SECONDS);
        for (uint256 i = 1; i <= 4; ++i) {
            vm.prank(_operator(i));
            oracles.withdrawBond(_operator(i));
        }
        vm.prank(STRANGER);
        _closeNow(site, live);
        vm.assertEq(_balance(driver), FUNDS);
        vm.prank(driver);
        sessions.withdraw(euroId, FUNDS, driver);
        vm.assertEq(euro.balanceOf(driver), FUNDS);
    }

    function test_unbondingOutlastsTheLastChanceToSettle() public view {
        // An operator that leaves at once after opening is bound until its session can no longer be open by right.
        vm.assertGe(
            oracles.UNBONDING_SECONDS(), uint256(sessions.MAX_DURATION()) + stations.GREATEST_WINDOW(), "unbonding"
        );
    }

    // ------------------------------------------------------------------------------------------------- nobody interferes

    function test_aTopUpJustBeforeSettling() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        Filing memory pending = _halfHour(site, live);
        vm.prank(secondDriver);
        sessions.topUp(live.offer, live.session, 1);
        sessions.settle(pending);
        vm.assertEq(_balance(driver), FUNDS + 1 - 5_850_000);
    }

    function test_aStopRequestJustBeforeSettling() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        Filing memory pending = _halfHour(site, live);
        vm.prank(driver);
        sessions.requestStop(live.offer, live.session);
        sessions.settle(pending);
        vm.assertEq(_balance(driver), FUNDS - 5_850_000);
    }

    function test_aCheckpointJustBeforeSettling() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        Filing memory pending = _halfHour(site, live);
        sessions.checkpoint(_filing(site, live, _interim(type(uint32).max, _charging(START, 1800, 70_000))));
        sessions.settle(pending);
        vm.assertEq(_balance(driver), FUNDS - 5_850_000);
    }

    function test_everythingJustBeforeClosing() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + DURATION + 24 hours - 1);
        vm.prank(secondDriver);
        sessions.topUp(live.offer, live.session, 3);
        vm.prank(OWNER);
        sessions.requestStop(live.offer, live.session);
        sessions.checkpoint(_filing(site, live, _interim(1, _charging(START, 30 minutes, 10_000))));
        vm.prank(OWNER);
        stations.transferFrom(OWNER, STRANGER, site.stationId);
        vm.prank(_operator(1));
        oracles.deactivateCommittee(site.committee);
        vm.warp(START + DURATION + 24 hours);
        _closeNow(site, live);
        vm.assertEq(_balance(driver), FUNDS + 3 - 5_850_000);
        vm.assertEq(_balance(OWNER), 5_850_000);
    }

    function test_everythingJustBeforeSettling() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        Filing memory pending = _halfHour(site, live);
        vm.prank(driver);
        sessions.topUp(live.offer, live.session, 3);
        vm.prank(driver);
        sessions.requestStop(live.offer, live.session);
        sessions.checkpoint(_filing(site, live, _interim(1, _charging(START, 30 minutes, 20_000))));
        Site memory next = _site();
        delete next.config.evses[0];
        vm.prank(OWNER);
        stations.reconfigure(site.stationId, site.config, next.config);
        vm.prank(OWNER);
        stations.transferFrom(OWNER, STRANGER, site.stationId);
        vm.prank(_operator(1));
        oracles.deactivateCommittee(site.committee);
        for (uint256 i = 1; i <= 3; ++i) {
            address key = vm.addr(_keyOf(_operator(i)));
            vm.prank(_operator(i));
            oracles.retireKey(key);
        }
        sessions.settle(pending);
        vm.assertEq(_balance(driver), FUNDS - 5_850_000);
        vm.assertEq(_balance(OWNER), 5_557_500);
    }

    function test_nobodyRunsAwayWithTheDeposit() public {
        // The driver tries to take back what his session locks, or to lock it twice.
        (, Live memory live) = _open();
        vm.startPrank(driver);
        sessions.withdraw(euroId, FUNDS - DEPOSIT, driver);
        bytes memory nothingLeft = abi.encodeWithSelector(ILedger.InsufficientBalance.selector, driver, 0, 1, euroId);
        vm.expectRevert(nothingLeft);
        sessions.transfer(STRANGER, euroId, 1);
        vm.expectRevert(nothingLeft);
        sessions.withdraw(euroId, 1, driver);
        vm.expectRevert(nothingLeft);
        sessions.topUp(live.offer, live.session, 1);
    }
}
