// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { Fixture, Live, Site } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

contract RequestStopTest is Fixture {
    function _stops(address party) private {
        (, Live memory live) = _open();
        vm.warp(START + 90);
        vm.expectEmit(address(sessions));
        emit IChargingSessions.StopRequested(live.sessionId, live.offer.evse, party);
        vm.prank(party);
        sessions.requestStop(live.offer, live.session);

        vm.assertEq(sessions.sessionState(live.sessionId).stopRequestedAt, START + 90);
        vm.assertEq(sessions.evseState(live.offer.evse).status, 1, "an event the oracle obeys");
    }

    function test_byTheDriver() public {
        _stops(driver);
    }

    function test_byTheOwner() public {
        _stops(OWNER);
    }

    function test_refuses_anybodyElse() public {
        (, Live memory live) = _open();
        address[3] memory others = [STRANGER, secondDriver, _operator(1)];
        for (uint256 i; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IChargingSessions.NotParty.selector, live.sessionId, others[i]));
            vm.prank(others[i]);
            sessions.requestStop(live.offer, live.session);
        }
        vm.assertFalse(sessions.evseState(live.offer.evse).hasState, "nothing half done");
    }

    function test_refuses_theBuyerOfTheStation() public {
        (Site memory site, Live memory live) = _open();
        vm.prank(OWNER);
        stations.transferFrom(OWNER, STRANGER, site.stationId);
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.NotParty.selector, live.sessionId, STRANGER));
        vm.prank(STRANGER);
        sessions.requestStop(live.offer, live.session);
        // The owner at opening still may.
        vm.prank(OWNER);
        sessions.requestStop(live.offer, live.session);
    }

    function test_refuses_aSecondRequest() public {
        (, Live memory live) = _open();
        vm.prank(driver);
        sessions.requestStop(live.offer, live.session);
        vm.warp(block.timestamp + 1);
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.StopAlreadyRequested.selector, live.sessionId));
        vm.prank(OWNER);
        sessions.requestStop(live.offer, live.session);
        vm.assertEq(sessions.sessionState(live.sessionId).stopRequestedAt, START);
    }

    function test_refuses_anUnknownSession() public {
        (, Live memory live) = _open();
        live.session.deposit += 1;
        bytes32 given = sessions.sessionIdOf(live.session);
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.UnknownSession.selector, given));
        vm.prank(driver);
        sessions.requestStop(live.offer, live.session);
    }
}
