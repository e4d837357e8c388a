// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IStationRegistry } from "../../../../contracts/interfaces/IStationRegistry.sol";
import {
    Element,
    PriceFeed,
    ReservationTerms,
    Restrictions,
    TariffPricing,
    TariffTerms
} from "../../../../contracts/types/Tariff.sol";
import { Expected } from "../../base/Expected.sol";
import { Fixture, Site } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

contract PublishTariffTest is Fixture {
    /// @dev A tariff that nobody has published yet.
    function _new() private view returns (TariffTerms memory terms, TariffPricing memory pricing) {
        (terms, pricing) = (_terms(), _pricing());
        terms.minimumDeposit = 7e6;
    }

    function test_publishes() public {
        (TariffTerms memory terms, TariffPricing memory pricing) = _new();
        bytes32 tariffId = Expected.tariffId(terms, pricing);
        vm.assertFalse(stations.isPublished(tariffId));

        vm.expectEmit(address(stations));
        emit IStationRegistry.TariffPublished(tariffId, STRANGER, Expected.termsHash(terms), terms, pricing);
        vm.prank(STRANGER);
        vm.assertEq(stations.publishTariff(terms, pricing), tariffId);
        vm.assertTrue(stations.isPublished(tariffId));
    }

    function test_takesTheNativeCurrency() public {
        (TariffTerms memory terms, TariffPricing memory pricing) = _new();
        terms.currency = NATIVE_ID;
        vm.assertTrue(stations.isPublished(stations.publishTariff(terms, pricing)));
    }

    function test_takesThePriceOfNothing() public {
        (TariffTerms memory terms, TariffPricing memory pricing) = _new();
        pricing.minimum = pricing.maximum = 0;
        pricing.elements = new Element[](1);
        vm.assertTrue(stations.isPublished(stations.publishTariff(terms, pricing)));
    }

    function test_takesEveryBoundItself() public {
        (TariffTerms memory terms, TariffPricing memory pricing) = _new();
        terms.minimumDeposit = 1;
        terms.connectionSeconds = 1 hours;
        pricing.minimum = pricing.maximum = 9;
        pricing.elements = new Element[](16);
        terms.settlementWindowSeconds = LEAST_WINDOW;
        stations.publishTariff(terms, pricing);
        terms.settlementWindowSeconds = GREATEST_WINDOW;
        stations.publishTariff(terms, pricing);
    }

    function test_takesNoMaximumBesideAnyMinimum() public {
        (TariffTerms memory terms, TariffPricing memory pricing) = _new();
        pricing.minimum = type(uint128).max;
        pricing.maximum = 0;
        stations.publishTariff(terms, pricing);
    }

    function test_refuses_theSameTwice() public {
        Site memory site = _site();
        vm.expectRevert(
            abi.encodeWithSelector(IStationRegistry.TariffAlreadyPublished.selector, site.config.tariffIds[0])
        );
        vm.prank(STRANGER);
        stations.publishTariff(site.terms, site.pricing);
    }

    function test_refuses_whatIsNoCurrency() public {
        uint256[3] memory wrong = [uint256(0), uint256(type(uint160).max) + 1, type(uint256).max];
        (TariffTerms memory terms, TariffPricing memory pricing) = _new();
        for (uint256 i; i < wrong.length; ++i) {
            terms.currency = wrong[i];
            _refuses(terms, pricing, abi.encodeWithSelector(IStationRegistry.InvalidCurrency.selector, wrong[i]));
        }
    }

    function test_refuses_noMinimumDeposit() public {
        (TariffTerms memory terms, TariffPricing memory pricing) = _new();
        terms.minimumDeposit = 0;
        _refuses(terms, pricing, abi.encodeWithSelector(IStationRegistry.MinimumDepositZero.selector));
    }

    function test_refuses_aWindowOutsideTheBounds() public {
        (TariffTerms memory terms, TariffPricing memory pricing) = _new();
        uint32[3] memory wrong = [0, LEAST_WINDOW - 1, GREATEST_WINDOW + 1];
        for (uint256 i; i < wrong.length; ++i) {
            terms.settlementWindowSeconds = wrong[i];
            _refuses(
                terms,
                pricing,
                abi.encodeWithSelector(
                    IStationRegistry.InvalidSettlementWindow.selector, wrong[i], LEAST_WINDOW, GREATEST_WINDOW
                )
            );
        }
    }

    function test_refuses_aConnectionTimeAboveAnHour() public {
        (TariffTerms memory terms, TariffPricing memory pricing) = _new();
        terms.connectionSeconds = 3601;
        _refuses(terms, pricing, abi.encodeWithSelector(IStationRegistry.InvalidConnectionTime.selector, 3601, 3600));
    }

    function test_refuses_aMinimumAboveTheMaximum() public {
        (TariffTerms memory terms, TariffPricing memory pricing) = _new();
        pricing.minimum = 10;
        pricing.maximum = 9;
        _refuses(terms, pricing, abi.encodeWithSelector(IStationRegistry.MinimumAboveMaximum.selector, 10, 9));
    }

    function test_refuses_noElements() public {
        (TariffTerms memory terms, TariffPricing memory pricing) = _new();
        pricing.elements = new Element[](0);
        _refuses(terms, pricing, abi.encodeWithSelector(IStationRegistry.InvalidElementCount.selector, 0, 16));
    }

    function test_refuses_seventeenElements() public {
        (TariffTerms memory terms, TariffPricing memory pricing) = _new();
        pricing.elements = new Element[](17);
        _refuses(terms, pricing, abi.encodeWithSelector(IStationRegistry.InvalidElementCount.selector, 17, 16));
    }

    function test_refuses_anOffsetFromUtcAbove14Hours() public {
        (TariffTerms memory terms, TariffPricing memory pricing) = _new();
        int32[4] memory wrong = [int32(50_401), -50_401, type(int32).max, type(int32).min];
        for (uint256 i; i < wrong.length; ++i) {
            pricing.utcOffsetSeconds = wrong[i];
            _refuses(terms, pricing, abi.encodeWithSelector(IStationRegistry.InvalidUtcOffset.selector, wrong[i]));
        }
    }

    function test_refuses_restrictionsThatSayNothing() public {
        (TariffTerms memory terms, TariffPricing memory pricing) = _new();
        uint256[8] memory wrong = [
            uint256(1440), // from a minute after the day
            1440 << 16, // to one
            600 | 600 << 16, // no time at all
            0x80 << 32, // an eighth day
            5 << 40 | 5 << 72, // no energy
            6 << 40 | 5 << 72,
            7 << 104 | 7 << 136, // no duration
            1 << 168
        ];
        pricing.elements = new Element[](3);
        for (uint256 i; i < wrong.length; ++i) {
            pricing.elements[2].restrictions = Restrictions.wrap(wrong[i]);
            _refuses(terms, pricing, abi.encodeWithSelector(IStationRegistry.InvalidRestrictions.selector, 2, wrong[i]));
        }
    }

    function test_refuses_moreTaxThanPrice() public {
        (TariffTerms memory terms, TariffPricing memory pricing) = _new();
        terms.taxBps = 10_001;
        _refuses(terms, pricing, abi.encodeWithSelector(IStationRegistry.InvalidTax.selector, 10_001, 10_000));
    }

    function test_takesOffsetsRestrictionsAndTaxAtTheirBounds() public {
        (TariffTerms memory terms, TariffPricing memory pricing) = _new();
        terms.taxBps = 10_000;
        pricing.elements = new Element[](6);
        uint256[6] memory right = [
            uint256(1439), // until midnight
            1439 << 16,
            1439 | 1438 << 16,
            0x7f << 32,
            uint256(type(uint32).max - 1) << 40 | uint256(type(uint32).max) << 72,
            uint256(type(uint32).max) << 104
        ];
        for (uint256 i; i < right.length; ++i) {
            pricing.elements[i].restrictions = Restrictions.wrap(right[i]);
        }
        int32[2] memory offsets = [int32(50_400), -50_400];
        for (uint256 i; i < offsets.length; ++i) {
            pricing.utcOffsetSeconds = offsets[i];
            stations.publishTariff(terms, pricing);
            vm.assertTrue(stations.isPublished(Expected.tariffId(terms, pricing)));
        }
    }

    // ---------------------------------------------------------------- what the format has and this release refuses

    function test_refuses_aNoShowFee() public {
        (TariffTerms memory terms, TariffPricing memory pricing) = _new();
        pricing.noShowFee = 1;
        _refusesPart(terms, pricing, "noShowFee");
    }

    function test_refuses_everyPartOfReservations() public {
        (TariffTerms memory terms, TariffPricing memory pricing) = _new();
        terms.reservation = ReservationTerms(1, 0, 0, 0);
        _refusesPart(terms, pricing, "reservation");
        terms.reservation = ReservationTerms(0, 1, 0, 0);
        _refusesPart(terms, pricing, "reservation");
        terms.reservation = ReservationTerms(0, 0, 1, 0);
        _refusesPart(terms, pricing, "reservation");
        terms.reservation = ReservationTerms(0, 0, 0, 1);
        _refusesPart(terms, pricing, "reservation");
    }

    function test_refuses_feeds() public {
        (TariffTerms memory terms, TariffPricing memory pricing) = _new();
        terms.feeds = new PriceFeed[](1);
        _refusesPart(terms, pricing, "feeds");
        terms.feeds = new PriceFeed[](0);
        terms.priceDecimals = 2;
        _refusesPart(terms, pricing, "feeds");
    }

    function test_refuses_aSequencerFeed() public {
        (TariffTerms memory terms, TariffPricing memory pricing) = _new();
        terms.sequencerFeed = STRANGER;
        _refusesPart(terms, pricing, "sequencerFeed");
        terms.sequencerFeed = address(0);
        terms.sequencerGraceSeconds = 1;
        _refusesPart(terms, pricing, "sequencerFeed");
    }

    function _refusesPart(TariffTerms memory terms, TariffPricing memory pricing, string memory part) private {
        _refuses(terms, pricing, abi.encodeWithSelector(IStationRegistry.TariffPartUnsupported.selector, part));
    }

    function _refuses(TariffTerms memory terms, TariffPricing memory pricing, bytes memory error_) private {
        vm.expectRevert(error_);
        stations.publishTariff(terms, pricing);
        vm.assertFalse(stations.isPublished(Expected.tariffId(terms, pricing)));
    }
}
