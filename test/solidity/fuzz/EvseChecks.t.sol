// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { EvseChecks } from "../../../contracts/libraries/EvseChecks.sol";
import { vm } from "../base/Vm.sol";
import { Random } from "./Random.sol";

/// @notice The checks of 32 bytes at once beside the same rules byte by byte.
contract EvseChecksFuzzTest {
    function _isEvseId(bytes32 id) private pure returns (bool) {
        uint256 length;
        while (length < 32 && id[length] != 0) {
            bytes1 c = id[length];
            bool letter = c >= "A" && c <= "Z";
            bool digit = c >= "0" && c <= "9";
            if (!letter && (!digit || length < 2)) return false;
            if (length == 5 && c != "E") return false;
            ++length;
        }
        for (uint256 i = length; i < 32; ++i) {
            if (id[i] != 0) return false;
        }
        return length >= 7;
    }

    function _areConnectors(bytes8 connectors) private pure returns (bool) {
        uint256 count;
        while (count < 8 && connectors[count] != 0) {
            if (uint8(connectors[count]) > 64) return false;
            ++count;
        }
        for (uint256 i = count; i < 8; ++i) {
            if (connectors[i] != 0) return false;
        }
        return count != 0;
    }

    function _check(bytes32 id) private pure returns (bool valid) {
        valid = _isEvseId(id);
        vm.assertTrue(EvseChecks.isEvseId(id) == valid, "EVSE id");
    }

    function _with(bytes32 id, uint256 index, uint256 byte_) private pure returns (bytes32) {
        uint256 shift = 8 * (31 - index);
        return bytes32((uint256(id) & ~(uint256(0xff) << shift)) | (byte_ << shift));
    }

    function testFuzz_anyBytes(bytes32 id, bytes8 connectors) public pure {
        _check(id);
        vm.assertTrue(EvseChecks.areConnectors(connectors) == _areConnectors(connectors), "connectors");
    }

    /// @dev A good id of any length with up to two bytes replaced by any others.
    function testFuzz_nearlyEvseIds(uint256 seed, uint8 changes) public pure {
        Random memory random = Random(seed);
        bytes memory alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        uint256 length = random.between(7, 32);
        bytes32 id;
        for (uint256 i; i < length; ++i) {
            id = _with(id, i, uint8(alphabet[random.between(0, i < 2 ? 25 : 35)]));
        }
        id = _with(id, 5, 0x45);
        vm.assertTrue(_check(id), "good");
        for (uint256 i; i < changes % 3; ++i) {
            id = _with(id, random.between(0, 31), random.between(0, 255));
            _check(id);
        }
    }

    /// @dev Every byte at every place of the shortest and of the longest id, and one behind the end of the shortest.
    function test_everyByteEverywhere() public pure {
        bytes32[2] memory ids = [bytes32("FR1BCE2"), "DEA2BEZZ0123456789ABCDEFGHIJKLMN"];
        uint256 accepted;
        for (uint256 i; i < 2; ++i) {
            for (uint256 index; index < 32; ++index) {
                for (uint256 byte_; byte_ < 256; ++byte_) {
                    if (_check(_with(ids[i], index, byte_))) ++accepted;
                }
            }
        }
        // Shortest: 26 letters twice, 36 three times, one type, 36; behind it zero everywhere, and 36 right behind.
        uint256 shortest = 2 * 26 + 3 * 36 + 1 + 36 + 25 + 36;
        // Longest: the same places, and 25 more, of which the last may also be zero.
        uint256 longest = 2 * 26 + 3 * 36 + 1 + 26 * 36 + 1;
        vm.assertEq(accepted, shortest + longest, "accepted");
    }

    function testFuzz_nearlyConnectors(uint256 seed) public pure {
        Random memory random = Random(seed);
        uint256 count = random.between(0, 8);
        bytes32 codes;
        for (uint256 i; i < count; ++i) {
            codes = _with(codes, i, random.between(1, 64));
        }
        vm.assertTrue(EvseChecks.areConnectors(bytes8(codes)) == (count != 0), "good");
        codes = _with(codes, random.between(0, 7), random.between(0, 255));
        vm.assertTrue(EvseChecks.areConnectors(bytes8(codes)) == _areConnectors(bytes8(codes)), "connectors");
    }
}
