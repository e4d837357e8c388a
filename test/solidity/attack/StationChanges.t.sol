// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../contracts/interfaces/IChargingSessions.sol";
import { IStationRegistry } from "../../../contracts/interfaces/IStationRegistry.sol";
import { Offer } from "../../../contracts/types/Session.sol";
import { Expected } from "../base/Expected.sol";
import { Fixture, Live, Site } from "../base/Fixture.sol";
import { vm } from "../base/Vm.sol";

/// @notice Whatever happens to the station, the committee or the tariff, a running session keeps what it was opened
/// with; and nothing opens under what was offered before.
contract StationChangesTest is Fixture {
    function _reconfigure(Site memory next) private {
        Site memory current = _site();
        vm.prank(OWNER);
        stations.reconfigure(current.stationId, current.config, next.config);
    }

    /// @dev The half hour settles as if nothing had happened: 5.85, of them 0.2925 for the committee.
    function _settlesAsOpened(Site memory site, Live memory live) private {
        vm.warp(START + 30 minutes);
        sessions.settle(_halfHour(site, live));
        vm.assertEq(_balance(OWNER), 5_557_500, "the owner at opening");
        vm.assertEq(_balance(_operator(1)), 97_500, "the committee at opening");
        vm.assertEq(_balance(driver), FUNDS - 5_850_000);
    }

    function _refusesToOpen(Offer memory offer) private {
        vm.expectRevert(
            abi.encodeWithSelector(IChargingSessions.OfferNotActive.selector, offer.evse, Expected.offerHash(offer))
        );
        vm.prank(driver);
        sessions.open(offer, DEPOSIT, DURATION, 0);
    }

    // --------------------------------------------------------------------------------------------- during a session

    function test_soldInMidSession() public {
        (Site memory site, Live memory live) = _open();
        vm.prank(OWNER);
        stations.transferFrom(OWNER, STRANGER, site.stationId);
        _settlesAsOpened(site, live);
        vm.assertEq(_balance(STRANGER), 0, "the buyer gets nothing");
        vm.assertTrue(sessions.evseState(live.offer.evse).stale);
        _refusesToOpen(live.offer);
    }

    function test_soldAndSoldBackInMidSession() public {
        (Site memory site, Live memory live) = _open();
        vm.prank(OWNER);
        stations.transferFrom(OWNER, STRANGER, site.stationId);
        vm.prank(STRANGER);
        stations.transferFrom(STRANGER, OWNER, site.stationId);
        _settlesAsOpened(site, live);
        // The same owner, but a later epoch.
        _refusesToOpen(live.offer);
    }

    function test_soldBeforeClosing() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        sessions.checkpoint(_filing(site, live, _interim(1, _charging(START, 30 minutes, 10_000))));
        vm.prank(OWNER);
        stations.transferFrom(OWNER, STRANGER, site.stationId);
        vm.warp(START + DURATION + 24 hours);
        _closeNow(site, live);
        vm.assertEq(_balance(OWNER), 5_850_000);
        vm.assertEq(_balance(STRANGER), 0);
    }

    function test_retiredInMidSession() public {
        (Site memory site, Live memory live) = _open();
        Site memory next = _site();
        delete next.config.evses[0];
        _reconfigure(next);
        _settlesAsOpened(site, live);
        _refusesToOpen(live.offer);
    }

    function test_outOfServiceInMidSession() public {
        (Site memory site, Live memory live) = _open();
        Site memory next = _site();
        next.config.evses[0].inService = false;
        _reconfigure(next);
        _settlesAsOpened(site, live);
        _refusesToOpen(live.offer);
    }

    function test_anotherTariffInMidSession() public {
        (Site memory site, Live memory live) = _open();
        Site memory next = _site();
        next.pricing.elements[0].pricePerKwh = 99e6;
        _publish(next);
        next.config.tariffIds[0] = Expected.tariffId(next.terms, next.pricing);
        _reconfigure(next);
        _settlesAsOpened(site, live);
        _refusesToOpen(live.offer);
    }

    function test_anotherCommitteeInMidSession() public {
        (Site memory site, Live memory live) = _open();
        Site memory next = _site();
        next.committee = _committee(1, 0, 4, 1);
        next.config.committeeId = Expected.committeeId(next.committee);
        _accept(next.committee);
        _reconfigure(next);
        _settlesAsOpened(site, live);
        _refusesToOpen(live.offer);
        vm.assertEq(_balance(_operator(4)), 0);
    }

    function test_committeeEndedInMidSession() public {
        (Site memory site, Live memory live) = _open();
        vm.prank(_operator(3));
        oracles.deactivateCommittee(site.committee);
        _settlesAsOpened(site, live);
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.CommitteeInactive.selector, live.offer.committeeId));
        vm.prank(driver);
        sessions.open(live.offer, DEPOSIT, DURATION, 0);
    }

    function test_editedBackInMidSession() public {
        (Site memory site, Live memory live) = _open();
        Site memory next = _site();
        next.config.evses[3].inService = false;
        _reconfigure(next);
        vm.prank(OWNER);
        stations.reconfigure(site.stationId, next.config, site.config);
        _settlesAsOpened(site, live);
        // Void once is void until it is proven again.
        _refusesToOpen(live.offer);
        _activate(site, live.offer);
        vm.prank(driver);
        sessions.open(live.offer, DEPOSIT, DURATION, 0);
    }

    /// @dev Changed, retired and sold in one call, and another station registered with it.
    function test_everythingAtOnceInMidSession() public {
        (Site memory site, Live memory live) = _open();
        Site memory changed = _site();
        changed.config.evses[0].maxPowerW = 1;
        changed.config.evses[3].inService = false;
        Site memory retired = _site();
        retired.config.evses[3].inService = false;
        delete retired.config.evses[0];
        Site memory other = _site();
        other.config.evses[0].maxPowerW = 2;
        bytes[] memory calls = new bytes[](4);
        calls[0] = abi.encodeCall(stations.register, (_place(), other.config));
        calls[1] = abi.encodeCall(stations.reconfigure, (site.stationId, site.config, changed.config));
        calls[2] = abi.encodeCall(stations.reconfigure, (site.stationId, changed.config, retired.config));
        calls[3] = abi.encodeCall(stations.transferFrom, (OWNER, STRANGER, site.stationId));
        vm.prank(OWNER);
        stations.batch(calls);
        _settlesAsOpened(site, live);
        vm.assertEq(_balance(STRANGER), 0, "the buyer gets nothing");
        _refusesToOpen(live.offer);

        // What the buyer offers is what there is now: the first EVSE is gone, the second his.
        site.config = retired.config;
        bytes32 pricingHash = Expected.pricingHash(site.pricing);
        Offer memory offer = _offer(site, 0);
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.UnknownEvse.selector, offer.evse));
        sessions.activateOffer(offer, site.config, site.terms, pricingHash);
        offer = _offer(site, 1);
        (offer.owner, offer.ownerEpoch) = (OWNER, 0);
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.OfferOwnerMismatch.selector, OWNER, STRANGER));
        sessions.activateOffer(offer, site.config, site.terms, pricingHash);
        offer.owner = STRANGER;
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.OfferEpochMismatch.selector, 0, 1));
        sessions.activateOffer(offer, site.config, site.terms, pricingHash);
        _openAt(site, 1, driver, DEPOSIT, DURATION);
    }

    // --------------------------------------------------------------------------------------------- between sessions

    function test_refuses_staleOffersAfterEveryEdit() public {
        Site memory site = _site();
        Offer memory offer = _offer(site, 1);
        _activate(site, offer);
        Site memory next = _site();
        next.config.evses[3].inService = false;
        // An edit of another EVSE voids it as well: the registry keeps one hash a station.
        _reconfigure(next);
        _refusesToOpen(offer);

        bytes32 pricingHash = Expected.pricingHash(site.pricing);
        vm.expectRevert(
            abi.encodeWithSelector(
                IStationRegistry.ConfigMismatch.selector,
                site.stationId,
                Expected.configHash(site.config),
                Expected.configHash(next.config)
            )
        );
        sessions.activateOffer(offer, site.config, site.terms, pricingHash);

        // The same offer is good again under the new configuration.
        _activate(next, offer);
        vm.prank(driver);
        sessions.open(offer, DEPOSIT, DURATION, 0);
    }

    function test_aBuyerOffersTheSameUnderHisName() public {
        Site memory site = _site();
        Offer memory offer = _offer(site, 1);
        _activate(site, offer);
        vm.prank(OWNER);
        stations.transferFrom(OWNER, STRANGER, site.stationId);
        _refusesToOpen(offer);
        Live memory live = _openAt(site, 1, driver, DEPOSIT, DURATION);
        vm.assertEq(live.offer.owner, STRANGER);
        vm.assertEq(live.offer.ownerEpoch, 1);
        vm.warp(START + 30 minutes);
        sessions.settle(_halfHour(site, live));
        vm.assertEq(_balance(STRANGER), 5_557_500);
    }

    function test_anEditNeverTouchesAnotherStation() public {
        Site memory other = _site();
        other.config.registrant = STRANGER;
        other.stationId = uint256(Expected.configHash(other.config));
        _register(other);
        Offer memory offer = _offer(other, 0);
        _activate(other, offer);
        Site memory next = _site();
        next.config.evses[0].inService = false;
        _reconfigure(next);
        vm.assertFalse(sessions.evseState(offer.evse).stale);
        vm.prank(driver);
        sessions.open(offer, DEPOSIT, DURATION, 0);
    }
}
