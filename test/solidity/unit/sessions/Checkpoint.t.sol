// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { Filing } from "../../../../contracts/types/Session.sol";
import { Period, PeriodKind, Statement } from "../../../../contracts/types/Statement.sol";
import { Fixture, Live, Site } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

contract CheckpointTest is Fixture {
    /// @dev The first minutes of a session with so much energy.
    function _checkpoint(Site memory site, Live memory live, uint32 sequence, uint256 minutes_, uint256 energyWh)
        private
        view
        returns (Filing memory)
    {
        return _filing(site, live, _interim(sequence, _charging(live.session.openedAt, minutes_ * 1 minutes, energyWh)));
    }

    function _refuses(Filing memory filing, bytes memory error_) private {
        vm.expectRevert(error_);
        sessions.checkpoint(filing);
    }

    function test_recordsTheCostForClosing() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        Statement memory statement = _interim(3, _charging(START, 30 minutes, 10_000));
        statement.waived = 850_000;
        statement.evidence = "records";
        Filing memory filing = _filing(site, live, statement);

        vm.expectEmit(address(sessions));
        emit IChargingSessions.CheckpointRecorded(live.sessionId, 3, 5_000_000, 850_000, "records", statement.periods);
        vm.prank(STRANGER);
        sessions.checkpoint(filing);

        IChargingSessions.SessionState memory state = sessions.sessionState(live.sessionId);
        vm.assertEq(state.checkpointSequence, 3);
        vm.assertEq(state.checkpointCost, 5_000_000);
        vm.assertEq(state.checkpointEnergyWh, 10_000);
        vm.assertTrue(sessions.evseState(live.offer.evse).hasState);
        vm.assertEq(_balance(OWNER), 0, "nothing is paid yet");
        vm.assertEq(_balance(driver), FUNDS - DEPOSIT);
    }

    function test_aLaterOneReplacesIt() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 1 hours);
        sessions.checkpoint(_checkpoint(site, live, 1, 30, 10_000));
        // A higher sequence need not be the next, and the energy may stand still.
        sessions.checkpoint(_checkpoint(site, live, 7, 60, 10_000));
        IChargingSessions.SessionState memory state = sessions.sessionState(live.sessionId);
        vm.assertEq(state.checkpointSequence, 7);
        vm.assertEq(state.checkpointCost, 6_450_000);
    }

    function test_aWaivedAmountLowersTheCost() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 1 hours);
        sessions.checkpoint(_checkpoint(site, live, 1, 30, 10_000));
        Statement memory statement = _interim(2, _charging(START, 30 minutes, 10_000));
        statement.waived = type(uint128).max;
        sessions.checkpoint(_filing(site, live, statement));
        vm.assertEq(sessions.sessionState(live.sessionId).checkpointCost, 0);
    }

    function test_countsTopUps() public {
        Site memory site = _site();
        Live memory live = _openAt(site, 0, driver, 20e6, DURATION);
        vm.warp(START + 1 hours);
        sessions.checkpoint(_checkpoint(site, live, 1, 60, 60_000));
        vm.assertEq(sessions.sessionState(live.sessionId).checkpointCost, 20e6, "capped by the deposit");
        vm.prank(driver);
        sessions.topUp(live.offer, live.session, 5e6);
        sessions.checkpoint(_checkpoint(site, live, 2, 60, 60_000));
        vm.assertEq(sessions.sessionState(live.sessionId).checkpointCost, 25e6, "and the top-up");
        vm.assertEq(sessions.sessionState(live.sessionId).toppedUp, 5e6);
    }

    function test_afterAStopRequestStillCounts() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        vm.prank(driver);
        sessions.requestStop(live.offer, live.session);
        sessions.checkpoint(_checkpoint(site, live, 1, 30, 10_000));
        vm.assertEq(sessions.sessionState(live.sessionId).stopRequestedAt, START + 30 minutes);
        vm.assertEq(sessions.sessionState(live.sessionId).checkpointCost, 5_850_000);
    }

    function test_refuses_aFinalStatement() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        _refuses(_halfHour(site, live), abi.encodeWithSelector(IChargingSessions.IsFinal.selector, 9));
    }

    function test_refuses_noPeriods() public {
        (Site memory site, Live memory live) = _open();
        _refuses(
            _filing(site, live, _interim(1, new Period[](0))),
            abi.encodeWithSelector(IChargingSessions.NoPeriods.selector)
        );
    }

    function test_refuses_whatIsNotNewer() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 1 hours);
        sessions.checkpoint(_checkpoint(site, live, 5, 30, 10_000));
        _refuses(
            _checkpoint(site, live, 5, 60, 20_000),
            abi.encodeWithSelector(IChargingSessions.CheckpointNotNewer.selector, 5, 5)
        );
        _refuses(
            _checkpoint(site, live, 4, 60, 20_000),
            abi.encodeWithSelector(IChargingSessions.CheckpointNotNewer.selector, 4, 5)
        );
    }

    function test_refuses_sequenceZero() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 1 hours);
        _refuses(
            _checkpoint(site, live, 0, 30, 10_000),
            abi.encodeWithSelector(IChargingSessions.CheckpointNotNewer.selector, 0, 0)
        );
    }

    function test_refuses_lessEnergyThanBefore() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 1 hours);
        sessions.checkpoint(_checkpoint(site, live, 1, 30, 10_000));
        _refuses(
            _checkpoint(site, live, 2, 60, 9999),
            abi.encodeWithSelector(IChargingSessions.CheckpointShrinks.selector, 9999, 10_000)
        );
    }

    function test_refuses_whatTheCommitteeDidNotSign() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 1 hours);
        Filing memory filing = _checkpoint(site, live, 1, 30, 10_000);
        filing.statement.periods[0] = _period(START, 30 minutes, 10_001, PeriodKind.Charging);
        vm.expectRevert();
        sessions.checkpoint(filing);
        vm.assertFalse(sessions.evseState(live.offer.evse).hasState, "nothing half done");
    }

    function test_refuses_aSessionThatEnded() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        sessions.settle(_halfHour(site, live));
        _refuses(
            _checkpoint(site, live, 10, 30, 10_000),
            abi.encodeWithSelector(IChargingSessions.UnknownSession.selector, live.sessionId)
        );
    }
}
