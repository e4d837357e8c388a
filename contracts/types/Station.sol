// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

enum EvseKind {
    AC,
    DC,
    Swap
}

/// @notice One place where one vehicle charges. Its key is `stationId | index`, with the index in the low 16 bits.
struct Evse {
    /// eMI3 id without separators, upper case, left-aligned ASCII (`FRABCE123`), at most 32 characters; zero once retired.
    bytes32 id;
    uint32 maxPowerW;
    EvseKind kind;
    bool inService;
    /// Bit i set: the station's i-th tariff is offered here.
    uint16 tariffMask;
    /// One byte a connector, left-aligned, a `Connectors` code each (IEC 62196), at most 8.
    bytes8 connectors;
    /// keccak256 of the meter's secp256r1 public key, or zero when it does not sign.
    bytes32 meterKeyHash;
}

/// @notice What a station offers. Only its hash is stored; its contents travel in calldata and events.
/// The hash of a configuration is keccak256(abi.encode(config)) with its low 24 bits replaced by
/// `evses.length << 16`; a station's id is the hash of its first configuration.
struct StationConfig {
    /// Who registered the station first. It never changes, so that two owners never share a station id.
    address registrant;
    bytes32 committeeId;
    /// At most 16 published tariffs.
    bytes32[] tariffIds;
    /// 1 to 64 EVSEs; an index is for ever.
    Evse[] evses;
}

/// @notice Where a station is and what it is called.
struct StationPlace {
    /// Degrees × 1e7, WGS 84.
    int32 latitudeE7;
    int32 longitudeE7;
    /// URI or inline JSON that follows OCPI 2.2.1 §8.3.1 Location.
    string metadata;
}
