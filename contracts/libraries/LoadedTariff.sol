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

    /// @notice Whether periods have to be priced one by one. An unrestricted first element is valid at every start, whatever
    /// comes after it. Read in place: one more user of `_word` and the compiler no longer inlines it (350 gas).
    function isRestricted(LoadedTariff tariff) internal pure returns (bool restricted) {
        assembly ("memory-safe") {
            restricted := mload(add(tariff, 0x100))
        }
    }

    /// @notice The words of a tariff as an array, for a call.
    function words(TariffPricing calldata source) internal pure returns (uint256[] memory array) {
        Element[] calldata elements = source.elements;
        assembly ("memory-safe") {
            array := mload(0x40)
            let size := mul(elements.length, 0xa0)
            mstore(0x40, add(array, add(0xa0, size)))
            mstore(array, add(4, mul(elements.length, 5)))
            calldatacopy(add(array, 0x20), source, 0x80)
            calldatacopy(add(array, 0xa0), elements.offset, size)
        }
    }

    function _word(LoadedTariff tariff, uint256 index) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(tariff, shl(5, index)))
        }
    }
}
