// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ERC721 } from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

import { IChargingSessions } from "./interfaces/IChargingSessions.sol";
import { IStationRegistry } from "./interfaces/IStationRegistry.sol";
import { EncodedStation, EncodedStations } from "./libraries/EncodedStation.sol";
import { EvseChecks } from "./libraries/EvseChecks.sol";
import { Hashes } from "./libraries/Hashes.sol";
import { TariffChecks } from "./libraries/TariffChecks.sol";
import { Offer } from "./types/Session.sol";
import { Evse, StationConfig, StationPlace } from "./types/Station.sol";
import { TariffPricing, TariffTerms } from "./types/Tariff.sol";

/// @title StationRegistry
/// @notice Immutable, without owner, proxy or pause.
contract StationRegistry is IStationRegistry, ERC721 {
    uint256 public constant MAX_TARIFFS = 16;
    uint256 public constant MAX_EVSES = 64;
    uint256 public constant MAX_METADATA_LENGTH = 4096;
    /// More stations than a transaction can hold (EIP-7825).
    uint256 public constant MAX_BATCH = 512;

    IChargingSessions public immutable SESSIONS;
    /// Bounds of every tariff's settlement window, seconds.
    uint32 public immutable LEAST_WINDOW;
    uint32 public immutable GREATEST_WINDOW;

    mapping(bytes32 tariffId => bool) private _published;
    /// Zero until a station is first reconfigured: until then its id is its configuration's hash.
    mapping(uint256 stationId => bytes32) private _configs;
    mapping(uint256 stationId => uint32) private _epochs;

    constructor(IChargingSessions sessions, uint32 leastWindow, uint32 greatestWindow)
        ERC721("OpenJoule Station", "STATION")
    {
        if (leastWindow == 0 || leastWindow > greatestWindow) {
            revert InvalidSettlementWindow(leastWindow, 1, greatestWindow);
        }
        SESSIONS = sessions;
        LEAST_WINDOW = leastWindow;
        GREATEST_WINDOW = greatestWindow;
    }

    // -------------------------------------------------------------------------------------------------------- tariffs

    /// @inheritdoc IStationRegistry
    function publishTariff(TariffTerms calldata terms, TariffPricing calldata pricing)
        external
        returns (bytes32 tariffId)
    {
        TariffChecks.check(terms, pricing, LEAST_WINDOW, GREATEST_WINDOW);
        bytes32 termsHash = Hashes.terms(terms);
        tariffId = Hashes.tariff(termsHash, Hashes.pricing(pricing));
        if (_published[tariffId]) revert TariffAlreadyPublished(tariffId);
        _published[tariffId] = true;
        emit TariffPublished(tariffId, msg.sender, termsHash, terms, pricing);
    }

    // ------------------------------------------------------------------------------------------------------- stations

    /// @inheritdoc IStationRegistry
    function register(StationPlace calldata place, StationConfig calldata config) external returns (uint256 stationId) {
        if (config.registrant != msg.sender) revert WrongRegistrant(config.registrant, msg.sender);
        _checkPlace(place);
        (Evse[] calldata evses, uint256 tariffs) = _checkConfig(config);
        for (uint256 i; i < evses.length; ++i) {
            EvseChecks.check(evses, i, tariffs);
        }
        EncodedStation memory station = EncodedStations.encode(place, config);
        stationId = uint256(EncodedStations.configHash(station));
        if (_ownerOf(stationId) != address(0)) revert StationAlreadyRegistered(stationId);
        _mint(msg.sender, stationId);
        EncodedStations.emitRegistered(station, stationId, msg.sender);
    }

    /// @inheritdoc IStationRegistry
    function reconfigure(uint256 stationId, StationConfig calldata current, StationConfig calldata next) external {
        _requireOwner(stationId);
        _requireConfig(stationId, current);
        if (next.registrant != current.registrant) revert WrongRegistrant(next.registrant, current.registrant);
        (Evse[] calldata evses, uint256 tariffs) = _checkConfig(next);
        uint256 count = current.evses.length;
        if (evses.length < count) revert EvseRemoved(evses.length);
        for (uint256 i; i < evses.length; ++i) {
            if (i < count) {
                if (evses[i].id == 0) continue;
                if (current.evses[i].id == 0) revert EvseRetired(i);
            }
            EvseChecks.check(evses, i, tariffs);
        }
        _configs[stationId] = Hashes.config(next);
        SESSIONS.voidOffers(stationId, count);
        emit StationReconfigured(stationId, next);
    }

    /// @inheritdoc IStationRegistry
    function move(uint256 stationId, StationPlace calldata place) external {
        _requireOwner(stationId);
        _checkPlace(place);
        emit StationMoved(stationId, place);
    }

    /// @inheritdoc IStationRegistry
    function batch(bytes[] calldata calls) external {
        if (calls.length == 0 || calls.length > MAX_BATCH) revert InvalidBatchSize(calls.length, MAX_BATCH);
        for (uint256 i; i < calls.length; ++i) {
            bytes calldata call_ = calls[i];
            bool done;
            assembly ("memory-safe") {
                // The same memory for every call: kept apart, a full batch would pay 1,000 gas a station for it.
                let m := mload(0x40)
                calldatacopy(m, call_.offset, call_.length)
                done := delegatecall(gas(), address(), m, call_.length, 0, 0)
            }
            if (!done) revert BatchCallRefused(i, _returned());
        }
    }

    // ---------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IStationRegistry
    function checkOffer(
        Offer calldata offer,
        StationConfig calldata config,
        TariffTerms calldata terms,
        bytes32 pricingHash
    ) external view {
        uint256 stationId = (offer.evse >> 16) << 16;
        uint256 index = uint16(offer.evse);
        address owner = _ownerOf(stationId);
        if (owner == address(0)) revert UnknownStation(stationId);
        _requireConfig(stationId, config);
        if (index >= config.evses.length || config.evses[index].id == 0) revert UnknownEvse(offer.evse);
        Evse calldata evse = config.evses[index];
        if (!evse.inService) revert EvseOutOfService(offer.evse);
        if (!_offers(config, evse.tariffMask, offer.tariffId)) revert TariffNotOffered(offer.evse, offer.tariffId);

        if (offer.owner != owner) revert OfferOwnerMismatch(offer.owner, owner);
        if (offer.ownerEpoch != _epochs[stationId]) revert OfferEpochMismatch(offer.ownerEpoch, _epochs[stationId]);
        if (offer.committeeId != config.committeeId) {
            revert OfferCommitteeMismatch(offer.committeeId, config.committeeId);
        }
        if (offer.meterKeyHash != evse.meterKeyHash) revert OfferMeterMismatch(offer.meterKeyHash, evse.meterKeyHash);
        if (offer.powerCapW != evse.maxPowerW) revert OfferPowerMismatch(offer.powerCapW, evse.maxPowerW);

        bytes32 tariffId = Hashes.tariff(Hashes.terms(terms), pricingHash);
        if (tariffId != offer.tariffId) revert OfferTariffMismatch(offer.tariffId, tariffId);
        if (offer.currency != terms.currency) revert OfferCurrencyMismatch(offer.currency, terms.currency);
        if (offer.minimumDeposit != terms.minimumDeposit) {
            revert OfferDepositMismatch(offer.minimumDeposit, terms.minimumDeposit);
        }
    }

    /// @inheritdoc IStationRegistry
    function isPublished(bytes32 tariffId) external view returns (bool) {
        return _published[tariffId];
    }

    /// @inheritdoc IStationRegistry
    function ownerEpoch(uint256 stationId) external view returns (uint32) {
        return _epochs[stationId];
    }

    /// @inheritdoc IStationRegistry
    function configHash(uint256 stationId) external view returns (bytes32) {
        if (_ownerOf(stationId) == address(0)) revert UnknownStation(stationId);
        return _configHash(stationId);
    }

    // ------------------------------------------------------------------------------------------------------ internals

    /// @dev A sale starts a new owner epoch; what the former owner offered is void at once.
    function _update(address to, uint256 stationId, address auth) internal override returns (address from) {
        from = super._update(to, stationId, auth);
        if (from == address(0) || from == to) return from;
        uint32 epoch = ++_epochs[stationId];
        // The hash of a configuration carries its EVSE count.
        SESSIONS.voidOffers(stationId, uint8(uint256(_configHash(stationId)) >> 16));
        emit OwnerEpochStarted(stationId, epoch, to);
    }

    /// @dev What the last call returned or reverted with.
    function _returned() private pure returns (bytes memory data) {
        assembly ("memory-safe") {
            data := mload(0x40)
            mstore(0x40, add(data, and(add(returndatasize(), 0x3f), not(0x1f))))
            mstore(data, returndatasize())
            returndatacopy(add(data, 0x20), 0, returndatasize())
        }
    }

    function _configHash(uint256 stationId) private view returns (bytes32 stored) {
        stored = _configs[stationId];
        if (stored == 0) stored = bytes32(stationId);
    }

    function _requireConfig(uint256 stationId, StationConfig calldata config) private view {
        bytes32 given = Hashes.config(config);
        bytes32 stored = _configHash(stationId);
        if (given != stored) revert ConfigMismatch(stationId, given, stored);
    }

    function _requireOwner(uint256 stationId) private view {
        address owner = _ownerOf(stationId);
        if (owner == address(0)) revert UnknownStation(stationId);
        if (owner != msg.sender) revert NotStationOwner(stationId, msg.sender);
    }

    function _offers(StationConfig calldata config, uint256 tariffMask, bytes32 tariffId) private pure returns (bool) {
        for (uint256 i; i < config.tariffIds.length; ++i) {
            if (tariffMask & (1 << i) != 0 && config.tariffIds[i] == tariffId) return true;
        }
        return false;
    }

    function _checkPlace(StationPlace calldata place) private pure {
        (int32 latitudeE7, int32 longitudeE7) = (place.latitudeE7, place.longitudeE7);
        if (
            latitudeE7 < -900_000_000 || latitudeE7 > 900_000_000 || longitudeE7 < -1_800_000_000
                || longitudeE7 > 1_800_000_000
        ) revert InvalidCoordinates(latitudeE7, longitudeE7);
        uint256 length = bytes(place.metadata).length;
        if (length > MAX_METADATA_LENGTH) revert MetadataTooLong(length, MAX_METADATA_LENGTH);
    }

    /// @dev All but the EVSEs themselves, which it returns for the checks that are theirs.
    function _checkConfig(StationConfig calldata config) private view returns (Evse[] calldata evses, uint256 tariffs) {
        if (config.committeeId == 0) revert CommitteeMissing();
        bytes32[] calldata tariffIds = config.tariffIds;
        tariffs = tariffIds.length;
        if (tariffs == 0 || tariffs > MAX_TARIFFS) revert InvalidTariffCount(tariffs, MAX_TARIFFS);
        evses = config.evses;
        if (evses.length == 0 || evses.length > MAX_EVSES) revert InvalidEvseCount(evses.length, MAX_EVSES);
        for (uint256 i; i < tariffs; ++i) {
            if (!_published[tariffIds[i]]) revert TariffNotPublished(tariffIds[i]);
        }
    }
}
