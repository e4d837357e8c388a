// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IStationRegistry } from "../../../../contracts/interfaces/IStationRegistry.sol";
import { Offer } from "../../../../contracts/types/Session.sol";
import { StationConfig } from "../../../../contracts/types/Station.sol";
import { Expected } from "../../base/Expected.sol";
import { Fixture, Site } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

contract CheckOfferTest is Fixture {
    Offer private offer;

    function setUp() public override {
        super.setUp();
        offer = _offer(_site(), 1);
    }

    function _check(Site memory site) private view {
        stations.checkOffer(offer, site.config, site.terms, Expected.pricingHash(site.pricing));
    }

    function _refuses(bytes memory error_) private {
        Site memory site = _site();
        bytes32 pricingHash = Expected.pricingHash(site.pricing);
        vm.expectRevert(error_);
        stations.checkOffer(offer, site.config, site.terms, pricingHash);
    }

    function test_takesWhatTheStationOffers() public view {
        _check(_site());
    }

    function test_takesAnyTariffOfTheMask() public {
        // Two tariffs; EVSE 1 offers only the second, EVSE 2 both.
        Site memory dear = _site();
        dear.terms.minimumDeposit = 99e6;
        _publish(dear);
        Site memory site = _site();
        site.config.tariffIds = new bytes32[](2);
        site.config.tariffIds[0] = Expected.tariffId(site.terms, site.pricing);
        site.config.tariffIds[1] = Expected.tariffId(dear.terms, dear.pricing);
        site.config.evses[1].tariffMask = 2;
        site.config.evses[2].tariffMask = 3;
        StationConfig memory current = _site().config;
        vm.prank(OWNER);
        stations.reconfigure(site.stationId, current, site.config);
        dear.config = site.config;

        offer = _offer(dear, 1);
        _check(dear);
        offer = _offer(dear, 2);
        _check(dear);
        offer = _offer(site, 2);
        _check(site);

        offer = _offer(site, 1);
        bytes32 pricingHash = Expected.pricingHash(site.pricing);
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.TariffNotOffered.selector, offer.evse, offer.tariffId));
        stations.checkOffer(offer, site.config, site.terms, pricingHash);
    }

    function test_refuses_anUnknownStation() public {
        offer.evse = 7 << 16 | 1;
        _refuses(abi.encodeWithSelector(IStationRegistry.UnknownStation.selector, 7 << 16));
    }

    function test_refuses_aConfigurationThatIsNotCurrent() public {
        Site memory site = _site();
        site.config.evses[0].maxPowerW = 1;
        bytes32 pricingHash = Expected.pricingHash(site.pricing);
        vm.expectRevert(
            abi.encodeWithSelector(
                IStationRegistry.ConfigMismatch.selector,
                site.stationId,
                Expected.configHash(site.config),
                bytes32(site.stationId)
            )
        );
        stations.checkOffer(offer, site.config, site.terms, pricingHash);
    }

    function test_refuses_anIndexPastTheLast() public {
        offer.evse = _site().stationId | 4;
        _refuses(abi.encodeWithSelector(IStationRegistry.UnknownEvse.selector, offer.evse));
        offer.evse = _site().stationId | 0xffff;
        _refuses(abi.encodeWithSelector(IStationRegistry.UnknownEvse.selector, offer.evse));
    }

    function test_refuses_aRetiredEvse() public {
        Site memory site = _site();
        StationConfig memory current = _site().config;
        delete site.config.evses[1];
        vm.prank(OWNER);
        stations.reconfigure(site.stationId, current, site.config);
        bytes32 pricingHash = Expected.pricingHash(site.pricing);
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.UnknownEvse.selector, offer.evse));
        stations.checkOffer(offer, site.config, site.terms, pricingHash);
    }

    function test_refuses_anEvseOutOfService() public {
        Site memory site = _site();
        StationConfig memory current = _site().config;
        site.config.evses[1].inService = false;
        vm.prank(OWNER);
        stations.reconfigure(site.stationId, current, site.config);
        bytes32 pricingHash = Expected.pricingHash(site.pricing);
        vm.expectRevert(abi.encodeWithSelector(IStationRegistry.EvseOutOfService.selector, offer.evse));
        stations.checkOffer(offer, site.config, site.terms, pricingHash);
    }

    function test_refuses_aTariffNotOffered() public {
        offer.tariffId = "other";
        _refuses(abi.encodeWithSelector(IStationRegistry.TariffNotOffered.selector, offer.evse, bytes32("other")));
    }

    function test_refuses_anotherOwner() public {
        offer.owner = STRANGER;
        _refuses(abi.encodeWithSelector(IStationRegistry.OfferOwnerMismatch.selector, STRANGER, OWNER));
    }

    function test_refuses_anotherEpoch() public {
        offer.ownerEpoch = 1;
        _refuses(abi.encodeWithSelector(IStationRegistry.OfferEpochMismatch.selector, 1, 0));
    }

    function test_refuses_theEpochBeforeASale() public {
        uint256 stationId = _site().stationId;
        vm.prank(OWNER);
        stations.transferFrom(OWNER, STRANGER, stationId);
        vm.prank(STRANGER);
        stations.transferFrom(STRANGER, OWNER, stationId);
        _refuses(abi.encodeWithSelector(IStationRegistry.OfferEpochMismatch.selector, 0, 2));
    }

    function test_refuses_anotherCommittee() public {
        offer.committeeId = "other";
        _refuses(
            abi.encodeWithSelector(
                IStationRegistry.OfferCommitteeMismatch.selector, bytes32("other"), _site().config.committeeId
            )
        );
    }

    function test_refuses_aMeterThatTheEvseHasNot() public {
        offer.meterKeyHash = "meter";
        _refuses(abi.encodeWithSelector(IStationRegistry.OfferMeterMismatch.selector, bytes32("meter"), bytes32(0)));
    }

    function test_refuses_anotherPowerCap() public {
        offer.powerCapW = 150_001;
        _refuses(abi.encodeWithSelector(IStationRegistry.OfferPowerMismatch.selector, 150_001, 150_000));
    }

    function test_refuses_otherTerms() public {
        Site memory site = _site();
        site.terms.minimumDeposit = 1;
        bytes32 pricingHash = Expected.pricingHash(site.pricing);
        vm.expectRevert(
            abi.encodeWithSelector(
                IStationRegistry.OfferTariffMismatch.selector,
                offer.tariffId,
                Expected.tariffId(site.terms, site.pricing)
            )
        );
        stations.checkOffer(offer, site.config, site.terms, pricingHash);
    }

    function test_refuses_anotherPricing() public {
        Site memory site = _site();
        vm.expectRevert(
            abi.encodeWithSelector(
                IStationRegistry.OfferTariffMismatch.selector,
                offer.tariffId,
                keccak256(abi.encode(Expected.termsHash(site.terms), bytes32("pricing")))
            )
        );
        stations.checkOffer(offer, site.config, site.terms, "pricing");
    }

    function test_refuses_anotherCurrency() public {
        offer.currency = NATIVE_ID;
        _refuses(abi.encodeWithSelector(IStationRegistry.OfferCurrencyMismatch.selector, NATIVE_ID, euroId));
    }

    function test_refuses_anotherMinimumDeposit() public {
        offer.minimumDeposit = 1;
        _refuses(abi.encodeWithSelector(IStationRegistry.OfferDepositMismatch.selector, 1, 20e6));
    }
}
