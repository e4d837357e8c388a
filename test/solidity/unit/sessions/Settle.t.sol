// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { Committee } from "../../../../contracts/types/Committee.sol";
import { Filing } from "../../../../contracts/types/Session.sol";
import { Period, PeriodKind, Statement, StopReason } from "../../../../contracts/types/Statement.sol";
import { TariffPricing } from "../../../../contracts/types/Tariff.sol";
import { Expected } from "../../base/Expected.sol";
import { Fixture, Live, Site } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

/// @notice What `settle` pays and says. What it refuses of signatures and periods is in attack/.
contract SettleTest is Fixture {
    function _refuses(Filing memory filing, bytes memory error_) private {
        vm.expectRevert(error_);
        sessions.settle(filing);
    }

    function test_paysOwnerCommitteeAndDriver() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        Statement memory statement = _final(_charging(START, 30 minutes, 10_000));
        statement.waived = 750_000;
        statement.evidence = "records";
        Filing memory filing = _filing(site, live, statement);

        // 5.85 less 0.75 waived; 5 % of it are 0.255, 0.085 for each of three members.
        vm.expectEmit(address(sessions));
        emit IChargingSessions.SessionSettled(
            live.sessionId, 5_100_000, 255_000, 9, StopReason.EVDisconnected, 750_000, "records", statement.periods
        );
        vm.prank(STRANGER);
        sessions.settle(filing);

        vm.assertEq(_balance(OWNER), 4_845_000);
        for (uint256 i = 1; i <= 3; ++i) {
            vm.assertEq(_balance(_operator(i)), 85_000);
        }
        vm.assertEq(_balance(driver), FUNDS - 5_100_000);
        vm.assertEq(_balance(STRANGER), 0, "whoever submits gets nothing");
    }

    function test_freesTheEvseUnderTheSameOffer() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        sessions.settle(_halfHour(site, live));
        IChargingSessions.EvseState memory state = sessions.evseState(live.offer.evse);
        vm.assertEq(state.status, 0);
        vm.assertEq(state.commitment, bytes32(bytes24(live.session.offerHash)));
        vm.assertEq(state.counter, 1);
        vm.assertFalse(state.hasState);
        vm.assertFalse(state.stale);
    }

    function test_oneEventAndNothingElse() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        Filing memory filing = _halfHour(site, live);
        vm.recordLogs();
        sessions.settle(filing);
        vm.assertEq(vm.getRecordedLogs().length, 1);
        vm.assertEq(euro.balanceOf(address(sessions)), 2 * FUNDS, "no token moved");
    }

    function test_addsUpPeriodsOfBothKinds() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 2 hours);
        Period[] memory periods = new Period[](4);
        periods[0] = _period(START + 10, 1000, 20_001, PeriodKind.Charging);
        periods[1] = _period(START + 1010, 500, 0, PeriodKind.Idle);
        periods[2] = _period(START + 1600, 1001, 9998, PeriodKind.Charging);
        periods[3] = _period(START + 2601, 1, 2, PeriodKind.Idle);
        sessions.settle(_filing(site, live, _final(periods)));
        // 30.001 kWh x 0.49 = 14.70049; 2001 s x 1.20 / 3600 = 0.667; 501 s x 6 / 3600 = 0.835; 0.35
        vm.assertEq(_balance(driver), FUNDS - 14_700_490 - 667_000 - 835_000 - 350_000);
    }

    function test_roundsEachComponentDownOnce() public {
        TariffPricing memory pricing = _pricing();
        pricing.minimum = 0;
        pricing.elements[0].pricePerKwh = 333;
        pricing.elements[0].pricePerHour = 1799;
        pricing.elements[0].idlePerHour = 3599;
        pricing.elements[0].flat = 0;
        (Site memory site, Live memory live) = _openAnother(_siteWith(_terms(), pricing, _committee(1, 0, 1, 1)));
        vm.warp(START + 1 hours);
        Period[] memory periods = new Period[](4);
        for (uint256 i; i < 4; ++i) {
            periods[i] = _period(START + i, 1, 2, i < 2 ? PeriodKind.Charging : PeriodKind.Idle);
        }
        sessions.settle(_filing(site, live, _final(periods)));
        // 8 Wh x 333 / 1000 = 2.66; 2 s x 1799 / 3600 = 0.999; 2 s x 3599 / 3600 = 1.999
        vm.assertEq(_balance(OWNER), 2 + 0 + 1);
    }

    function test_chargesAtLeastTheMinimum() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 1);
        sessions.settle(_filing(site, live, _final(_charging(START, 1, 0))));
        vm.assertEq(_balance(driver), FUNDS - 500_000);
    }

    function test_chargesAtMostTheMaximum() public {
        TariffPricing memory pricing = _pricing();
        pricing.maximum = 2e6;
        (Site memory site, Live memory live) = _openAnother(_siteWith(_terms(), pricing, _committee(1, 0, 1, 1)));
        vm.warp(START + 30 minutes);
        sessions.settle(_halfHour(site, live));
        vm.assertEq(_balance(OWNER), 2e6);
    }

    function test_chargesNoMoreThanWhatIsLocked() public {
        Site memory site = _site();
        Live memory live = _openAt(site, 0, driver, 20e6, DURATION);
        vm.warp(START + 1 hours);
        sessions.settle(_filing(site, live, _final(_charging(START, 1 hours, 60_000))));
        vm.assertEq(_balance(driver), FUNDS - 20e6);
        // A third of 5 % is 333,333; what is left of it stays with the owner.
        vm.assertEq(_balance(OWNER), 20e6 - 3 * 333_333);
    }

    function test_waivesBeforeTheDepositCaps() public {
        Site memory site = _site();
        Live memory live = _openAt(site, 0, driver, 20e6, DURATION);
        vm.warp(START + 1 hours);
        Statement memory statement = _final(_charging(START, 1 hours, 60_000));
        // 30.95 less 10.95 are exactly the deposit.
        statement.waived = 10_950_000;
        sessions.settle(_filing(site, live, statement));
        vm.assertEq(_balance(driver), FUNDS - 20e6);
    }

    function test_waivesEverything() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        Statement memory statement = _final(_charging(START, 30 minutes, 10_000));
        statement.waived = 5_850_000;
        sessions.settle(_filing(site, live, statement));
        vm.assertEq(_balance(driver), FUNDS);
        vm.assertEq(_balance(OWNER), 0);
    }

    function test_noPeriodsCostNothing() public {
        (Site memory site, Live memory live) = _open();
        Statement memory statement = _final(new Period[](0));
        statement.stopReason = StopReason.Refused;
        vm.expectEmit(address(sessions));
        emit IChargingSessions.SessionSettled(
            live.sessionId, 0, 0, 9, StopReason.Refused, 0, bytes32(0), new Period[](0)
        );
        sessions.settle(_filing(site, live, statement));
        vm.assertEq(_balance(driver), FUNDS);
    }

    function test_takesEveryStopReason() public {
        Site memory site = _site();
        for (uint256 reason = 1; reason <= uint256(type(StopReason).max); ++reason) {
            Live memory live = _openAt(site, 0, driver, DEPOSIT, DURATION);
            Statement memory statement = _final(new Period[](0));
            statement.stopReason = StopReason(reason);
            sessions.settle(_filing(site, live, statement));
        }
        vm.assertEq(sessions.evseState(site.stationId).counter, uint256(type(StopReason).max));
    }

    function test_ignoresCheckpoints() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 1 hours);
        sessions.checkpoint(_filing(site, live, _interim(20, _charging(START, 1 hours, 60_000))));
        // A final statement with a lower sequence and less energy: the committee's last word.
        sessions.settle(_halfHour(site, live));
        vm.assertEq(_balance(driver), FUNDS - 5_850_000);
    }

    // -------------------------------------------------------------------------------------------------- the committee

    function test_aCommitteeWithoutFeeGetsNothing() public {
        (Site memory site, Live memory live) = _openAnother(_siteWith(_terms(), _pricing(), _committee(1, 0, 1, 1)));
        vm.warp(START + 30 minutes);
        sessions.settle(_halfHour(site, live));
        vm.assertEq(_balance(OWNER), 5_850_000);
        vm.assertEq(_balance(_operator(1)), 0);
    }

    function test_whatDoesNotDivideStaysWithTheOwner() public {
        (Site memory site, Live memory live) = _openAnother(_siteWith(_terms(), _pricing(), _committee(3, 7, 1, 3)));
        vm.warp(START + 30 minutes);
        Filing memory filing = _filing(site, live, _final(_charging(START, 30 minutes, 10_001)));
        // 5,850,490 x 7 / 10,000 = 4,095.343; a third: 1,365; in all 4,095
        vm.expectEmit(address(sessions));
        emit IChargingSessions.SessionSettled(
            live.sessionId, 5_850_490, 4095, 9, StopReason.EVDisconnected, 0, bytes32(0), filing.statement.periods
        );
        sessions.settle(filing);
        vm.assertEq(_balance(_operator(1)), 1365);
        vm.assertEq(_balance(_operator(3)), 1365);
        vm.assertEq(_balance(OWNER), 5_850_490 - 4095);
    }

    function test_aFeeTooSmallToDivideIsTheOwners() public {
        TariffPricing memory pricing = _pricing();
        pricing.minimum = 0;
        pricing.maximum = 299;
        // 1 % of 299 units are 2: less than one for each of three.
        (Site memory site, Live memory live) = _openAnother(_siteWith(_terms(), pricing, _committee(2, 100, 1, 3)));
        vm.warp(START + 30 minutes);
        sessions.settle(_halfHour(site, live));
        vm.assertEq(_balance(OWNER), 299);
        vm.assertEq(_balance(_operator(1)), 0);
    }

    function test_aFeeOfEverythingLeavesTheOwnerTheRemainder() public {
        (Site memory site, Live memory live) =
            _openAnother(_siteWith(_terms(), _pricing(), _committee(2, 10_000, 1, 3)));
        vm.warp(START + 30 minutes);
        sessions.settle(_filing(site, live, _final(_charging(START, 30 minutes, 10_001))));
        vm.assertEq(_balance(OWNER), 5_850_490 % 3);
        vm.assertEq(_balance(_operator(2)), 5_850_490 / uint256(3));
    }

    function test_theDriverMayOwnTheStationAndSitInTheCommittee() public {
        address all = _operator(1);
        Site memory site = _siteWith(_terms(), _pricing(), _committee(1, 500, 1, 1));
        site.config.registrant = all;
        site.stationId = uint256(Expected.configHash(site.config));
        _accept(site.committee);
        _register(site);
        _fund(all, 100e6);
        Live memory live = _openAt(site, 0, all, DEPOSIT, DURATION);
        vm.warp(START + 30 minutes);
        sessions.settle(_halfHour(site, live));
        vm.assertEq(_balance(all), 100e6);
    }

    // ------------------------------------------------------------------------------------------------------- refusals

    function test_refuses_anInterimStatement() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        _refuses(
            _filing(site, live, _interim(4, _charging(START, 30 minutes, 10_000))),
            abi.encodeWithSelector(IChargingSessions.NotFinal.selector, 4)
        );
    }

    function test_refuses_sequenceZero() public {
        (Site memory site, Live memory live) = _open();
        Statement memory statement = _final(new Period[](0));
        statement.sequence = 0;
        _refuses(_filing(site, live, statement), abi.encodeWithSelector(IChargingSessions.SequenceZero.selector));
    }

    function test_refuses_aSecondTime() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        Filing memory filing = _halfHour(site, live);
        sessions.settle(filing);
        _refuses(filing, abi.encodeWithSelector(IChargingSessions.UnknownSession.selector, live.sessionId));
    }

    function test_refuses_aSecondTime_whenTheNextSessionRuns() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        Filing memory filing = _halfHour(site, live);
        sessions.settle(filing);
        _openAt(site, 0, secondDriver, DEPOSIT, DURATION);
        _refuses(filing, abi.encodeWithSelector(IChargingSessions.UnknownSession.selector, live.sessionId));
    }

    function test_refuses_otherOpeningParameters() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        Filing memory filing = _halfHour(site, live);
        filing.session.driver = STRANGER;
        bytes32 given = sessions.sessionIdOf(filing.session);
        _refuses(filing, abi.encodeWithSelector(IChargingSessions.UnknownSession.selector, given));

        filing = _halfHour(site, live);
        filing.session.deposit += 1;
        given = sessions.sessionIdOf(filing.session);
        _refuses(filing, abi.encodeWithSelector(IChargingSessions.UnknownSession.selector, given));
    }

    function test_refuses_anotherOffer() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        Filing memory filing = _halfHour(site, live);
        filing.offer.owner = STRANGER;
        _refuses(
            filing,
            abi.encodeWithSelector(
                IChargingSessions.OfferMismatch.selector, Expected.offerHash(filing.offer), live.session.offerHash
            )
        );
    }

    function test_refuses_anotherCommittee() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        Filing memory filing = _halfHour(site, live);
        filing.committee = _committee(1, 500, 1, 3);
        filing.signatures[0] = filing.signatures[1];
        _refuses(
            filing,
            abi.encodeWithSelector(
                IChargingSessions.CommitteeMismatch.selector,
                Expected.committeeId(filing.committee),
                live.offer.committeeId
            )
        );
    }

    function test_refuses_anotherPricing() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        Filing memory filing = _halfHour(site, live);
        filing.pricing.elements[0].pricePerKwh = 1;
        _refuses(
            filing,
            abi.encodeWithSelector(
                IChargingSessions.TariffMismatch.selector,
                Expected.tariffId(site.terms, filing.pricing),
                live.offer.tariffId
            )
        );
    }

    function test_refuses_otherTerms() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        Filing memory filing = _halfHour(site, live);
        filing.termsHash = "other";
        _refuses(
            filing,
            abi.encodeWithSelector(
                IChargingSessions.TariffMismatch.selector,
                keccak256(abi.encode(bytes32("other"), Expected.pricingHash(site.pricing))),
                live.offer.tariffId
            )
        );
    }

    /// @dev A second station of the owner, with all of it published and accepted.
    function _openAnother(Site memory site) private returns (Site memory, Live memory) {
        Committee memory committee = site.committee;
        _accept(committee);
        if (!stations.isPublished(site.config.tariffIds[0])) _publish(site);
        _register(site);
        return (site, _openAt(site, 0, driver, DEPOSIT, DURATION));
    }
}
