// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ChargingSessions } from "../../../../contracts/ChargingSessions.sol";
import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { Offer, Session } from "../../../../contracts/types/Session.sol";
import { Period, Statement, StopReason } from "../../../../contracts/types/Statement.sol";
import { Expected } from "../../base/Expected.sol";
import { Fixture } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

/// @notice What the contracts' assembly hashes, compared with the plainest form of it.
contract ViewsTest is Fixture {
    function testFuzz_hashOffer(Offer memory offer) public view {
        vm.assertEq(sessions.hashOffer(offer), Expected.offerHash(offer));
        vm.assertEq(sessions.hashOffer(offer), keccak256(abi.encode(offer)));
    }

    function testFuzz_sessionIdOf(Session memory session) public view {
        vm.assertEq(sessions.sessionIdOf(session), Expected.sessionId(address(sessions), session));
    }

    function testFuzz_statementDigest(
        bytes32 id,
        uint32 sequence,
        uint8 stopReason,
        uint128 waived,
        Period[] memory periods
    ) public view {
        Statement memory statement = Statement({
            sequence: sequence,
            stopReason: StopReason(stopReason % (uint8(type(StopReason).max) + 1)),
            waived: waived,
            evidence: ~id,
            periods: periods
        });
        vm.assertEq(sessions.statementDigest(id, statement), Expected.statementDigest(address(sessions), id, statement));
    }

    function test_statementDigest_ofEveryLength() public view {
        for (uint256 count; count < 4; ++count) {
            Statement memory statement = Statement({
                sequence: 1,
                stopReason: StopReason.NoShow,
                waived: type(uint128).max,
                evidence: "records",
                periods: new Period[](count)
            });
            vm.assertEq(
                sessions.statementDigest("id", statement), Expected.statementDigest(address(sessions), "id", statement)
            );
        }
    }

    function test_onlyDigestsFollowTheChainsId() public {
        // A session keeps its id when its chain changes its own, or it would have no exit; signatures do not count on.
        Session memory session;
        bytes32 sessionId = sessions.sessionIdOf(session);
        Statement memory statement = _final(new Period[](0));
        bytes32 digest = sessions.statementDigest("id", statement);
        vm.chainId(block.chainid + 1);
        vm.assertEq(sessions.sessionIdOf(session), sessionId);
        vm.assertNotEq(sessions.statementDigest("id", statement), digest);
        vm.assertEq(
            sessions.statementDigest("id", statement), Expected.statementDigest(address(sessions), "id", statement)
        );
    }

    function test_theDeploymentsChainIsPartOfASessionsId() public {
        Session memory session;
        bytes32 here = sessions.sessionIdOf(session);
        uint256 snapshot = vm.snapshotState();
        uint64 nonce = vm.getNonce(address(this));
        address first = address(_newSessions(stations, oracles, MAX_DURATION));
        bytes32 twin = ChargingSessions(first).sessionIdOf(session);
        vm.revertToState(snapshot);
        vm.assertEq(vm.getNonce(address(this)), nonce);

        // The same address on another chain.
        vm.chainId(block.chainid + 1);
        ChargingSessions second = _newSessions(stations, oracles, MAX_DURATION);
        vm.assertEq(address(second), first);
        vm.assertNotEq(second.sessionIdOf(session), twin);
        vm.assertNotEq(second.sessionIdOf(session), here);
    }

    function test_theUnknownIsEmpty() public view {
        IChargingSessions.EvseState memory evse = sessions.evseState(12_345);
        vm.assertEq(evse.commitment, bytes32(0));
        vm.assertEq(evse.counter, 0);
        vm.assertEq(evse.status, 0);
        vm.assertFalse(evse.stale);
        IChargingSessions.SessionState memory session = sessions.sessionState("unknown");
        vm.assertEq(session.toppedUp, 0);
        vm.assertEq(session.stopRequestedAt, 0);
        vm.assertEq(session.checkpointSequence, 0);
        vm.assertFalse(sessions.isCommitteeActive("unknown"));
    }
}
