// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { IStationRegistry } from "../../../../contracts/interfaces/IStationRegistry.sol";
import { Offer } from "../../../../contracts/types/Session.sol";
import { StationConfig } from "../../../../contracts/types/Station.sol";
import { Expected } from "../../base/Expected.sol";
import { Fixture, Live, Site } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

contract ActivateOfferTest is Fixture {
    function test_keepsTheOffersHash() public {
        Site memory site = _site();
        Offer memory offer = _offer(site, 2);
        bytes32 offerHash = Expected.offerHash(offer);
        bytes32 pricingHash = Expected.pricingHash(site.pricing);

        vm.expectEmit(address(sessions));
        emit IChargingSessions.OfferActivated(offer.evse, offerHash, offer);
        vm.prank(STRANGER);
        sessions.activateOffer(offer, site.config, site.terms, pricingHash);

        IChargingSessions.EvseState memory state = sessions.evseState(offer.evse);
        vm.assertEq(state.commitment, bytes32(bytes24(offerHash)));
        vm.assertEq(state.counter, 0);
        vm.assertEq(state.status, 0);
        vm.assertFalse(state.stale);
        vm.assertFalse(state.hasState);
    }

    function test_replacesAStaleOffer() public {
        Site memory site = _site();
        _activate(site, _offer(site, 0));
        StationConfig memory current = _site().config;
        site.config.evses[0].maxPowerW = 50_000;
        vm.prank(OWNER);
        stations.reconfigure(site.stationId, current, site.config);
        vm.assertTrue(sessions.evseState(site.stationId).stale);

        _activate(site, _offer(site, 0));
        vm.assertFalse(sessions.evseState(site.stationId).stale);
        vm.assertEq(
            sessions.evseState(site.stationId).commitment, bytes32(bytes24(Expected.offerHash(_offer(site, 0))))
        );
    }

    function test_keepsTheCounter() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(block.timestamp + 30 minutes);
        sessions.settle(_halfHour(site, live));
        _activate(site, _offer(site, 0));
        vm.assertEq(sessions.evseState(site.stationId).counter, 1);
    }

    function test_refuses_whatTheStationDoesNotOffer() public {
        Site memory site = _site();
        Offer memory offer = _offer(site, 0);
        offer.powerCapW = 1;
        bytes32 pricingHash = Expected.pricingHash(site.pricing);
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.OfferPowerMismatch.selector, 1, 150_000));
        sessions.activateOffer(offer, site.config, site.terms, pricingHash);
    }

    function test_refuses_whileTheEvseIsBusy() public {
        (Site memory site, Live memory live) = _open();
        bytes32 pricingHash = Expected.pricingHash(site.pricing);
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.EvseBusy.selector, live.offer.evse));
        sessions.activateOffer(live.offer, site.config, site.terms, pricingHash);
    }
}
