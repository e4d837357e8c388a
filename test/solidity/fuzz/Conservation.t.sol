// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Period, Statement } from "../../../contracts/types/Statement.sol";
import { Fixture, Live, Site } from "../base/Fixture.sol";
import { vm } from "../base/Vm.sol";
import { Random } from "./Random.sol";

/// @notice Random sessions, one after the other on one EVSE: nothing is lost or made, to the unit.
contract ConservationTest is Fixture {
    function testFuzz_sessionsConserveMoney(uint256 seed) public {
        Random memory random = Random(seed);
        Site memory site = _site();
        uint256 all = 2 * FUNDS;
        uint256 count = random.between(1, 5);
        for (uint256 i; i < count; ++i) {
            address who = random.once(2) ? driver : secondDriver;
            if (_balance(who) < 20e6) continue;
            uint128 deposit = uint128(random.between(20e6, _balance(who)));
            _session(random, site, _openAt(site, 0, who, deposit, DURATION));
            vm.assertEq(_everybody(), all, "ledger");
        }
        vm.assertEq(euro.balanceOf(address(sessions)), all, "tokens");
    }

    function _session(Random memory random, Site memory site, Live memory live) private {
        uint256 locked = live.session.deposit;
        uint32 sequence;
        while (!random.once(3)) {
            vm.warp(block.timestamp + random.between(1, 30 minutes));
            vm.assertEq(_everybody() + locked, 2 * FUNDS, "while it lasts");
            uint256 what = random.between(0, 2);
            if (what == 0 && _balance(secondDriver) != 0) {
                uint128 more = uint128(random.between(1, _balance(secondDriver)));
                vm.prank(secondDriver);
                sessions.topUp(live.offer, live.session, more);
                locked += more;
            } else if (what == 1) {
                Statement memory interim = _interim(++sequence, _sofar(live, 20_000));
                sessions.checkpoint(_filing(site, live, interim));
            } else if (sessions.sessionState(live.sessionId).stopRequestedAt == 0) {
                vm.prank(OWNER);
                sessions.requestStop(live.offer, live.session);
            }
        }
        if (random.once(2)) {
            vm.warp(block.timestamp + DURATION + 24 hours);
            _closeNow(site, live);
        } else {
            vm.warp(block.timestamp + 1);
            Statement memory last = _final(_sofar(live, random.between(0, 150_000)));
            last.waived = uint128(random.magnitude(10e6));
            sessions.settle(_filing(site, live, last));
        }
    }

    /// @dev One period from opening until now.
    function _sofar(Live memory live, uint256 powerW) private view returns (Period[] memory) {
        uint256 length = block.timestamp - live.session.openedAt;
        return _charging(live.session.openedAt, length, length * powerW / 3600);
    }

    function _everybody() private view returns (uint256 sum) {
        sum = _balance(driver) + _balance(secondDriver) + _balance(OWNER);
        for (uint256 i = 1; i <= 3; ++i) {
            sum += _balance(_operator(i));
        }
    }
}
