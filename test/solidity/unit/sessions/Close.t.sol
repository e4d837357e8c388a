// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { TariffTerms } from "../../../../contracts/types/Tariff.sol";
import { Expected } from "../../base/Expected.sol";
import { Fixture, Live, Site } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

contract CloseTest is Fixture {
    uint256 private constant WINDOW = 24 hours;

    function _close(Site memory site, Live memory live) private {
        bytes32 pricingHash = Expected.pricingHash(site.pricing);
        vm.prank(STRANGER);
        sessions.close(live.offer, live.session, site.terms, pricingHash);
    }

    /// @dev Not a second before `availableAt`, and then.
    function _closesFrom(Site memory site, Live memory live, uint256 availableAt) private {
        vm.warp(availableAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.CloseTooEarly.selector, availableAt));
        _close(site, live);
        vm.warp(availableAt);
        _close(site, live);
    }

    function test_returnsEverythingWhenNoStatementCame() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + DURATION + WINDOW);
        vm.expectEmit(address(sessions));
        emit IChargingSessions.SessionClosed(live.sessionId, 0);
        _close(site, live);

        vm.assertEq(_balance(driver), FUNDS);
        vm.assertEq(_balance(OWNER), 0);
        IChargingSessions.EvseState memory state = sessions.evseState(live.offer.evse);
        vm.assertEq(state.status, 0);
        vm.assertEq(state.commitment, bytes32(bytes24(live.session.offerHash)));
        vm.assertEq(state.counter, 1);
        vm.assertFalse(state.hasState);
    }

    function test_opensTheWindowAtTheDurationLimit() public {
        (Site memory site, Live memory live) = _open();
        _closesFrom(site, live, START + DURATION + WINDOW);
    }

    function test_opensTheWindowAtTheStopRequest() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 600);
        vm.prank(OWNER);
        sessions.requestStop(live.offer, live.session);
        _closesFrom(site, live, START + 600 + WINDOW);
        vm.assertEq(_balance(driver), FUNDS);
    }

    function test_aStopRequestedAfterTheLimitDelaysNothing() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + DURATION + 1);
        vm.prank(OWNER);
        sessions.requestStop(live.offer, live.session);
        _closesFrom(site, live, START + DURATION + WINDOW);
    }

    function test_aTopUpChangesNoTime() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + DURATION);
        vm.prank(secondDriver);
        sessions.topUp(live.offer, live.session, 5e6);
        _closesFrom(site, live, START + DURATION + WINDOW);
        vm.assertEq(_balance(driver), FUNDS + 5e6, "top-ups are the driver's");
    }

    function test_paysTheLastCheckpointToTheOwner() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        sessions.checkpoint(_filing(site, live, _interim(1, _charging(START, 30 minutes, 10_000))));
        vm.warp(START + DURATION + WINDOW);
        vm.expectEmit(address(sessions));
        emit IChargingSessions.SessionClosed(live.sessionId, 5_850_000);
        _close(site, live);
        vm.assertEq(_balance(OWNER), 5_850_000, "no committee fee");
        vm.assertEq(_balance(_operator(1)), 0);
        vm.assertEq(_balance(driver), FUNDS - 5_850_000);
    }

    function test_paysACheckpointOfEverything() public {
        Site memory site = _site();
        Live memory live = _openAt(site, 0, driver, 20e6, DURATION);
        vm.warp(START + 1 hours);
        sessions.checkpoint(_filing(site, live, _interim(1, _charging(START, 1 hours, 60_000))));
        vm.warp(START + DURATION + WINDOW);
        _close(site, live);
        vm.assertEq(_balance(OWNER), 20e6);
        vm.assertEq(_balance(driver), FUNDS - 20e6);
    }

    function test_theNextSessionStartsWithoutThisOnesState() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        sessions.checkpoint(_filing(site, live, _interim(1, _charging(START, 30 minutes, 10_000))));
        vm.warp(START + DURATION + WINDOW);
        _close(site, live);
        Live memory next = _openAt(site, 0, secondDriver, DEPOSIT, DURATION);
        vm.warp(block.timestamp + DURATION + WINDOW);
        _close(site, next);
        vm.assertEq(_balance(secondDriver), FUNDS);
    }

    function test_leavesAStaleOfferStale() public {
        (Site memory site, Live memory live) = _open();
        vm.prank(OWNER);
        stations.transferFrom(OWNER, STRANGER, site.stationId);
        vm.warp(START + DURATION + WINDOW);
        _close(site, live);
        vm.assertTrue(sessions.evseState(live.offer.evse).stale);
    }

    function test_refuses_otherTerms() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + DURATION);
        TariffTerms memory terms = _terms();
        terms.settlementWindowSeconds = LEAST_WINDOW;
        site.terms = terms;
        bytes32 given = Expected.tariffId(site.terms, site.pricing);
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.TariffMismatch.selector, given, live.offer.tariffId));
        _close(site, live);
    }

    function test_refuses_anotherPricingHash() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + DURATION + WINDOW);
        bytes32 given = keccak256(abi.encode(Expected.termsHash(site.terms), bytes32(0)));
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.TariffMismatch.selector, given, live.offer.tariffId));
        sessions.close(live.offer, live.session, site.terms, 0);
    }

    function test_refuses_anotherOffer() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + DURATION + WINDOW);
        live.offer.owner = STRANGER;
        bytes32 given = Expected.offerHash(live.offer);
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.OfferMismatch.selector, given, live.session.offerHash));
        _close(site, live);
    }

    function test_refuses_aSecondTime() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + DURATION + WINDOW);
        _close(site, live);
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.UnknownSession.selector, live.sessionId));
        _close(site, live);
    }

    function test_refuses_whatNeverWas() public {
        (Site memory site, Live memory live) = _open();
        live.offer.evse = site.stationId | 1;
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.UnknownSession.selector, live.sessionId));
        _close(site, live);
    }
}
