// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { Expected } from "../../base/Expected.sol";
import { Fixture, Live, Site } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

/// @notice voidOffers, setCommittee and setKey, which only a registry calls.
contract FromRegistriesTest is Fixture {
    function test_voidOffers_onlyThoseOfTheRange() public {
        Site memory site = _site();
        for (uint256 i; i < 4; ++i) {
            _activate(site, _offer(site, i));
        }
        vm.prank(address(stations));
        sessions.voidOffers(site.stationId | 1, 2);
        vm.assertFalse(sessions.evseState(site.stationId).stale);
        vm.assertTrue(sessions.evseState(site.stationId | 1).stale);
        vm.assertTrue(sessions.evseState(site.stationId | 2).stale);
        vm.assertFalse(sessions.evseState(site.stationId | 3).stale);
        // Commitment and counter stay.
        vm.assertEq(
            sessions.evseState(site.stationId | 1).commitment, bytes32(bytes24(Expected.offerHash(_offer(site, 1))))
        );
    }

    function test_voidOffers_againChangesNothing() public {
        Site memory site = _site();
        _activate(site, _offer(site, 0));
        vm.startPrank(address(stations));
        sessions.voidOffers(site.stationId, 1);
        sessions.voidOffers(site.stationId, 1);
        vm.assertTrue(sessions.evseState(site.stationId).stale);
    }

    function test_voidOffers_leavesASessionAlone() public {
        (Site memory site, Live memory live) = _open();
        vm.prank(address(stations));
        sessions.voidOffers(site.stationId, 4);
        IChargingSessions.EvseState memory state = sessions.evseState(site.stationId);
        vm.assertEq(state.status, 1);
        vm.assertEq(state.commitment, bytes32(bytes24(live.sessionId)));
        vm.assertTrue(state.stale, "for the next one");
    }

    function test_voidOffers_refuses_anybodyElse() public {
        address[3] memory others = [STRANGER, OWNER, address(oracles)];
        for (uint256 i; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IChargingSessions.NotRegistry.selector, others[i]));
            vm.prank(others[i]);
            sessions.voidOffers(0, 1);
        }
    }

    function test_setCommittee() public {
        vm.startPrank(address(oracles));
        sessions.setCommittee("some", true);
        vm.assertTrue(sessions.isCommitteeActive("some"));
        sessions.setCommittee("some", false);
        vm.assertFalse(sessions.isCommitteeActive("some"));
    }

    function test_setCommittee_refuses_anybodyElse() public {
        address[3] memory others = [STRANGER, _operator(1), address(stations)];
        for (uint256 i; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IChargingSessions.NotRegistry.selector, others[i]));
            vm.prank(others[i]);
            sessions.setCommittee("some", true);
        }
    }

    function test_setKey_refuses_anybodyElse() public {
        address[3] memory others = [STRANGER, _operator(1), address(stations)];
        for (uint256 i; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IChargingSessions.NotRegistry.selector, others[i]));
            vm.prank(others[i]);
            sessions.setKey(STRANGER, STRANGER, 1, 0);
        }
    }
}
