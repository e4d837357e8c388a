// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Committee, Signature } from "../../../contracts/types/Committee.sol";
import { Filing, Offer, Session } from "../../../contracts/types/Session.sol";
import { Period, PeriodKind, Statement, StopReason } from "../../../contracts/types/Statement.sol";
import { Evse, EvseKind, StationConfig, StationPlace } from "../../../contracts/types/Station.sol";
import { Element, Restrictions, TariffPricing, TariffTerms } from "../../../contracts/types/Tariff.sol";
import { Deployment } from "./Deployment.sol";
import { Expected } from "./Expected.sol";
import { Signing } from "./Signing.sol";
import { vm } from "./Vm.sol";

/// @notice A station with all that its offers stand on.
struct Site {
    uint256 stationId;
    StationConfig config;
    TariffTerms terms;
    TariffPricing pricing;
    Committee committee;
}

/// @notice A session that was opened, with what has to be handed back to the contract.
struct Live {
    bytes32 sessionId;
    Offer offer;
    Session session;
}

/// @notice The smallest whole network: three contracts, four operators, a committee of 2 of 3 with a fee, a tariff with
/// every component, a station of four EVSEs, two drivers with ledger balances.
abstract contract Fixture is Deployment {
    address internal constant OWNER = address(uint160(uint256(keccak256("the owner"))));
    address internal constant STRANGER = address(uint160(uint256(keccak256("a stranger"))));
    uint256 internal constant DRIVER_KEY = uint256(keccak256("the driver's key"));
    uint256 internal constant SECOND_DRIVER_KEY = uint256(keccak256("the second driver's key"));
    uint160 private constant OPERATORS = uint160(0x0e) << 152;

    uint128 internal constant BOND = 5000e6;
    uint256 internal constant FUNDS = 1000e6;
    uint128 internal constant DEPOSIT = 60e6;
    uint32 internal constant DURATION = 4 hours;

    address internal driver;
    address internal secondDriver;

    function setUp() public virtual {
        _deployNetwork();
        driver = vm.addr(DRIVER_KEY);
        secondDriver = vm.addr(SECOND_DRIVER_KEY);
        vm.label(driver, "driver");
        vm.label(secondDriver, "second driver");
        vm.label(OWNER, "owner");
        for (uint256 i = 1; i <= 4; ++i) {
            _registerOperator(i);
        }
        Site memory site = _site();
        _accept(site.committee);
        _publish(site);
        _register(site);
        _fund(driver, FUNDS);
        _fund(secondDriver, FUNDS);
    }

    // ------------------------------------------------------------------------------------------ operators, committees

    /// @dev Ascending with the number, as committees list them.
    function _operator(uint256 number) internal pure returns (address) {
        return address(OPERATORS + uint160(number));
    }

    function _keyOf(address operator) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode("statement key", operator)));
    }

    function _registerOperator(uint256 number) internal {
        address operator = _operator(number);
        _giveEuro(operator, address(oracles), BOND);
        vm.prank(operator);
        oracles.registerOperator(BOND, 100, "https://oracle.example");
        _addKey(operator, _keyOf(operator));
    }

    function _addKey(address operator, uint256 privateKey) internal {
        address key = vm.addr(privateKey);
        bytes memory proof = Signing.full(privateKey, Expected.keyProofDigest(address(oracles), operator, key));
        vm.prank(operator);
        oracles.addKey(key, proof);
    }

    /// @notice Operators number `first` to `first + count - 1`.
    function _committee(uint8 threshold, uint16 feeBps, uint256 first, uint256 count)
        internal
        pure
        returns (Committee memory committee)
    {
        committee.threshold = threshold;
        committee.feeBps = feeBps;
        committee.members = new address[](count);
        for (uint256 i; i < count; ++i) {
            committee.members[i] = _operator(first + i);
        }
    }

    function _accept(Committee memory committee) internal {
        for (uint256 i; i < committee.members.length; ++i) {
            vm.prank(committee.members[i]);
            oracles.acceptCommittee(committee);
        }
    }

    // --------------------------------------------------------------------------------------------------------- tariffs

    function _terms() internal view returns (TariffTerms memory terms) {
        terms.currency = euroId;
        terms.minimumDeposit = 20e6;
        terms.settlementWindowSeconds = 24 hours;
        terms.connectionSeconds = 15 minutes;
    }

    /// @dev 0.49 a kWh, 1.20 an hour of charging, 6.00 an idle hour, 0.35 a session; at least 0.50, at most 200.
    function _pricing() internal pure returns (TariffPricing memory pricing) {
        pricing.minimum = 500_000;
        pricing.maximum = 200e6;
        pricing.elements = new Element[](1);
        pricing.elements[0] = Element({
            pricePerKwh: 490_000,
            pricePerHour: 1_200_000,
            idlePerHour: 6_000_000,
            flat: 350_000,
            restrictions: Restrictions.wrap(0)
        });
    }

    function _publish(Site memory site) internal {
        stations.publishTariff(site.terms, site.pricing);
    }

    // -------------------------------------------------------------------------------------------------------- stations

    /// @notice The station of the set-up, as it is registered.
    function _site() internal view returns (Site memory) {
        return _siteWith(_terms(), _pricing(), _committee(2, 500, 1, 3));
    }

    function _siteWith(TariffTerms memory terms, TariffPricing memory pricing, Committee memory committee)
        internal
        pure
        returns (Site memory site)
    {
        site.terms = terms;
        site.pricing = pricing;
        site.committee = committee;
        site.config.registrant = OWNER;
        site.config.committeeId = Expected.committeeId(committee);
        site.config.tariffIds = new bytes32[](1);
        site.config.tariffIds[0] = Expected.tariffId(terms, pricing);
        site.config.evses = new Evse[](4);
        for (uint256 i; i < 4; ++i) {
            site.config.evses[i] = _evse(i);
        }
        site.stationId = uint256(Expected.configHash(site.config));
    }

    function _evse(uint256 index) internal pure returns (Evse memory) {
        return Evse({
            id: bytes32(abi.encodePacked("FRABCE", uint8(0x31 + index))),
            maxPowerW: 150_000,
            kind: EvseKind.DC,
            inService: true,
            tariffMask: 1,
            connectors: hex"0403",
            meterKeyHash: 0
        });
    }

    function _place() internal pure returns (StationPlace memory) {
        return StationPlace({ latitudeE7: 488_566_000, longitudeE7: 23_522_000, metadata: '{"name":"Rivoli"}' });
    }

    function _register(Site memory site) internal {
        vm.prank(site.config.registrant);
        vm.assertEq(stations.register(_place(), site.config), site.stationId, "station id");
    }

    /// @notice What EVSE `index` of the site offers under its first tariff.
    function _offer(Site memory site, uint256 index) internal view returns (Offer memory) {
        return Offer({
            evse: site.stationId | index,
            owner: stations.ownerOf(site.stationId),
            ownerEpoch: stations.ownerEpoch(site.stationId),
            tariffId: Expected.tariffId(site.terms, site.pricing),
            committeeId: site.config.committeeId,
            meterKeyHash: site.config.evses[index].meterKeyHash,
            currency: site.terms.currency,
            minimumDeposit: site.terms.minimumDeposit,
            powerCapW: site.config.evses[index].maxPowerW
        });
    }

    function _activate(Site memory site, Offer memory offer) internal {
        sessions.activateOffer(offer, site.config, site.terms, Expected.pricingHash(site.pricing));
    }

    // ----------------------------------------------------------------------------------------------------------- money

    function _giveEuro(address holder, address spender, uint256 amount) internal {
        euro.mint(holder, amount);
        vm.prank(holder);
        euro.approve(spender, amount);
    }

    function _fund(address holder, uint256 amount) internal {
        _giveEuro(holder, address(sessions), amount);
        vm.prank(holder);
        sessions.deposit(address(euro), amount);
    }

    function _balance(address holder) internal view returns (uint256) {
        return sessions.balanceOf(holder, euroId);
    }

    // -------------------------------------------------------------------------------------------------------- sessions

    /// @notice A session of the driver at EVSE 0 of the set-up's station.
    function _open() internal returns (Site memory site, Live memory live) {
        site = _site();
        live = _openAt(site, 0, driver, DEPOSIT, DURATION);
    }

    function _openAt(Site memory site, uint256 index, address driver_, uint128 deposit, uint32 maxSeconds)
        internal
        returns (Live memory live)
    {
        live.offer = _offer(site, index);
        _activate(site, live.offer);
        live.session = _nextSession(live.offer, driver_, deposit, maxSeconds);
        vm.prank(driver_);
        live.sessionId = sessions.open(live.offer, deposit, maxSeconds, 0);
        vm.assertEq(live.sessionId, Expected.sessionId(address(sessions), live.session), "session id");
    }

    /// @notice What `open` would fix now.
    function _nextSession(Offer memory offer, address driver_, uint128 deposit, uint32 maxSeconds)
        internal
        view
        returns (Session memory)
    {
        return Session({
            offerHash: Expected.offerHash(offer),
            parentHash: blockhash(block.number - 1),
            driver: driver_,
            deposit: deposit,
            counter: sessions.evseState(offer.evse).counter + 1,
            openedAt: uint40(block.timestamp),
            maxSeconds: maxSeconds,
            extras: 0
        });
    }

    function _period(uint256 start, uint256 length, uint256 energyWh, PeriodKind kind) internal pure returns (Period) {
        return Period.wrap(start << 72 | length << 40 | energyWh << 8 | uint256(kind));
    }

    /// @notice One charging period.
    function _charging(uint256 start, uint256 length, uint256 energyWh)
        internal
        pure
        returns (Period[] memory periods)
    {
        periods = new Period[](1);
        periods[0] = _period(start, length, energyWh, PeriodKind.Charging);
    }

    function _final(Period[] memory periods) internal pure returns (Statement memory) {
        return
            Statement({ sequence: 9, stopReason: StopReason.EVDisconnected, waived: 0, evidence: 0, periods: periods });
    }

    function _interim(uint32 sequence, Period[] memory periods) internal pure returns (Statement memory) {
        return Statement({ sequence: sequence, stopReason: StopReason.None, waived: 0, evidence: 0, periods: periods });
    }

    /// @notice With the signatures of the committee's first members.
    function _filing(Site memory site, Live memory live, Statement memory statement)
        internal
        view
        returns (Filing memory)
    {
        uint256[] memory keys = new uint256[](site.committee.threshold);
        for (uint256 i; i < keys.length; ++i) {
            keys[i] = _keyOf(site.committee.members[i]);
        }
        return _filingBy(site, live, statement, keys);
    }

    function _filingBy(Site memory site, Live memory live, Statement memory statement, uint256[] memory keys)
        internal
        view
        returns (Filing memory filing)
    {
        filing.offer = live.offer;
        filing.session = live.session;
        filing.statement = statement;
        filing.committee = site.committee;
        filing.signatures = new Signature[](keys.length);
        bytes32 digest = Expected.statementDigest(address(sessions), live.sessionId, statement);
        for (uint256 i; i < keys.length; ++i) {
            filing.signatures[i] = Signing.compact(keys[i], digest);
        }
        filing.pricing = site.pricing;
        filing.termsHash = Expected.termsHash(site.terms);
    }

    /// @notice Half an hour with 10 kWh: 4.90 + 0.60 + 0.35 = 5.85.
    function _halfHour(Site memory site, Live memory live) internal view returns (Filing memory) {
        return _filing(site, live, _final(_charging(live.session.openedAt, 30 minutes, 10_000)));
    }

    function _closeNow(Site memory site, Live memory live) internal {
        sessions.close(live.offer, live.session, site.terms, Expected.pricingHash(site.pricing));
    }
}
