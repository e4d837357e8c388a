// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Offer } from "../types/Session.sol";
import { StationConfig, StationPlace } from "../types/Station.sol";
import { Restrictions, TariffPricing, TariffTerms } from "../types/Tariff.sol";
import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

/// @title Stations, their EVSEs and the tariffs they offer
/// @notice A station is an ERC-721 token: its holder is its owner. What it offers is stored as one hash and travels in
/// calldata and events. Nobody but its owner changes it, and no change touches a running session.
interface IStationRegistry is IERC721 {
    /// @notice A tariff now exists for ever under the hash of its contents.
    event TariffPublished(
        bytes32 indexed tariffId, address indexed publisher, bytes32 termsHash, TariffTerms terms, TariffPricing pricing
    );
    event StationRegistered(uint256 indexed stationId, address indexed owner, StationPlace place, StationConfig config);
    /// @notice Carries the whole new configuration.
    event StationReconfigured(uint256 indexed stationId, StationConfig config);
    event StationMoved(uint256 indexed stationId, StationPlace place);
    /// @notice The station changed hands; offers and hardware bindings of the former owner are void for new sessions.
    event OwnerEpochStarted(uint256 indexed stationId, uint32 ownerEpoch, address owner);

    error TariffAlreadyPublished(bytes32 tariffId);
    error TariffNotPublished(bytes32 tariffId);
    error InvalidElementCount(uint256 count, uint256 maximum);
    /// @notice An unknown bit, a time of day past midnight, a window without length or an empty range.
    error InvalidRestrictions(uint256 element, Restrictions restrictions);
    /// @notice More than 14 hours from UTC.
    error InvalidUtcOffset(int32 seconds_);
    error InvalidTax(uint16 taxBps, uint16 greatest);
    error InvalidSettlementWindow(uint32 seconds_, uint32 least, uint32 greatest);
    error InvalidConnectionTime(uint32 seconds_, uint32 greatest);
    error MinimumAboveMaximum(uint128 minimum, uint128 maximum);
    error MinimumDepositZero();
    /// @notice The tariff uses something that this release refuses by name.
    error TariffPartUnsupported(string part);
    error InvalidCurrency(uint256 currency);

    error StationAlreadyRegistered(uint256 stationId);
    error UnknownStation(uint256 stationId);
    error NotStationOwner(uint256 stationId, address caller);
    error InvalidCoordinates(int32 latitudeE7, int32 longitudeE7);
    error MetadataTooLong(uint256 length, uint256 maximum);
    error InvalidTariffCount(uint256 count, uint256 maximum);
    error InvalidEvseCount(uint256 count, uint256 maximum);
    error WrongRegistrant(address given, address expected);
    error CommitteeMissing();
    /// @notice A field holds more than its type.
    error MalformedEvse(uint256 index);
    error InvalidEvseId(uint256 index, bytes32 id);
    error DuplicateEvseId(uint256 index, bytes32 id);
    error InvalidMaxPower(uint256 index, uint32 powerW);
    error InvalidTariffMask(uint256 index, uint16 tariffMask, uint256 tariffs);
    error InvalidConnectors(uint256 index, bytes8 connectors);
    /// @notice A meter key is accepted by the committee's signature, not at registration.
    error MeterKeyNotAccepted(uint256 index);
    error EvseRemoved(uint256 index);
    error EvseRetired(uint256 index);
    error ConfigMismatch(uint256 stationId, bytes32 given, bytes32 stored);

    error InvalidBatchSize(uint256 count, uint256 maximum);
    /// @notice The call with this index was refused, for the reason that it gives itself; nothing of the batch was done.
    error BatchCallRefused(uint256 index, bytes reason);

    error UnknownEvse(uint256 evse);
    error EvseOutOfService(uint256 evse);
    error TariffNotOffered(uint256 evse, bytes32 tariffId);
    /// @notice The offer differs from what the station offers now.
    error OfferOwnerMismatch(address given, address current);
    error OfferEpochMismatch(uint32 given, uint32 current);
    error OfferCommitteeMismatch(bytes32 given, bytes32 current);
    error OfferMeterMismatch(bytes32 given, bytes32 current);
    error OfferPowerMismatch(uint32 given, uint32 current);
    error OfferTariffMismatch(bytes32 given, bytes32 computed);
    error OfferCurrencyMismatch(uint256 given, uint256 current);
    error OfferDepositMismatch(uint128 given, uint128 current);

    /// @notice Publishes a tariff; anybody may use it afterwards.
    function publishTariff(TariffTerms calldata terms, TariffPricing calldata pricing)
        external
        returns (bytes32 tariffId);

    /// @notice Registers a station owned by the caller. Its id is the hash of the configuration.
    /// @dev `config.registrant` must be the caller; every tariff must be published.
    function register(StationPlace calldata place, StationConfig calldata config) external returns (uint256 stationId);

    /// @notice Replaces what the station offers: adds, changes and retires EVSEs, changes tariffs and committee.
    /// @dev `current` must hash to what is stored. EVSEs keep their index; a retired one has id zero and stays so.
    function reconfigure(uint256 stationId, StationConfig calldata current, StationConfig calldata next) external;

    /// @notice Announces a new place or new metadata.
    function move(uint256 stationId, StationPlace calldata place) external;

    /// @notice Calls this contract many times in the caller's name, all or nothing: registers, changes, retires and moves
    /// many stations.
    /// @param calls Each a call's data with its selector, as `abi.encodeCall` gives it; 1 to 512.
    function batch(bytes[] calldata calls) external;

    /// @notice Reverts by name unless the station offers exactly this now.
    function checkOffer(
        Offer calldata offer,
        StationConfig calldata config,
        TariffTerms calldata terms,
        bytes32 pricingHash
    ) external view;

    function isPublished(bytes32 tariffId) external view returns (bool);
    function ownerEpoch(uint256 stationId) external view returns (uint32);
    function configHash(uint256 stationId) external view returns (bytes32);
}
