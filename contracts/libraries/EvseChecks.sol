// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IStationRegistry } from "../interfaces/IStationRegistry.sol";
import { Evse, StationConfig } from "../types/Station.sol";

/// @notice What an EVSE must look like to be registered.
library EvseChecks {
    /// 10 MW: above every charger there is, below what overflows a statement.
    uint32 internal constant MAX_POWER_W = 10_000_000;
    uint256 internal constant MIN_ID_LENGTH = 7;
    /// Highest connector code: the sdk's table ends at 43, the rest is for connectors yet to come.
    uint8 internal constant MAX_CONNECTOR = 64;

    /// @dev Refuses the index-th EVSE by name, also when an earlier one has the same id.
    function check(StationConfig calldata config, uint256 index) internal pure {
        Evse calldata evse = config.evses[index];
        if (!isEvseId(evse.id)) revert IStationRegistry.InvalidEvseId(index, evse.id);
        for (uint256 i; i < index; ++i) {
            if (config.evses[i].id == evse.id) revert IStationRegistry.DuplicateEvseId(index, evse.id);
        }
        if (evse.maxPowerW == 0 || evse.maxPowerW > MAX_POWER_W) {
            revert IStationRegistry.InvalidMaxPower(index, evse.maxPowerW);
        }
        uint256 tariffs = config.tariffIds.length;
        if (evse.tariffMask == 0 || evse.tariffMask >> tariffs != 0) {
            revert IStationRegistry.InvalidTariffMask(index, evse.tariffMask, tariffs);
        }
        if (!areConnectors(evse.connectors)) revert IStationRegistry.InvalidConnectors(index, evse.connectors);
        if (evse.meterKeyHash != 0) revert IStationRegistry.MeterKeyNotAccepted(index);
    }

    /// @notice eMI3: country (2 letters), operator (3 alphanumerics), `E`, outlet (alphanumerics); upper case, no
    /// separators, zeros to the right only.
    function isEvseId(bytes32 id) internal pure returns (bool) {
        uint256 length;
        while (length < 32 && id[length] != 0) {
            bytes1 c = id[length];
            bool letter = c >= "A" && c <= "Z";
            bool digit = c >= "0" && c <= "9";
            if (!letter && (!digit || length < 2)) return false;
            if (length == 5 && c != "E") return false;
            ++length;
        }
        // Nothing behind the first zero byte.
        return length >= MIN_ID_LENGTH && (length == 32 || uint256(id) << (8 * length) == 0);
    }

    /// @notice At least one connector; codes from 1, zeros to the right only.
    function areConnectors(bytes8 connectors) internal pure returns (bool) {
        uint256 count;
        while (count < 8 && connectors[count] != 0) {
            if (uint8(connectors[count]) > MAX_CONNECTOR) return false;
            ++count;
        }
        return count != 0 && (count == 8 || connectors << (8 * count) == 0);
    }
}
