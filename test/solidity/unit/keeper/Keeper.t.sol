// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Keeper } from "../../../../contracts/Keeper.sol";
import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { IKeeper } from "../../../../contracts/interfaces/IKeeper.sol";
import { Expected } from "../../base/Expected.sol";
import { Fixture, Live, Site } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

contract KeeperTest is Fixture {
    uint256 private constant CLOSABLE_AT = START + DURATION + 24 hours;

    Keeper private keeper;

    function setUp() public override {
        super.setUp();
        keeper = new Keeper(sessions);
    }

    function _enrol(Site memory site, Live memory live) private {
        bytes32 pricingHash = Expected.pricingHash(site.pricing);
        vm.prank(STRANGER);
        vm.assertEq(keeper.enrol(live.offer, live.session, site.terms, pricingHash), live.sessionId);
    }

    function _enrolled() private returns (Site memory site, Live memory live) {
        (site, live) = _open();
        _enrol(site, live);
    }

    function _perform(bytes32[] memory ids) private {
        vm.prank(STRANGER);
        keeper.performUpkeep(abi.encode(ids));
    }

    function _perform(bytes32 id) private {
        bytes32[] memory ids = new bytes32[](1);
        ids[0] = id;
        _perform(ids);
    }

    function _due() private view returns (bytes32[] memory ids) {
        (bool needed, bytes memory data) = keeper.checkUpkeep("");
        ids = abi.decode(data, (bytes32[]));
        vm.assertTrue(needed == (ids.length != 0));
    }

    function _isLive(Live memory live) private view returns (bool) {
        return sessions.evseState(live.offer.evse).status == 1;
    }

    // ------------------------------------------------------------------------------------------------------- enrolling

    function test_enrols() public {
        (Site memory site, Live memory live) = _open();
        bytes32 pricingHash = Expected.pricingHash(site.pricing);
        vm.expectEmit(address(keeper));
        emit IKeeper.SessionEnrolled(live.sessionId, address(this));
        keeper.enrol(live.offer, live.session, site.terms, pricingHash);
        vm.assertEq(keeper.enrolledCount(), 1);
        vm.assertEq(keeper.enrolledAt(0), live.sessionId);
        vm.assertTrue(keeper.isEnrolled(live.sessionId));
    }

    function test_refuses_twice() public {
        (Site memory site, Live memory live) = _enrolled();
        bytes32 pricingHash = Expected.pricingHash(site.pricing);
        vm.expectRevert(abi.encodeWithSelector(IKeeper.AlreadyEnrolled.selector, live.sessionId));
        keeper.enrol(live.offer, live.session, site.terms, pricingHash);
    }

    function test_refuses_anInventedSession() public {
        (Site memory site, Live memory live) = _open();
        live.session.deposit += 1;
        bytes32 pricingHash = Expected.pricingHash(site.pricing);
        bytes32 id = Expected.sessionId(address(sessions), live.session);
        vm.expectRevert(abi.encodeWithSelector(IKeeper.SessionNotLive.selector, id));
        keeper.enrol(live.offer, live.session, site.terms, pricingHash);
    }

    function test_refuses_anEndedSession() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(CLOSABLE_AT);
        _closeNow(site, live);
        bytes32 pricingHash = Expected.pricingHash(site.pricing);
        vm.expectRevert(abi.encodeWithSelector(IKeeper.SessionNotLive.selector, live.sessionId));
        keeper.enrol(live.offer, live.session, site.terms, pricingHash);
    }

    function test_refuses_anotherOffer() public {
        (Site memory site, Live memory live) = _open();
        live.offer.owner = STRANGER;
        bytes32 pricingHash = Expected.pricingHash(site.pricing);
        bytes32 given = Expected.offerHash(live.offer);
        vm.expectRevert(abi.encodeWithSelector(IKeeper.OfferMismatch.selector, given, live.session.offerHash));
        keeper.enrol(live.offer, live.session, site.terms, pricingHash);
    }

    function test_refuses_otherTerms() public {
        (Site memory site, Live memory live) = _open();
        site.terms.settlementWindowSeconds = LEAST_WINDOW;
        bytes32 pricingHash = Expected.pricingHash(site.pricing);
        bytes32 given = Expected.tariffId(site.terms, site.pricing);
        vm.expectRevert(abi.encodeWithSelector(IKeeper.TariffMismatch.selector, given, live.offer.tariffId));
        keeper.enrol(live.offer, live.session, site.terms, pricingHash);
    }

    function test_refuses_noSessionsContract() public {
        vm.expectRevert(abi.encodeWithSelector(IKeeper.ZeroAddress.selector));
        new Keeper(IChargingSessions(address(0)));
    }

    // --------------------------------------------------------------------------------------------------------- closing

    /// @dev Not a second before `closableAt`, and then.
    function _closesFrom(Live memory live, uint256 closableAt) private {
        vm.warp(closableAt - 1);
        vm.assertEq(_due().length, 0, "due too early");
        _perform(live.sessionId);
        vm.assertTrue(_isLive(live) && keeper.isEnrolled(live.sessionId), "closed too early");
        vm.warp(closableAt);
        bytes32[] memory due = _due();
        vm.assertEq(due.length, 1, "due");
        vm.assertEq(due[0], live.sessionId);
        vm.expectEmit(address(keeper));
        emit IKeeper.SessionDropped(live.sessionId, true);
        _perform(due);
        vm.assertFalse(_isLive(live), "still live");
        vm.assertFalse(keeper.isEnrolled(live.sessionId), "still enrolled");
        vm.assertEq(keeper.enrolledCount(), 0);
        vm.assertEq(_balance(driver), FUNDS);
    }

    function test_closesAfterTheDurationLimit() public {
        (, Live memory live) = _enrolled();
        _closesFrom(live, CLOSABLE_AT);
    }

    function test_closesAfterAStopRequestedLater() public {
        (, Live memory live) = _enrolled();
        vm.warp(START + 600);
        vm.prank(driver);
        sessions.requestStop(live.offer, live.session);
        _closesFrom(live, START + 600 + 24 hours);
    }

    function testFuzz_closesToTheSecond(uint32 duration, uint32 stopAfter) public {
        duration = 1 + duration % MAX_DURATION;
        stopAfter = stopAfter % (duration + 1 hours);
        Site memory site = _site();
        Live memory live = _openAt(site, 0, driver, DEPOSIT, duration);
        _enrol(site, live);
        vm.warp(START + stopAfter);
        vm.prank(driver);
        sessions.requestStop(live.offer, live.session);
        _closesFrom(live, START + (stopAfter < duration ? stopAfter : duration) + 24 hours);
    }

    function test_forgetsWhatWasSettled() public {
        (Site memory site, Live memory live) = _enrolled();
        vm.warp(START + 30 minutes);
        sessions.settle(_halfHour(site, live));
        vm.assertEq(_due().length, 1);
        vm.expectEmit(address(keeper));
        emit IKeeper.SessionDropped(live.sessionId, false);
        _perform(live.sessionId);
        vm.assertEq(keeper.enrolledCount(), 0);
        vm.assertEq(_due().length, 0);
    }

    function test_passesOverWhatIsUnknownTwiceNamedOrNotDue() public {
        (Site memory site, Live memory first) = _enrolled();
        Live memory settled = _openAt(site, 1, secondDriver, DEPOSIT, DURATION);
        _enrol(site, settled);
        Live memory long = _openAt(site, 2, secondDriver, DEPOSIT, MAX_DURATION);
        _enrol(site, long);
        Live memory stranger = _openAt(site, 3, secondDriver, DEPOSIT, DURATION);
        vm.warp(START + 30 minutes);
        sessions.settle(_halfHour(site, settled));
        vm.warp(CLOSABLE_AT);

        bytes32[] memory ids = new bytes32[](6);
        ids[0] = keccak256("no session");
        ids[1] = settled.sessionId;
        ids[2] = stranger.sessionId;
        ids[3] = long.sessionId;
        ids[4] = first.sessionId;
        ids[5] = first.sessionId;
        _perform(ids);
        vm.assertFalse(_isLive(first), "due");
        vm.assertTrue(_isLive(long), "not due");
        vm.assertTrue(_isLive(stranger), "never enrolled");
        vm.assertEq(keeper.enrolledCount(), 1);
        vm.assertEq(keeper.enrolledAt(0), long.sessionId);
    }

    function test_theNextSessionOfTheEvseIsAnother() public {
        (Site memory site, Live memory live) = _enrolled();
        vm.warp(CLOSABLE_AT);
        _closeNow(site, live);
        Live memory next = _openAt(site, 0, secondDriver, DEPOSIT, DURATION);
        _enrol(site, next);
        _perform(live.sessionId);
        vm.assertTrue(_isLive(next));
        vm.assertTrue(keeper.isEnrolled(next.sessionId));
        vm.assertEq(keeper.enrolledAt(0), next.sessionId);
    }

    /// @dev Whatever gas a caller leaves, a session is forgotten only when it is over.
    function testFuzz_littleGasForgetsNothing(uint256 gas_) public {
        (, Live memory live) = _enrolled();
        vm.warp(CLOSABLE_AT);
        bytes32[] memory ids = new bytes32[](1);
        ids[0] = live.sessionId;
        (bool success,) = address(keeper).call{ gas: 20_000 + gas_ % 250_000 }(
            abi.encodeCall(keeper.performUpkeep, (abi.encode(ids)))
        );
        vm.assertTrue(keeper.isEnrolled(live.sessionId) == _isLive(live));
        if (!success) vm.assertTrue(_isLive(live));
    }

    function test_refuses_tooManySessions() public {
        bytes32[] memory ids = new bytes32[](17);
        vm.expectRevert(abi.encodeWithSelector(IKeeper.TooManySessions.selector, 17, 16));
        keeper.performUpkeep(abi.encode(ids));
    }

    // ---------------------------------------------------------------------------------------------------------- slices

    function test_checksTheSliceAskedFor() public {
        (Site memory site, Live memory first) = _enrolled();
        Live memory second = _openAt(site, 1, secondDriver, DEPOSIT, DURATION);
        _enrol(site, second);
        vm.warp(CLOSABLE_AT);
        vm.assertEq(_due().length, 2);
        (, bytes memory data) = keeper.checkUpkeep(abi.encode(0, 1));
        vm.assertEq(abi.decode(data, (bytes32[]))[0], first.sessionId);
        (, data) = keeper.checkUpkeep(abi.encode(1, 128));
        vm.assertEq(abi.decode(data, (bytes32[])).length, 1);
        vm.assertEq(abi.decode(data, (bytes32[]))[0], second.sessionId);
        (bool needed,) = keeper.checkUpkeep(abi.encode(2, 1));
        vm.assertFalse(needed);
        (needed,) = keeper.checkUpkeep(abi.encode(type(uint256).max, 128));
        vm.assertFalse(needed);
    }

    function test_refuses_tooLongASlice() public {
        vm.expectRevert(abi.encodeWithSelector(IKeeper.TooManySessions.selector, 129, 128));
        keeper.checkUpkeep(abi.encode(0, 129));
    }
}
