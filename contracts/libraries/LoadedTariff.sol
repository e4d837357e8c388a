// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Element, TariffPricing } from "../types/Tariff.sol";

/// @notice A tariff's pricing in memory, in the words that its hash covers: minimum, maximum, noShowFee,
/// utcOffsetSeconds, then five words an element. A pointer to the first of them.
type LoadedTariff is uint256;

using LoadedTariffs for LoadedTariff global;

library LoadedTariffs {
    function load(TariffPricing calldata source) internal pure returns (LoadedTariff tariff, bytes32 pricingHash) {
        Element[] calldata elements = source.elements;
        assembly ("memory-safe") {
            tariff := mload(0x40)
            let size := mul(elements.length, 0xa0)
            mstore(0x40, add(tariff, add(0x80, size)))
            calldatacopy(tariff, source, 0x80)
            calldatacopy(add(tariff, 0x80), elements.offset, size)
            pricingHash := keccak256(tariff, add(0x80, size))
        }
    }

    function minimum(LoadedTariff tariff) internal pure returns (uint256) {
        return _word(tariff, 0);
    }

    function maximum(LoadedTariff tariff) internal pure returns (uint256) {
        return _word(tariff, 1);
    }

    function pricePerKwh(LoadedTariff tariff, uint256 element) internal pure returns (uint256) {
        return _word(tariff, 4 + 5 * element);
    }

    function pricePerHour(LoadedTariff tariff, uint256 element) internal pure returns (uint256) {
        return _word(tariff, 5 + 5 * element);
    }

    function idlePerHour(LoadedTariff tariff, uint256 element) internal pure returns (uint256) {
        return _word(tariff, 6 + 5 * element);
    }

    function flat(LoadedTariff tariff, uint256 element) internal pure returns (uint256) {
        return _word(tariff, 7 + 5 * element);
    }

    function _word(LoadedTariff tariff, uint256 index) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(tariff, shl(5, index)))
        }
    }
}
