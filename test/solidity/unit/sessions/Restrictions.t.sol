// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { Filing } from "../../../../contracts/types/Session.sol";
import { Period, PeriodKind } from "../../../../contracts/types/Statement.sol";
import { Element, Restrictions, TariffPricing } from "../../../../contracts/types/Tariff.sol";
import { Fixture, Live, Site } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

/// @notice Elements that apply at times, days, amounts of energy and lengths of time. START is a Friday, 08:00 UTC.
contract RestrictionsTest is Fixture {
    /// @dev 0.30 a kWh and 0.10 flat where the restrictions hold; 0.50 a kWh and 0.20 flat where they do not.
    function _openUnder(uint256 restrictions, int32 utcOffsetSeconds)
        private
        returns (Site memory site, Live memory live)
    {
        TariffPricing memory pricing;
        pricing.utcOffsetSeconds = utcOffsetSeconds;
        pricing.elements = new Element[](2);
        pricing.elements[0] = Element(300_000, 0, 0, 100_000, Restrictions.wrap(restrictions));
        pricing.elements[1] = Element(500_000, 0, 0, 200_000, Restrictions.wrap(0));
        site = _siteWith(_terms(), pricing, _committee(1, 0, 4, 1));
        _accept(site.committee);
        _publish(site);
        _register(site);
        live = _openAt(site, 0, driver, DEPOSIT, DURATION);
    }

    function _settle(Site memory site, Live memory live, Period[] memory periods) private returns (uint256 cost) {
        vm.warp(START + 5 hours);
        uint256 before = _balance(OWNER);
        sessions.settle(_filing(site, live, _final(periods)));
        return _balance(OWNER) - before;
    }

    function _two(uint256 seconds_, uint256 energyWh) private pure returns (Period[] memory periods) {
        periods = new Period[](2);
        periods[0] = _period(START, seconds_, energyWh, PeriodKind.Charging);
        periods[1] = _period(START + seconds_, 600, 1000, PeriodKind.Charging);
    }

    function test_pricesEachPeriodByTheFirstElementValidAtItsStart() public {
        // Until 09:00.
        (Site memory site, Live memory live) = _openUnder(uint256(540) << 16, 0);
        // 10 kWh at 0.30 and the flat part of the first period, 1 kWh at 0.50.
        vm.assertEq(_settle(site, live, _two(1 hours, 10_000)), 3_000_000 + 100_000 + 500_000);
    }

    function test_readsTheClockInTheTariffsOffset() public {
        // Until 04:00 in an offset of five hours west: 03:00 to 04:00 there.
        (Site memory site, Live memory live) = _openUnder(uint256(240) << 16, -5 hours);
        vm.assertEq(_settle(site, live, _two(1 hours, 10_000)), 3_600_000);
    }

    function test_readsDaysInTheTariffsOffset() public {
        // Fridays, in an offset of 14 hours east, where it is ten at night until midnight comes.
        (Site memory site, Live memory live) = _openUnder(uint256(1 << 4) << 32, 14 hours);
        vm.assertEq(_settle(site, live, _two(2 hours, 10_000)), 3_600_000);
    }

    function test_pricesByEnergy() public {
        (Site memory site, Live memory live) = _openUnder(uint256(10_000) << 72, 0);
        vm.assertEq(_settle(site, live, _two(1 hours, 10_000)), 3_600_000);
    }

    function test_pricesByDuration() public {
        (Site memory site, Live memory live) = _openUnder(uint256(1 hours) << 136, 0);
        vm.assertEq(_settle(site, live, _two(1 hours, 10_000)), 3_600_000);
    }

    function test_refuses_aPeriodThatCrossesAPrice() public {
        uint256[3] memory restrictions = [uint256(540) << 16, uint256(10_000) << 72, uint256(1 hours) << 136];
        for (uint256 i; i < restrictions.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            (Site memory site, Live memory live) = _openUnder(restrictions[i], 0);
            vm.warp(START + 5 hours);
            // One second and one Wh too far.
            Filing memory filing = _filing(site, live, _final(_two(1 hours + 1, 10_001)));
            vm.expectRevert(abi.encodeWithSelector(IChargingSessions.PeriodCrossesPrice.selector, 0, 0));
            sessions.settle(filing);
            vm.revertToState(snapshot);
        }
    }

    function test_costsNothingWhereNoElementIsValid() public {
        TariffPricing memory pricing;
        pricing.elements = new Element[](1);
        pricing.elements[0] = Element(300_000, 0, 0, 100_000, Restrictions.wrap(uint256(1 hours) << 104));
        Site memory site = _siteWith(_terms(), pricing, _committee(1, 0, 4, 1));
        _accept(site.committee);
        _publish(site);
        _register(site);
        Live memory live = _openAt(site, 0, driver, DEPOSIT, DURATION);
        // The first hour is free, and so is what is flat: only 1 kWh of the second hour is paid.
        vm.assertEq(_settle(site, live, _two(1 hours, 10_000)), 300_000);
    }
}
