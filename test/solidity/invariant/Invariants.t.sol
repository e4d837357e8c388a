// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../contracts/interfaces/IChargingSessions.sol";
import { IOracleRegistry } from "../../../contracts/interfaces/IOracleRegistry.sol";
import { Expected } from "../base/Expected.sol";
import { vm } from "../base/Vm.sol";
import { Random } from "../fuzz/Random.sol";
import { GhostEvse, GhostOperator, GhostSession, GhostStation, Stage } from "./World.sol";
import { LedgerActions } from "./actions/LedgerActions.sol";
import { OracleActions } from "./actions/OracleActions.sol";
import { SessionActions } from "./actions/SessionActions.sol";
import { StationActions } from "./actions/StationActions.sol";

/// @notice Whatever anybody does, in whatever order. INV-1 to INV-27, in the words of what users rely on:
///
/// Money
/// INV-1  The euros that the sessions contract holds are the sum of all balances and of all that sessions lock.
/// INV-2  The same of the native currency.
/// INV-3  A session is paid at most once: ended, neither exit nor anything else takes it again. (action `raise`)
/// INV-4  No session costs more than what is locked for it.
/// INV-5  Every open session can be left by `close`, at the latest at the time known before paying.
/// INV-6  Nobody's balance falls but by his own call or allowance. (every action)
/// INV-26 An authorisation opens at most once, and not after its nonce was revoked. (actions `openFor`, `reuseAuthorization`)
/// INV-27 Nothing is locked in the name of a driver who neither called nor signed. (INV-6; action `openFor`)
/// INV-7  Nobody makes a pending settlement fail: one signed at opening is good as long as the session is open.
/// INV-8  No session closes before its settlement window is over. (action `close`)
/// INV-16 Whatever a session locked is paid out at its end, to the unit.
/// INV-17 Of it the owner at opening gets the cost less the fee, each member the same share, the driver the rest.
///
/// EVSEs and sessions
/// INV-9  An EVSE has at most one live session. (action `open`)
/// INV-10 An EVSE's word commits to the live session, or, while idle, to the offer that was proven last.
/// INV-11 An EVSE's session counter counts every session ever opened there.
/// INV-12 A checkpoint never goes back in sequence or energy; its cost is within what is locked.
/// INV-18 What is stored beside a session is what happened to it.
/// INV-19 No two sessions share an id. (action `open`)
/// INV-20 Nothing opens under an offer that a change of the station made void. (action `open`)
/// INV-21 Nothing is settled that the quorum did not sign word for word. (action `forge`)
///
/// Registries
/// INV-13 The bonds that the oracle registry holds are the sum of what its operators have bound.
/// INV-14 Both contracts agree on which committees are active.
/// INV-15 An operator that leaves or left sits in no active committee, and its counter says in how many it does.
/// INV-22 A key belongs to one operator for ever and, once retired, stays so.
/// INV-23 A station's owner epoch counts its sales; nobody but the buyer holds it.
/// INV-24 A station's configuration is the last one its owner set.
/// INV-25 A published tariff stays published.
contract InvariantsTest is LedgerActions, StationActions, OracleActions, SessionActions {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(this);
    }

    /// @dev What happens often in life is listed more than once.
    function _actions() private pure returns (bytes4[37] memory) {
        return [
            this.deposit.selector,
            this.depositNative.selector,
            this.withdraw.selector,
            this.transfer.selector,
            this.transferFrom.selector,
            this.reconfigure.selector,
            this.sell.selector,
            this.impersonate.selector,
            this.registerOperator.selector,
            this.addBond.selector,
            this.changeKey.selector,
            this.formCommittee.selector,
            this.acceptCommittee.selector,
            this.deactivateCommittee.selector,
            this.startUnbonding.selector,
            this.withdrawBond.selector,
            this.passTime.selector,
            this.open.selector,
            this.openFor.selector,
            this.openFor.selector,
            this.revokeNonces.selector,
            this.reuseAuthorization.selector,
            this.topUp.selector,
            this.requestStop.selector,
            this.checkpoint.selector,
            this.settle.selector,
            this.close.selector,
            this.raise.selector,
            this.forge.selector,
            this.open.selector,
            this.open.selector,
            this.open.selector,
            this.checkpoint.selector,
            this.settle.selector,
            this.settle.selector,
            this.close.selector,
            this.formCommittee.selector
        ];
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[37] memory actions = _actions();
        targets = new FuzzSelector[](1);
        targets[0].addr = address(this);
        targets[0].selectors = new bytes4[](actions.length);
        for (uint256 i; i < actions.length; ++i) {
            targets[0].selectors[i] = actions[i];
        }
    }

    /// @notice The actions do reach what the invariants speak of: a campaign in which nothing happens proves nothing.
    function test_theActionsReachEverything() external {
        bytes4[37] memory actions = _actions();
        Random memory random = Random(1);
        for (uint256 i; i < 1500; ++i) {
            _must(address(this), address(this), abi.encodeWithSelector(actions[random.next() % 37], random.next()));
        }
        uint256[7] memory found;
        for (uint256 i; i < ghosts.length; ++i) {
            GhostSession storage ghost = ghosts[i];
            if (ghost.stage == Stage.Settled) ++found[0];
            if (ghost.stage == Stage.Closed) ++found[1];
            if (ghost.checkpointSequence != 0) ++found[2];
            if (ghost.stopRequestedAt != 0) ++found[3];
            if (ghost.locked > ghost.session.deposit) ++found[4];
            if (ghost.committee > 1) ++found[5];
            if (ghost.offer.currency == NATIVE_ID) ++found[6];
        }
        vm.assertGe(found[0], 20, "settled");
        vm.assertGe(found[1], 5, "closed");
        vm.assertGe(found[2], 5, "with a checkpoint");
        vm.assertGe(found[3], 5, "with a stop request");
        vm.assertGe(found[4], 5, "topped up");
        vm.assertGe(found[5], 10, "under a committee formed on the way");
        vm.assertGe(found[6], 10, "in the native currency");
        vm.assertGe(usedAuthorizations.length, 10, "opened by authorisation");
        vm.assertGe(uint256(ghostStations[0].epoch) + ghostStations[1].epoch, 10, "sold");
        uint256 left;
        uint256 keys;
        for (uint256 i = 1; i <= OPERATORS; ++i) {
            if (ghostOperators[i].status > 1) ++left;
            keys += ghostOperators[i].keyVersion;
        }
        vm.assertGe(left, 1, "operators that left");
        vm.assertGe(keys, 5, "keys changed");
    }

    /// @dev One campaign for all of them: every property is checked after every action of every run.
    function invariant_all() external {
        _money();
        _sessions();
        _registries();
        _exits();
    }

    function _money() private view {
        (uint256 euros, uint256 natives) = (0, 0);
        for (uint256 i; i < people.length; ++i) {
            euros += sessions.balanceOf(people[i], euroId);
            natives += sessions.balanceOf(people[i], NATIVE_ID);
        }
        for (uint256 i; i < ghosts.length; ++i) {
            GhostSession storage ghost = ghosts[i];
            if (ghost.stage != Stage.Live) {
                vm.assertEq(ghost.exits, 1, "INV-3");
                vm.assertEq(ghost.paid, ghost.locked, "INV-16");
                continue;
            }
            vm.assertEq(ghost.exits, 0, "INV-3");
            if (ghost.offer.currency == euroId) euros += ghost.locked;
            else natives += ghost.locked;
        }
        vm.assertEq(euro.balanceOf(address(sessions)), euros, "INV-1");
        vm.assertEq(address(sessions).balance, natives, "INV-2");
        vm.assertEq(euro.balanceOf(address(oracles)), totalBonds, "INV-13");
    }

    function _sessions() private view {
        for (uint256 i; i < 2 * EVSES; ++i) {
            uint256 evse = _evseKey(i / EVSES, i % EVSES);
            GhostEvse storage ghost = ghostEvses[evse];
            IChargingSessions.EvseState memory state = sessions.evseState(evse);
            bytes32 commitment = ghost.live == 0 ? ghost.offerHash : ghosts[ghost.live - 1].sessionId;
            vm.assertEq(state.commitment, bytes32(bytes24(commitment)), "INV-10 commitment");
            vm.assertEq(state.status, ghost.live == 0 ? 0 : 1, "INV-10 status");
            vm.assertTrue(state.stale == ghost.stale, "INV-10 stale");
            vm.assertEq(state.counter, ghost.sessions, "INV-11");
            if (ghost.live == 0) vm.assertFalse(state.hasState, "INV-10 state of none");
        }
        address signer = turn % 2 == 0 ? driver : secondDriver;
        uint256 nonce = turn / 2 % 601;
        bool used = whole.usedNonces(signer, nonce / 256) >> (nonce % 256) & 1 == 1;
        vm.assertTrue(used == ghostNonces[signer][nonce], "INV-26 nonces");
        if (ghosts.length == 0) return;
        GhostSession storage one = ghosts[turn % ghosts.length];
        IChargingSessions.SessionState memory stored = sessions.sessionState(one.sessionId);
        vm.assertEq(uint256(stored.toppedUp) + one.session.deposit, one.locked, "INV-18 top-ups");
        vm.assertEq(stored.stopRequestedAt, one.stopRequestedAt, "INV-18 stop");
        vm.assertEq(stored.checkpointSequence, one.checkpointSequence, "INV-18 sequence");
        vm.assertEq(stored.checkpointEnergyWh, one.checkpointEnergyWh, "INV-18 energy");
        vm.assertEq(stored.checkpointCost, one.checkpointCost, "INV-18 cost");
        vm.assertLe(stored.checkpointCost, one.locked, "INV-12");
    }

    /// @dev One live session a turn, so that each comes to it often.
    function _exits() private {
        GhostEvse storage evse = ghostEvses[_evseKey(turn / EVSES % 2, turn % EVSES)];
        if (evse.live == 0) return;
        GhostSession storage ghost = ghosts[evse.live - 1];

        uint256 snapshot = vm.snapshotState();
        _must(STRANGER, address(sessions), ghost.pending);
        vm.assertEq(sessions.evseState(ghost.offer.evse).status, 0, "INV-7");
        vm.revertToState(snapshot);

        snapshot = vm.snapshotState();
        uint256 promised =
            uint256(ghost.session.openedAt) + ghost.session.maxSeconds + _termsOf(ghost.tariff).settlementWindowSeconds;
        vm.assertLe(_closableAt(ghost), promised, "INV-5 the promised time");
        if (block.timestamp < promised) vm.warp(promised);
        uint256 before = sessions.balanceOf(ghost.session.driver, ghost.offer.currency);
        _must(STRANGER, address(sessions), _closing(ghost));
        uint256 got = sessions.balanceOf(ghost.session.driver, ghost.offer.currency) - before;
        vm.assertGe(got, ghost.locked - ghost.checkpointCost, "INV-5 all but the checkpoint returns");
        vm.revertToState(snapshot);
    }

    /// @dev One committee, operator, station and tariff a turn.
    function _registries() private view {
        uint256 index = turn % committees.length;
        bytes32 committeeId = Expected.committeeId(_committeeOf(index));
        bool active = committees[index].active;
        vm.assertTrue(oracles.isCommitteeActive(committeeId) == active, "INV-14 oracle registry");
        vm.assertTrue(sessions.isCommitteeActive(committeeId) == active, "INV-14 sessions");

        uint256 number = 1 + turn % OPERATORS;
        GhostOperator storage ghost = ghostOperators[number];
        IOracleRegistry.Operator memory operator = oracles.operator(_operator(number));
        vm.assertEq(operator.status, ghost.status, "INV-15 status");
        vm.assertEq(operator.bond, ghost.bond, "INV-13 bond");
        vm.assertEq(operator.activeCommittees, ghost.activeCommittees, "INV-15 committees");
        if (ghost.status != 1) vm.assertEq(operator.activeCommittees, 0, "INV-15 left");
        _checkKeys(number, ghost);

        GhostStation storage station = ghostStations[turn % 2];
        vm.assertEq(stations.ownerEpoch(station.stationId), station.epoch, "INV-23 epoch");
        vm.assertEq(stations.ownerOf(station.stationId), station.owner, "INV-23 owner");
        vm.assertEq(stations.configHash(station.stationId), Expected.configHash(_siteOf(turn % 2).config), "INV-24");

        uint256 tariff = turn % TARIFFS;
        vm.assertTrue(stations.isPublished(Expected.tariffId(_termsOf(tariff), _pricingOf(tariff))), "INV-25");
    }

    function _checkKeys(uint256 operator, GhostOperator storage ghost) private view {
        if (ghost.status == 0) return;
        for (uint256 version; version <= ghost.keyVersion; ++version) {
            IOracleRegistry.Key memory key = oracles.key(vm.addr(_keyOf(operator, version)));
            vm.assertEq(key.operator, _operator(operator), "INV-22 operator");
            vm.assertTrue((key.retiredAt == 0) == (version == ghost.keyVersion), "INV-22 retired");
        }
    }
}
