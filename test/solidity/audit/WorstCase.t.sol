// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../contracts/interfaces/IChargingSessions.sol";
import { IOracleRegistry } from "../../../contracts/interfaces/IOracleRegistry.sol";
import { IStationRegistry } from "../../../contracts/interfaces/IStationRegistry.sol";
import { Filing } from "../../../contracts/types/Session.sol";
import { Period, PeriodKind, Statement, StopReason } from "../../../contracts/types/Statement.sol";
import { Evse, EvseKind, StationConfig, StationPlace } from "../../../contracts/types/Station.sol";
import { Element, Restrictions, TariffPricing } from "../../../contracts/types/Tariff.sol";
import { Expected } from "../base/Expected.sol";
import { Fixture, Live, Site } from "../base/Fixture.sol";
import { vm } from "../base/Vm.sol";

/// @notice Every list as long as it may be: no step gets near what a transaction may use. The figures in
/// docs/security.md are `forge test --match-path test/solidity/audit/WorstCase.t.sol --gas-report`, which runs each call
/// as a transaction of its own.
contract WorstCaseTest is Fixture {
    /// EIP-7825.
    uint256 private constant TRANSACTION_GAS_LIMIT = 1 << 24;
    uint256 private constant PERIOD_SECONDS = 65_537;
    uint256 private constant END = START + 256 * PERIOD_SECONDS;

    /// @dev Calls and compares with a quarter of the limit: warm slots make it cheaper here than it will be.
    function _call(address caller, address target, bytes memory data) private {
        vm.prank(caller);
        uint256 gas = gasleft();
        (bool done, bytes memory answer) = target.call(data);
        gas -= gasleft();
        if (!done) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
        // EIP-2028: at most 16 gas a byte.
        vm.assertLe(21_000 + 16 * data.length + gas, TRANSACTION_GAS_LIMIT / 4, "gas");
    }

    function _sixteenElements(uint128 pricePerKwh) private pure returns (TariffPricing memory pricing) {
        pricing = _pricing();
        Element memory first = pricing.elements[0];
        first.pricePerKwh = pricePerKwh;
        pricing.elements = new Element[](16);
        pricing.elements[0] = first;
        uint128 most = type(uint128).max;
        for (uint256 i = 1; i < 16; ++i) {
            pricing.elements[i] = Element(most, most, most, most, Restrictions.wrap(0));
        }
    }

    /// @dev 64 EVSEs under 16 tariffs of 16 elements, 16 of 16 operators with a fee.
    function _largestSite() private returns (Site memory site) {
        for (uint256 i = 5; i <= 16; ++i) {
            _registerOperator(i);
        }
        site.terms = _terms();
        site.committee = _committee(16, 1600, 1, 16);
        site.config.registrant = OWNER;
        site.config.committeeId = Expected.committeeId(site.committee);
        site.config.tariffIds = new bytes32[](16);
        for (uint128 i; i < 16; ++i) {
            site.pricing = _sixteenElements(490_000 + i);
            bytes memory call_ = abi.encodeCall(IStationRegistry.publishTariff, (site.terms, site.pricing));
            _call(OWNER, address(stations), call_);
            site.config.tariffIds[i] = Expected.tariffId(site.terms, site.pricing);
        }
        site.config.evses = new Evse[](64);
        for (uint256 i; i < 64; ++i) {
            site.config.evses[i] = Evse({
                id: bytes32(
                    abi.encodePacked("FRABCE", "ZZZZZZZZZZZZZZZZZZZZZZZZ", uint8(0x41 + i / 26), uint8(0x41 + i % 26))
                ),
                maxPowerW: 10_000_000,
                kind: EvseKind.Swap,
                inService: true,
                tariffMask: type(uint16).max,
                connectors: 0x4040404040404040,
                meterKeyHash: 0
            });
        }
        site.stationId = uint256(Expected.configHash(site.config));
    }

    function _mostPeriods() private pure returns (Period[] memory periods) {
        periods = new Period[](256);
        for (uint256 i; i < 256; ++i) {
            periods[i] = _period(START + i * PERIOD_SECONDS, PERIOD_SECONDS, 0x01010101, PeriodKind(i % 2));
        }
    }

    function _activateAll(Site memory site, uint256 first) private {
        bytes32 pricingHash = Expected.pricingHash(site.pricing);
        for (uint256 i = first; i < 64; ++i) {
            bytes memory call_ = abi.encodeCall(
                IChargingSessions.activateOffer, (_offer(site, i), site.config, site.terms, pricingHash)
            );
            _call(STRANGER, address(sessions), call_);
        }
    }

    function _settleTheLongest(Site memory site, Live memory live) private {
        Statement memory statement = _interim(1, _mostPeriods());
        statement.evidence = keccak256("evidence");
        _call(
            STRANGER, address(sessions), abi.encodeCall(IChargingSessions.checkpoint, (_filing(site, live, statement)))
        );
        _call(driver, address(sessions), abi.encodeCall(IChargingSessions.topUp, (live.offer, live.session, 1e6)));
        _call(driver, address(sessions), abi.encodeCall(IChargingSessions.requestStop, (live.offer, live.session)));
        (statement.sequence, statement.stopReason) = (2, StopReason.Local);
        _call(STRANGER, address(sessions), abi.encodeCall(IChargingSessions.settle, (_filing(site, live, statement))));
        vm.assertEq(sessions.evseState(live.offer.evse).status, 0);
    }

    function _closeTheLongest(Site memory site, Live memory live) private {
        Filing memory filing = _filing(site, live, _interim(1, _mostPeriods()));
        _call(STRANGER, address(sessions), abi.encodeCall(IChargingSessions.checkpoint, (filing)));
        bytes memory call_ = abi.encodeCall(
            IChargingSessions.close, (live.offer, live.session, site.terms, Expected.pricingHash(site.pricing))
        );
        _call(STRANGER, address(sessions), call_);
        vm.assertEq(sessions.evseState(live.offer.evse).status, 0);
    }

    function test_everyListAsLongAsItMayBe() public {
        Site memory site = _largestSite();
        for (uint256 i = 1; i <= 16; ++i) {
            _call(_operator(i), address(oracles), abi.encodeCall(IOracleRegistry.acceptCommittee, (site.committee)));
        }
        bytes memory metadata = new bytes(4096);
        for (uint256 i; i < metadata.length; ++i) {
            metadata[i] = "x";
        }
        StationPlace memory place = StationPlace(-1, -1, string(metadata));
        _call(OWNER, address(stations), abi.encodeCall(IStationRegistry.register, (place, site.config)));

        _activateAll(site, 0);
        Live memory settled = _openAt(site, 62, driver, DEPOSIT, MAX_DURATION);
        Live memory closed = _openAt(site, 63, driver, DEPOSIT, MAX_DURATION);
        vm.warp(END);
        _settleTheLongest(site, settled);
        _closeTheLongest(site, closed);

        StationConfig memory next = abi.decode(abi.encode(site.config), (StationConfig));
        next.evses[0].inService = false;
        _call(
            OWNER, address(stations), abi.encodeCall(IStationRegistry.reconfigure, (site.stationId, site.config, next))
        );
        site.config = next;
        _activateAll(site, 1);
        _call(OWNER, address(stations), abi.encodeCall(stations.transferFrom, (OWNER, STRANGER, site.stationId)));
        vm.assertEq(stations.ownerOf(site.stationId), STRANGER);
        _call(_operator(16), address(oracles), abi.encodeCall(IOracleRegistry.deactivateCommittee, (site.committee)));
    }
}
