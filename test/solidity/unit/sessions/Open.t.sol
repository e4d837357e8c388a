// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { ILedger } from "../../../../contracts/interfaces/ILedger.sol";
import { Offer, Session } from "../../../../contracts/types/Session.sol";
import { Expected } from "../../base/Expected.sol";
import { Fixture, Live, Site } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

contract OpenTest is Fixture {
    Offer private offer;

    function setUp() public override {
        super.setUp();
        Site memory site = _site();
        offer = _offer(site, 0);
        _activate(site, offer);
    }

    function _refuses(uint128 deposit, uint32 maxSeconds, uint128 maxRate, bytes memory error_) private {
        vm.expectRevert(error_);
        vm.prank(driver);
        sessions.open(offer, deposit, maxSeconds, maxRate);
    }

    function test_locksTheDepositAndOccupiesTheEvse() public {
        vm.warp(START + 77);
        Session memory session = _nextSession(offer, driver, DEPOSIT, DURATION);
        bytes32 id = Expected.sessionId(address(sessions), session);

        vm.expectEmit(address(sessions));
        emit IChargingSessions.SessionOpened(
            id,
            offer.evse,
            driver,
            session.offerHash,
            session.parentHash,
            DEPOSIT,
            1,
            uint40(START + 77),
            DURATION,
            bytes32(0)
        );
        vm.prank(driver);
        vm.assertEq(sessions.open(offer, DEPOSIT, DURATION, 0), id);

        vm.assertEq(_balance(driver), FUNDS - DEPOSIT);
        IChargingSessions.EvseState memory state = sessions.evseState(offer.evse);
        vm.assertEq(state.commitment, bytes32(bytes24(id)));
        vm.assertEq(state.counter, 1);
        vm.assertEq(state.status, 1);
        vm.assertFalse(state.stale);
        vm.assertFalse(state.hasState);
        vm.assertNotEq(session.parentHash, bytes32(0), "a block hash is part of it");
    }

    function test_movesNoToken() public {
        vm.recordLogs();
        vm.prank(driver);
        sessions.open(offer, DEPOSIT, DURATION, 0);
        vm.assertEq(vm.getRecordedLogs().length, 1, "one event, no ERC-6909 transfer");
        vm.assertEq(euro.balanceOf(address(sessions)), 2 * FUNDS);
    }

    function test_takesTheLeast() public {
        vm.prank(driver);
        sessions.open(offer, 20e6, 1, 0);
        vm.assertEq(_balance(driver), FUNDS - 20e6);
    }

    function test_takesTheMost() public {
        vm.prank(driver);
        sessions.open(offer, uint128(FUNDS), MAX_DURATION, 0);
        vm.assertEq(_balance(driver), 0);
    }

    function test_everyEvseOfAStationHasItsOwnSession() public {
        Site memory site = _site();
        bytes32 first = _openAt(site, 1, driver, DEPOSIT, DURATION).sessionId;
        bytes32 second = _openAt(site, 2, driver, DEPOSIT, DURATION).sessionId;
        vm.assertNotEq(first, second);
        vm.assertEq(sessions.evseState(site.stationId | 3).status, 0);
    }

    function test_reopensUnderTheSameOfferWithoutAProof() public {
        Site memory site = _site();
        Live memory live = _openAt(site, 1, driver, DEPOSIT, DURATION);
        vm.warp(block.timestamp + 30 minutes);
        sessions.settle(_halfHour(site, live));

        Session memory next = _nextSession(live.offer, secondDriver, 20e6, DURATION);
        vm.prank(secondDriver);
        bytes32 id = sessions.open(live.offer, 20e6, DURATION, 0);
        vm.assertEq(id, Expected.sessionId(address(sessions), next));
        vm.assertEq(next.counter, 2);
        vm.assertEq(sessions.evseState(live.offer.evse).counter, 2);
    }

    function test_refuses_anOfferNeverProven() public {
        offer = _offer(_site(), 1);
        _refuses(
            DEPOSIT,
            DURATION,
            0,
            abi.encodeWithSelector(IChargingSessions.OfferNotActive.selector, offer.evse, Expected.offerHash(offer))
        );
    }

    function test_refuses_anotherOfferThanTheProven() public {
        offer.minimumDeposit = 1;
        _refuses(
            DEPOSIT,
            DURATION,
            0,
            abi.encodeWithSelector(IChargingSessions.OfferNotActive.selector, offer.evse, Expected.offerHash(offer))
        );
    }

    function test_refuses_aStaleOffer() public {
        uint256 stationId = _site().stationId;
        vm.prank(OWNER);
        stations.transferFrom(OWNER, STRANGER, stationId);
        _refuses(
            DEPOSIT,
            DURATION,
            0,
            abi.encodeWithSelector(IChargingSessions.OfferNotActive.selector, offer.evse, Expected.offerHash(offer))
        );
    }

    function test_refuses_aBusyEvse() public {
        vm.prank(secondDriver);
        sessions.open(offer, DEPOSIT, DURATION, 0);
        _refuses(DEPOSIT, DURATION, 0, abi.encodeWithSelector(IChargingSessions.EvseBusy.selector, offer.evse));
    }

    function test_refuses_aCommitteeThatEnded() public {
        Site memory site = _site();
        vm.prank(_operator(2));
        oracles.deactivateCommittee(site.committee);
        _refuses(
            DEPOSIT,
            DURATION,
            0,
            abi.encodeWithSelector(IChargingSessions.CommitteeInactive.selector, offer.committeeId)
        );
    }

    function test_refuses_aCommitteeThatNeverWas() public {
        Site memory site = _siteWith(_terms(), _pricing(), _committee(2, 1, 1, 3));
        _register(site);
        offer = _offer(site, 0);
        _activate(site, offer);
        _refuses(
            DEPOSIT,
            DURATION,
            0,
            abi.encodeWithSelector(IChargingSessions.CommitteeInactive.selector, offer.committeeId)
        );
    }

    function test_refuses_aDepositBelowTheMinimum() public {
        _refuses(
            20e6 - 1,
            DURATION,
            0,
            abi.encodeWithSelector(IChargingSessions.DepositBelowMinimum.selector, 20e6 - 1, 20e6)
        );
    }

    function test_refuses_aDepositBeyondTheBalance() public {
        _refuses(
            uint128(FUNDS) + 1,
            DURATION,
            0,
            abi.encodeWithSelector(ILedger.InsufficientBalance.selector, driver, FUNDS, FUNDS + 1, euroId)
        );
    }

    function test_refuses_noDuration() public {
        _refuses(DEPOSIT, 0, 0, abi.encodeWithSelector(IChargingSessions.InvalidDuration.selector, 0, MAX_DURATION));
    }

    function test_refuses_aDurationAboveTheLongest() public {
        _refuses(
            DEPOSIT,
            MAX_DURATION + 1,
            0,
            abi.encodeWithSelector(IChargingSessions.InvalidDuration.selector, MAX_DURATION + 1, MAX_DURATION)
        );
    }

    function test_refuses_aRateBoundWithoutFeeds() public {
        _refuses(DEPOSIT, DURATION, 1, abi.encodeWithSelector(IChargingSessions.RateNotApplicable.selector, 1));
    }
}
