// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../contracts/interfaces/IChargingSessions.sol";
import { Filing } from "../../../contracts/types/Session.sol";
import { Period, PeriodKind } from "../../../contracts/types/Statement.sol";
import { Expected } from "../base/Expected.sol";
import { Fixture, Live, Site } from "../base/Fixture.sol";
import { vm } from "../base/Vm.sol";

/// @notice What no quorum can state: energy from before opening, from the future, twice, or more than the EVSE gives.
contract StatementsTest is Fixture {
    /// @dev A session that opened at START, seen at `now_`, with these periods; both as a final statement and as an
    /// interim one.
    function _file(uint256 now_, Period[] memory periods)
        private
        returns (Filing memory settling, Filing memory check)
    {
        vm.warp(START);
        (Site memory site, Live memory live) = _open();
        vm.warp(now_);
        settling = _filing(site, live, _final(periods));
        check = _filing(site, live, _interim(1, periods));
    }

    function _refuses(uint256 now_, Period[] memory periods, bytes memory error_) private {
        (Filing memory settling, Filing memory check) = _file(now_, periods);
        vm.expectRevert(error_);
        sessions.checkpoint(check);
        vm.expectRevert(error_);
        sessions.settle(settling);
        vm.assertEq(sessions.evseState(settling.offer.evse).status, 1);
    }

    function _takes(uint256 now_, Period[] memory periods) private {
        (Filing memory settling, Filing memory check) = _file(now_, periods);
        sessions.checkpoint(check);
        sessions.settle(settling);
    }

    function _two(Period first, Period second) private pure returns (Period[] memory periods) {
        periods = new Period[](2);
        periods[0] = first;
        periods[1] = second;
    }

    // -------------------------------------------------------------------------------------------------------------- when

    function test_takesAStartInTheSecondOfOpening() public {
        _takes(START + 100, _charging(START, 100, 0));
    }

    function test_refuses_aStartBeforeOpening() public {
        _refuses(
            START + 100,
            _charging(START - 1, 100, 0),
            abi.encodeWithSelector(IChargingSessions.PeriodStartsBefore.selector, 0, START - 1, START)
        );
    }

    function test_takesAnEndWithinTheClockSkew() public {
        _takes(START + 100, _charging(START, 160, 0));
    }

    function test_refuses_anEndBeyondTheClockSkew() public {
        _refuses(
            START + 100,
            _charging(START, 161, 0),
            abi.encodeWithSelector(IChargingSessions.StatementFromFuture.selector, START + 161, START + 160)
        );
    }

    function test_refuses_theLastSecondOfTime() public {
        // The latest start and the longest period there can be.
        _refuses(
            START + 100,
            _charging(type(uint40).max, type(uint32).max, 0),
            abi.encodeWithSelector(
                IChargingSessions.StatementFromFuture.selector,
                uint256(type(uint40).max) + type(uint32).max,
                START + 160
            )
        );
    }

    function test_takesPeriodsThatTouch() public {
        _takes(
            START + 100,
            _two(_period(START, 50, 1, PeriodKind.Charging), _period(START + 50, 50, 1, PeriodKind.Charging))
        );
    }

    function test_takesAGap() public {
        _takes(
            START + 100, _two(_period(START, 10, 1, PeriodKind.Charging), _period(START + 50, 50, 1, PeriodKind.Idle))
        );
    }

    function test_refuses_periodsThatOverlap() public {
        _refuses(
            START + 100,
            _two(_period(START, 50, 1, PeriodKind.Charging), _period(START + 49, 50, 1, PeriodKind.Charging)),
            abi.encodeWithSelector(IChargingSessions.PeriodStartsBefore.selector, 1, START + 49, START + 50)
        );
    }

    function test_refuses_theSamePeriodTwice() public {
        Period period = _period(START, 50, 1, PeriodKind.Charging);
        _refuses(
            START + 100,
            _two(period, period),
            abi.encodeWithSelector(IChargingSessions.PeriodStartsBefore.selector, 1, START, START + 50)
        );
    }

    function test_refuses_periodsOutOfOrder() public {
        _refuses(
            START + 100,
            _two(_period(START + 50, 50, 1, PeriodKind.Charging), _period(START, 50, 1, PeriodKind.Charging)),
            abi.encodeWithSelector(IChargingSessions.PeriodStartsBefore.selector, 1, START, START + 100)
        );
    }

    // ---------------------------------------------------------------------------------------------------------- how much

    function test_takesTheNominalPowerWithItsTolerance() public {
        // 150 kW for 36 s: 1500 Wh, 5 % and 10 Wh more.
        _takes(START + 36, _charging(START, 36, 1585));
    }

    function test_refuses_oneWattHourAboveThePowerCap() public {
        _refuses(
            START + 36,
            _charging(START, 36, 1586),
            abi.encodeWithSelector(IChargingSessions.EnergyAbovePowerCap.selector, 1586, 1585)
        );
    }

    function test_boundsAllPeriodsTogether() public {
        // Idle time counts too, and one period may make up for another.
        _takes(
            START + 72, _two(_period(START, 1, 3000, PeriodKind.Charging), _period(START + 1, 71, 160, PeriodKind.Idle))
        );
        _refuses(
            START + 72,
            _two(_period(START, 1, 3000, PeriodKind.Charging), _period(START + 1, 71, 161, PeriodKind.Idle)),
            abi.encodeWithSelector(IChargingSessions.EnergyAbovePowerCap.selector, 3161, 3160)
        );
    }

    function test_takesEnergyOfTheShortestPeriod() public {
        // 150 kW for a second are 41.67 Wh; with 5 % 43.75, rounded down, and 10.
        _takes(START + 1, _charging(START, 1, 53));
        _refuses(
            START + 1,
            _charging(START, 1, 54),
            abi.encodeWithSelector(IChargingSessions.EnergyAbovePowerCap.selector, 54, 53)
        );
    }

    function test_theCapIsTheOneFixedAtOpening() public {
        (Site memory site, Live memory live) = _open();
        Site memory next = _site();
        next.config.evses[0].maxPowerW = 1;
        vm.prank(OWNER);
        stations.reconfigure(site.stationId, site.config, next.config);
        vm.warp(START + 36);
        sessions.settle(_filing(site, live, _final(_charging(START, 36, 1585))));
    }

    function test_takesTheMostThatAPeriodCanSay() public {
        // 10 MW, 2^32 - 1 Wh: 430 hours. Far above a session, but nothing overflows.
        Site memory site = _site();
        for (uint256 i; i < 4; ++i) {
            site.config.evses[i].maxPowerW = 10_000_000;
        }
        site = _resited(site);
        Live memory live = _openAt(site, 0, driver, DEPOSIT, MAX_DURATION);
        uint256 length = 1_600_000;
        vm.warp(START + length);
        sessions.settle(_filing(site, live, _final(_charging(START, length, type(uint32).max))));
        vm.assertEq(_balance(driver), FUNDS - DEPOSIT);
    }

    // ---------------------------------------------------------------------------------------------------------- what form

    function test_takes256Periods() public {
        Period[] memory periods = _many(256);
        _takes(START + 256, periods);
        // 256 Wh x 0.49 / 1000 = 0.12544, 256 s x 1.20 / 3600 = 0.085333, 0.35
        vm.assertEq(_balance(driver), FUNDS - 125_440 - 85_333 - 350_000);
    }

    function test_refuses_257Periods() public {
        _refuses(START + 257, _many(257), abi.encodeWithSelector(IChargingSessions.TooManyPeriods.selector, 257, 256));
    }

    function test_refuses_aPeriodOfNoLength() public {
        _refuses(
            START + 100, _charging(START, 0, 1), abi.encodeWithSelector(IChargingSessions.PeriodMalformed.selector, 0)
        );
    }

    function test_refuses_anUnknownKind() public {
        for (uint256 kind = 2; kind < 256; kind += 11) {
            Period[] memory periods = _charging(START, 10, 1);
            periods[0] = Period.wrap(Period.unwrap(periods[0]) | kind);
            _refusesMalformed(periods);
        }
    }

    function test_refuses_everyBitAboveTheStart() public {
        for (uint256 bit = 112; bit < 256; bit += 13) {
            Period[] memory periods = _charging(START, 10, 1);
            periods[0] = Period.wrap(Period.unwrap(periods[0]) | 1 << bit);
            _refusesMalformed(periods);
        }
    }

    function test_namesTheMalformedPeriod() public {
        _refuses(
            START + 100,
            _two(_period(START, 50, 1, PeriodKind.Charging), Period.wrap(0)),
            abi.encodeWithSelector(IChargingSessions.PeriodMalformed.selector, 1)
        );
    }

    function _refusesMalformed(Period[] memory periods) private {
        uint256 snapshot = vm.snapshotState();
        _refuses(START + 100, periods, abi.encodeWithSelector(IChargingSessions.PeriodMalformed.selector, 0));
        vm.revertToState(snapshot);
    }

    function _many(uint256 count) private pure returns (Period[] memory periods) {
        periods = new Period[](count);
        for (uint256 i; i < count; ++i) {
            periods[i] = _period(START + i, 1, 1, PeriodKind.Charging);
        }
    }

    function _resited(Site memory site) private returns (Site memory) {
        site.stationId = uint256(Expected.configHash(site.config));
        _register(site);
        return site;
    }
}
