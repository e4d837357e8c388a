// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Lens } from "../../../../contracts/Lens.sol";
import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { ILens } from "../../../../contracts/interfaces/ILens.sol";
import { Offer, Session } from "../../../../contracts/types/Session.sol";
import { Fixture, Live, Site } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

contract LensTest is Fixture {
    Lens private lens;

    function setUp() public override {
        super.setUp();
        lens = new Lens(sessions);
    }

    /// @dev What the lens says is what `open` does, to the byte of its revert.
    function _agrees(Offer memory offer, address who, uint128 deposit, uint32 maxSeconds)
        private
        returns (ILens.Quote memory q)
    {
        q = lens.quote(offer, who, deposit, maxSeconds);
        uint256 before = vm.snapshotState();
        vm.prank(who);
        (bool success, bytes memory data) =
            address(sessions).call(abi.encodeCall(sessions.open, (offer, deposit, maxSeconds, 0)));
        vm.revertToState(before);
        vm.assertTrue(success == (q.refusal.length == 0), "lens and open disagree");
        if (!success) vm.assertEq(q.refusal, data, "another error");
    }

    function test_agreesWithOpen() public {
        Site memory site = _site();
        Offer memory offer = _offer(site, 0);
        ILens.Quote memory q = _agrees(offer, driver, DEPOSIT, DURATION);
        vm.assertFalse(q.active, "not proven yet");
        _activate(site, offer);
        q = _agrees(offer, driver, DEPOSIT, DURATION);
        vm.assertEq(q.refusal.length, 0);
        vm.assertTrue(q.active);
        _agrees(offer, driver, DEPOSIT, 0);
        _agrees(offer, driver, DEPOSIT, MAX_DURATION + 1);
        _agrees(offer, driver, offer.minimumDeposit - 1, DURATION);
        _agrees(offer, driver, uint128(FUNDS) + 1, DURATION);
        _agrees(offer, STRANGER, DEPOSIT, DURATION);

        uint256 before = vm.snapshotState();
        vm.prank(_operator(1));
        oracles.deactivateCommittee(site.committee);
        vm.assertFalse(_agrees(offer, driver, DEPOSIT, DURATION).refusal.length == 0);
        vm.revertToState(before);

        before = vm.snapshotState();
        vm.prank(OWNER);
        stations.transferFrom(OWNER, STRANGER, site.stationId);
        vm.assertFalse(_agrees(offer, driver, DEPOSIT, DURATION).active, "stale");
        vm.revertToState(before);

        vm.prank(driver);
        sessions.open(offer, DEPOSIT, DURATION, 0);
        q = _agrees(offer, secondDriver, DEPOSIT, DURATION);
        vm.assertEq(q.status, 1);
        vm.assertFalse(q.active);
    }

    function testFuzz_agreesWithOpen(bool active, uint128 deposit, uint32 maxSeconds, bool funded) public {
        Site memory site = _site();
        Offer memory offer = _offer(site, 0);
        if (active) _activate(site, offer);
        _agrees(offer, funded ? driver : STRANGER, deposit % uint128(2 * FUNDS), maxSeconds % (2 * MAX_DURATION));
    }

    function test_tellsWhatTheDriverHas() public {
        Offer memory offer = _offer(_site(), 0);
        _giveEuro(driver, address(sessions), 7e6);
        ILens.Quote memory q = lens.quote(offer, driver, DEPOSIT, DURATION);
        vm.assertEq(q.ledgerBalance, FUNDS);
        vm.assertEq(q.walletBalance, 7e6);
        vm.assertEq(q.allowance, 7e6);
        vm.assertTrue(q.hasPermit);
        vm.assertEq(q.permitNonce, 0);
    }

    function test_tellsTheNativeBalance() public {
        Offer memory offer = _offer(_site(), 0);
        offer.currency = NATIVE_ID;
        vm.deal(driver, 3 ether);
        ILens.Quote memory q = lens.quote(offer, driver, DEPOSIT, DURATION);
        vm.assertEq(q.walletBalance, 3 ether);
        vm.assertFalse(q.hasPermit);
    }

    function test_aTokenWithoutTheseFunctionsSpoilsNothing() public {
        Offer memory offer = _offer(_site(), 0);
        offer.currency = uint256(uint160(address(stations)));
        ILens.Quote memory q = lens.quote(offer, driver, DEPOSIT, DURATION);
        vm.assertEq(q.allowance, 0);
        vm.assertFalse(q.hasPermit);
        offer.currency = uint256(uint160(STRANGER));
        vm.assertFalse(lens.quote(offer, driver, DEPOSIT, DURATION).hasPermit);
    }

    function test_tellsHowSessionsStand() public {
        (Site memory site, Live memory live) = _open();
        Live memory settled = _openAt(site, 1, secondDriver, DEPOSIT, DURATION);
        vm.warp(START + 30 minutes);
        sessions.settle(_halfHour(site, settled));
        vm.prank(driver);
        sessions.requestStop(live.offer, live.session);
        vm.prank(secondDriver);
        sessions.topUp(live.offer, live.session, 5e6);

        Offer[] memory offers = new Offer[](2);
        Session[] memory opened = new Session[](2);
        uint32[] memory windows = new uint32[](2);
        (offers[0], offers[1]) = (live.offer, settled.offer);
        (opened[0], opened[1]) = (live.session, settled.session);
        (windows[0], windows[1]) = (24 hours, 24 hours);
        ILens.SessionView[] memory views = lens.sessions(offers, opened, windows);
        vm.assertEq(views[0].sessionId, live.sessionId);
        vm.assertTrue(views[0].live);
        vm.assertEq(views[0].closableAt, START + 30 minutes + 24 hours);
        vm.assertEq(views[0].toppedUp, 5e6);
        vm.assertEq(views[0].stopRequestedAt, START + 30 minutes);
        vm.assertFalse(views[1].live);
        vm.assertEq(views[1].closableAt, 0);

        vm.warp(views[0].closableAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.CloseTooEarly.selector, views[0].closableAt));
        _closeNow(site, live);
        vm.warp(views[0].closableAt);
        _closeNow(site, live);
    }

    function test_refuses_listsOfUnequalLength() public {
        vm.expectRevert(abi.encodeWithSelector(ILens.LengthMismatch.selector, 1, 0, 0));
        lens.sessions(new Offer[](1), new Session[](0), new uint32[](0));
    }

    function test_refuses_noSessionsContract() public {
        vm.expectRevert(abi.encodeWithSelector(ILens.ZeroAddress.selector));
        new Lens(IChargingSessions(address(0)));
    }
}
