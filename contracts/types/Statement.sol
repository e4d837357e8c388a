// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice One stretch of a session, packed: kind (8 bits, lowest), energyWh (32), seconds (32), start (40, UTC seconds).
type Period is uint256;

enum PeriodKind {
    Charging,
    Idle
}

/// @notice Why a session ended: OCPP 1.6 §7.20 in its order, then 2.0.1's limits, then our own.
/// `None` marks a statement that is not final.
enum StopReason {
    None,
    EmergencyStop,
    EVDisconnected,
    HardReset,
    Local,
    Other,
    PowerLoss,
    Reboot,
    Remote,
    SoftReset,
    UnlockCommand,
    DeAuthorized,
    EnergyLimitReached,
    TimeLimitReached,
    Fault,
    Refused,
    NoShow
}

/// @notice What the quorum says a meter said, from the session's start. EIP-712:
/// `Statement(bytes32 sessionId,uint32 sequence,uint8 stopReason,uint128 waived,bytes32 evidence,uint256[] periods)`;
/// the session id is recomputed and therefore not in the struct.
struct Statement {
    /// From 1, each higher one extends the one before.
    uint32 sequence;
    StopReason stopReason;
    /// Forgiven by the committee, base units; never shrinks.
    uint128 waived;
    /// EIP-712 hash of `Evidence(bytes32 meterRecords,bytes32 batteries)`, or zero.
    bytes32 evidence;
    /// At most 256, ascending, not overlapping.
    Period[] periods;
}
