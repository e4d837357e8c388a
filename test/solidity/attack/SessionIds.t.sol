// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ChargingSessions } from "../../../contracts/ChargingSessions.sol";
import { IChargingSessions } from "../../../contracts/interfaces/IChargingSessions.sol";
import { Filing, Session } from "../../../contracts/types/Session.sol";
import { Period } from "../../../contracts/types/Statement.sol";
import { Expected } from "../base/Expected.sol";
import { Fixture, Live, Site } from "../base/Fixture.sol";
import { vm } from "../base/Vm.sol";

/// @notice No two sessions share an id: not of one EVSE, not after a reorg, not on two chains or contracts.
contract SessionIdsTest is Fixture {
    function test_theCounterSeparatesSessionsOfOneBlock() public {
        Site memory site = _site();
        Live memory first = _openAt(site, 0, driver, DEPOSIT, DURATION);
        Filing memory filing = _filing(site, first, _final(new Period[](0)));
        sessions.settle(filing);
        // The same driver, second, block, offer and deposit.
        Live memory second = _openAt(site, 0, driver, DEPOSIT, DURATION);
        vm.assertNotEq(second.sessionId, first.sessionId);
        vm.assertEq(second.session.counter, 2);
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.UnknownSession.selector, first.sessionId));
        sessions.settle(filing);
    }

    function test_theParentHashSeparatesTheSidesOfAReorg() public {
        Site memory site = _site();
        uint256 fork = vm.snapshotState();
        Live memory orphan = _openAt(site, 0, driver, DEPOSIT, DURATION);
        Filing memory filing = _filing(site, orphan, _final(new Period[](0)));
        vm.revertToState(fork);

        // The same transaction in another block.
        vm.roll(block.number + 1);
        Live memory kept = _openAt(site, 0, driver, DEPOSIT, DURATION);
        vm.assertEq(kept.session.counter, orphan.session.counter);
        vm.assertEq(kept.session.openedAt, orphan.session.openedAt);
        vm.assertNotEq(kept.session.parentHash, orphan.session.parentHash);
        vm.assertNotEq(kept.sessionId, orphan.sessionId);
        // What the committee signed of the orphan is worth nothing.
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.UnknownSession.selector, orphan.sessionId));
        sessions.settle(filing);
    }

    function test_theContractSeparatesTwins() public {
        (, Live memory live) = _open();
        ChargingSessions twin = _newSessions(stations, oracles, MAX_DURATION);
        vm.assertNotEq(twin.sessionIdOf(live.session), live.sessionId);
    }

    function test_theCounterIsNeverReset() public {
        Site memory site = _site();
        for (uint256 i = 1; i <= 3; ++i) {
            Live memory live = _openAt(site, 0, driver, DEPOSIT, DURATION);
            vm.assertEq(live.session.counter, i);
            sessions.settle(_filing(site, live, _final(new Period[](0))));
            // Neither edits nor sales touch it.
            Site memory next = _site();
            next.config.evses[3].maxPowerW += uint32(i);
            vm.prank(OWNER);
            stations.reconfigure(site.stationId, site.config, next.config);
            vm.prank(OWNER);
            stations.reconfigure(site.stationId, next.config, site.config);
        }
        vm.prank(OWNER);
        stations.transferFrom(OWNER, STRANGER, site.stationId);
        vm.assertEq(_openAt(site, 0, driver, DEPOSIT, DURATION).session.counter, 4);
    }

    /// @dev Every single parameter is part of the id.
    function testFuzz_everyParameterCounts(Session memory session, uint256 field, uint256 change) public view {
        bytes32 id = sessions.sessionIdOf(session);
        vm.assume(change != 0);
        Session memory other = abi.decode(abi.encode(session), (Session));
        field %= 8;
        if (field == 0) other.offerHash ^= bytes32(change);
        if (field == 1) other.parentHash ^= bytes32(change);
        if (field == 2) other.driver = address(uint160(other.driver) ^ uint160(change));
        if (field == 3) other.deposit ^= uint128(change);
        if (field == 4) other.counter ^= uint40(change);
        if (field == 5) other.openedAt ^= uint40(change);
        if (field == 6) other.maxSeconds ^= uint32(change);
        if (field == 7) other.extras ^= bytes32(change);
        bool same = keccak256(abi.encode(session)) == keccak256(abi.encode(other));
        vm.assertTrue((sessions.sessionIdOf(other) == id) == same);
        vm.assertEq(sessions.sessionIdOf(other), Expected.sessionId(address(sessions), other));
    }
}
