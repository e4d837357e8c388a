// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Cost } from "../../../contracts/libraries/Cost.sol";
import { EvseChecks } from "../../../contracts/libraries/EvseChecks.sol";
import { Hashes } from "../../../contracts/libraries/Hashes.sol";
import { LoadedTariff, LoadedTariffs } from "../../../contracts/libraries/LoadedTariff.sol";
import { Delivery, Periods } from "../../../contracts/libraries/Periods.sol";
import { RestrictedPricing } from "../../../contracts/libraries/RestrictedPricing.sol";
import { TariffChecks } from "../../../contracts/libraries/TariffChecks.sol";
import { Committee } from "../../../contracts/types/Committee.sol";
import { Period } from "../../../contracts/types/Statement.sol";
import { StationConfig } from "../../../contracts/types/Station.sol";
import { TariffPricing, TariffTerms } from "../../../contracts/types/Tariff.sol";

/// @notice Opens the libraries to calls from outside, so that test/contracts/ can compare them with the sdk. Never deployed
/// elsewhere.
contract LibraryHarness {
    struct CostCase {
        TariffPricing pricing;
        Period[] periods;
        uint256 waived;
        uint256 locked;
    }

    struct EvseCase {
        bytes32 id;
        bytes8 connectors;
    }

    /// Above every energy that 256 periods can hold: the power cap is not what is compared here.
    uint256 private constant NO_POWER_CAP = 1 << 128;

    function costs(CostCase[] calldata cases) external view returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            CostCase calldata given = cases[i];
            (LoadedTariff tariff,) = LoadedTariffs.load(given.pricing);
            Delivery memory delivery = Periods.check(given.periods, 0, NO_POWER_CAP);
            if (tariff.isRestricted()) {
                delivery.restrictedCost = RestrictedPricing.sum(LoadedTariffs.words(given.pricing), given.periods);
            }
            results[i] = Cost.compute(tariff, delivery, given.waived, given.locked);
        }
    }

    function checkPeriods(Period[] calldata periods, uint256 earliest, uint256 powerCapW)
        external
        view
        returns (Delivery memory)
    {
        return Periods.check(periods, earliest, powerCapW);
    }

    function checkTariff(
        TariffTerms calldata terms,
        TariffPricing calldata pricing,
        uint32 leastWindow,
        uint32 greatestWindow
    ) external pure {
        TariffChecks.check(terms, pricing, leastWindow, greatestWindow);
    }

    function checkEvses(EvseCase[] calldata cases) external pure returns (bool[] memory ids, bool[] memory connectors) {
        ids = new bool[](cases.length);
        connectors = new bool[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            ids[i] = EvseChecks.isEvseId(cases[i].id);
            connectors[i] = EvseChecks.areConnectors(cases[i].connectors);
        }
    }

    function tariffHashes(TariffTerms calldata terms, TariffPricing calldata pricing)
        external
        pure
        returns (bytes32 termsHash, bytes32 pricingHash, bytes32 tariffId)
    {
        termsHash = Hashes.terms(terms);
        pricingHash = Hashes.pricing(pricing);
        tariffId = Hashes.tariff(termsHash, pricingHash);
    }

    function committeeId(Committee calldata committee) external pure returns (bytes32) {
        return Hashes.committee(committee);
    }

    function configHash(StationConfig calldata config) external pure returns (bytes32) {
        return Hashes.config(config);
    }
}
