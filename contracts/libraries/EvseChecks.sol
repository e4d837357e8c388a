// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IStationRegistry } from "../interfaces/IStationRegistry.sol";
import { Evse } from "../types/Station.sol";

/// @notice What an EVSE must look like to be registered. All bytes of an id are looked at together, since one after the
/// other would cost as much as storing them: adding 0x80 - n to each byte sets its highest bit where it is n or more.
/// test/solidity/fuzz/EvseChecks.t.sol has the plain form.
library EvseChecks {
    /// 10 MW: above every charger there is, below what overflows a statement.
    uint32 internal constant MAX_POWER_W = 10_000_000;
    uint256 internal constant MIN_ID_LENGTH = 7;
    /// Highest connector code: the sdk's table ends at 43, the rest is for connectors yet to come.
    uint8 internal constant MAX_CONNECTOR = 64;

    /// Every byte 1: times n, every byte n.
    uint256 private constant ONES = 0x0101010101010101010101010101010101010101010101010101010101010101;
    /// Every byte's highest bit: the answers for 32 bytes at once.
    uint256 private constant HIGH = 0x8080808080808080808080808080808080808080808080808080808080808080;
    uint256 private constant FIRST_OF_OUTLET = 0x80 << (8 * (32 - MIN_ID_LENGTH));

    /// @dev Refuses the index-th EVSE by name, also when an earlier one has the same id.
    /// @param tariffs How many tariffs the station has.
    function check(Evse[] calldata evses, uint256 index, uint256 tariffs) internal pure {
        (bytes32 id, uint256 powerW, uint256 mask, bytes32 connectors, bytes32 meterKeyHash) = _read(evses, index);
        if (!isEvseId(id)) revert IStationRegistry.InvalidEvseId(index, id);
        if (_isTaken(evses, index, id)) revert IStationRegistry.DuplicateEvseId(index, id);
        if (powerW == 0 || powerW > MAX_POWER_W) revert IStationRegistry.InvalidMaxPower(index, uint32(powerW));
        if (mask == 0 || mask >> tariffs != 0) revert IStationRegistry.InvalidTariffMask(index, uint16(mask), tariffs);
        if (!areConnectors(bytes8(connectors))) revert IStationRegistry.InvalidConnectors(index, bytes8(connectors));
        if (meterKeyHash != 0) revert IStationRegistry.MeterKeyNotAccepted(index);
    }

    /// @dev The fields that have rules of their own, as whole words, which is cheaper than the compiler's way of reading
    /// each. Whatever does not fit its type is refused here, so the conversions above lose nothing.
    function _read(Evse[] calldata evses, uint256 index)
        private
        pure
        returns (bytes32 id, uint256 powerW, uint256 mask, bytes32 connectors, bytes32 meterKeyHash)
    {
        Evse calldata evse = evses[index];
        bool dirty;
        assembly ("memory-safe") {
            id := calldataload(evse)
            powerW := calldataload(add(evse, 0x20))
            mask := calldataload(add(evse, 0x80))
            connectors := calldataload(add(evse, 0xa0))
            meterKeyHash := calldataload(add(evse, 0xc0))
            // The kind is one of three, `inService` one of two.
            dirty := or(gt(calldataload(add(evse, 0x40)), 2), gt(calldataload(add(evse, 0x60)), 1))
            dirty := or(dirty, iszero(iszero(or(or(shr(32, powerW), shr(16, mask)), shl(64, connectors)))))
        }
        if (dirty) revert IStationRegistry.MalformedEvse(index);
    }

    /// @notice eMI3: country (2 letters), operator (3 alphanumerics), `E`, outlet (alphanumerics); upper case, no
    /// separators, zeros to the right only.
    function isEvseId(bytes32 id) internal pure returns (bool) {
        uint256 x = uint256(id);
        // Not ASCII, and below a sum could carry into the next byte.
        if (x & HIGH != 0) return false;
        unchecked {
            uint256 letters = (x + (0x80 - 0x41) * ONES) & ~(x + (0x80 - 0x5b) * ONES) & HIGH;
            uint256 digits = (x + (0x80 - 0x30) * ONES) & ~(x + (0x80 - 0x3a) * ONES) & HIGH;
            uint256 used = (x + 0x7f * ONES) & HIGH;
            // The country's two, the type, and of the outlet at least one; all before it are there then.
            return used == letters | digits && _isPrefix(used) && letters >> 240 == 0x8080 && (x >> 208) & 0xff == 0x45
                && used & FIRST_OF_OUTLET != 0;
        }
    }

    /// @notice At least one connector; codes from 1, zeros to the right only.
    function areConnectors(bytes8 connectors) internal pure returns (bool) {
        uint256 x = uint256(bytes32(connectors));
        if (x >> 248 == 0 || x & HIGH != 0) return false;
        unchecked {
            return (x + (0x7f - uint256(MAX_CONNECTOR)) * ONES) & HIGH == 0 && _isPrefix((x + 0x7f * ONES) & HIGH);
        }
    }

    /// @dev Whether no byte that has its highest bit comes after one that has not.
    function _isPrefix(uint256 bits) private pure returns (bool) {
        return (bits << 8) & ~bits == 0;
    }

    function _isTaken(Evse[] calldata evses, uint256 index, bytes32 id) private pure returns (bool taken) {
        assembly ("memory-safe") {
            let evse := evses.offset
            // An EVSE is seven words, its id the first. The caller has read the index-th: all before it lie in calldata.
            for { let end := add(evse, mul(index, 0xe0)) } lt(evse, end) { evse := add(evse, 0xe0) } {
                if eq(calldataload(evse), id) { taken := 1 }
            }
        }
    }
}
