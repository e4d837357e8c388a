// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../contracts/interfaces/IChargingSessions.sol";
import { IOracleRegistry } from "../../../contracts/interfaces/IOracleRegistry.sol";
import { IStationRegistry } from "../../../contracts/interfaces/IStationRegistry.sol";
import { Committee } from "../../../contracts/types/Committee.sol";
import { Filing } from "../../../contracts/types/Session.sol";
import { Expected } from "../base/Expected.sol";
import { Fixture, Live, Site } from "../base/Fixture.sol";
import { vm } from "../base/Vm.sol";

/// @notice The contracts hash structs as they lie in calldata. So every bit that a clean encoding leaves zero is set,
/// word by word, in the calldata of each function, and whatever still succeeds must have done exactly the same.
contract DirtyCalldataTest is Fixture {
    /// @dev The call with one bit of one of its argument words the other way round.
    function _flip(bytes memory data, uint256 word, uint256 bit) private pure returns (bytes memory dirty) {
        dirty = bytes.concat(data);
        assembly ("memory-safe") {
            let slot := add(add(dirty, 0x24), shl(5, word))
            mstore(slot, xor(mload(slot), shl(bit, 1)))
        }
    }

    function _words(bytes memory data) private pure returns (uint256) {
        return (data.length - 4) / 32;
    }

    /// @dev Every word of the call with one bit flipped. Refused, or harmless: an offset may point anywhere where the
    /// same is read, but then the events, which carry all there is, are the same as without the flip.
    function _survivesEveryFlip(address target, address caller, bytes memory data, uint256[] memory bits) private {
        uint256 snapshot = vm.snapshotState();
        (bool clean, bytes32 cleanLogs) = _call(target, caller, data);
        vm.assertTrue(clean, "clean");
        for (uint256 word; word < _words(data); ++word) {
            for (uint256 b; b < bits.length; ++b) {
                vm.revertToState(snapshot);
                snapshot = vm.snapshotState();
                (bool done, bytes32 logs) = _call(target, caller, _flip(data, word, bits[b]));
                if (done) {
                    vm.assertEq(logs, cleanLogs, string.concat("word ", _decimal(word), ", bit ", _decimal(bits[b])));
                }
            }
        }
        vm.revertToState(snapshot);
    }

    function _call(address target, address caller, bytes memory data) private returns (bool done, bytes32 logs) {
        vm.recordLogs();
        vm.prank(caller);
        (done,) = target.call(data);
        logs = keccak256(abi.encode(vm.getRecordedLogs()));
    }

    function _bits() private pure returns (uint256[] memory bits) {
        bits = new uint256[](5);
        (bits[0], bits[1], bits[2], bits[3], bits[4]) = (255, 200, 160, 129, 41);
    }

    /// @dev Those that no address has.
    function _highBits() private pure returns (uint256[] memory bits) {
        bits = new uint256[](3);
        (bits[0], bits[1], bits[2]) = (255, 200, 160);
    }

    /// @dev Those that no field of a tariff has: its restrictions take the lower 168.
    function _unusedBits() private pure returns (uint256[] memory bits) {
        bits = new uint256[](3);
        (bits[0], bits[1], bits[2]) = (255, 200, 168);
    }

    function test_settle() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        bytes memory data = abi.encodeCall(IChargingSessions.settle, (_halfHour(site, live)));
        _survivesEveryFlip(address(sessions), STRANGER, data, _bits());
    }

    function test_checkpoint() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        Filing memory filing = _filing(site, live, _interim(1, _charging(START, 30 minutes, 10_000)));
        bytes memory data = abi.encodeCall(IChargingSessions.checkpoint, (filing));
        _survivesEveryFlip(address(sessions), STRANGER, data, _bits());
    }

    function test_close() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + DURATION + 24 hours);
        bytes memory data = abi.encodeCall(
            IChargingSessions.close, (live.offer, live.session, site.terms, Expected.pricingHash(site.pricing))
        );
        _survivesEveryFlip(address(sessions), STRANGER, data, _bits());
    }

    function test_activateOffer() public {
        Site memory site = _site();
        bytes memory data = abi.encodeCall(
            IChargingSessions.activateOffer,
            (_offer(site, 0), site.config, site.terms, Expected.pricingHash(site.pricing))
        );
        _survivesEveryFlip(address(sessions), STRANGER, data, _bits());
    }

    function test_open() public {
        Site memory site = _site();
        _activate(site, _offer(site, 0));
        bytes memory data = abi.encodeCall(IChargingSessions.open, (_offer(site, 0), DEPOSIT, DURATION, 0));
        _survivesEveryFlip(address(sessions), driver, data, _bits());
    }

    function test_topUpAndRequestStop() public {
        (, Live memory live) = _open();
        bytes memory data = abi.encodeCall(IChargingSessions.topUp, (live.offer, live.session, 5));
        _survivesEveryFlip(address(sessions), driver, data, _bits());
        data = abi.encodeCall(IChargingSessions.requestStop, (live.offer, live.session));
        _survivesEveryFlip(address(sessions), driver, data, _bits());
    }

    /// @dev A tariff with a dirty price must not be published: its hash would bind a price nobody can state again.
    function test_publishTariff() public {
        Site memory site = _site();
        site.terms.minimumDeposit = 7;
        bytes memory data = abi.encodeCall(IStationRegistry.publishTariff, (site.terms, site.pricing));
        _survivesEveryFlip(address(stations), STRANGER, data, _unusedBits());
    }

    function test_acceptCommittee() public {
        Committee memory committee = _committee(2, 300, 2, 3);
        bytes memory data = abi.encodeCall(IOracleRegistry.acceptCommittee, (committee));
        _survivesEveryFlip(address(oracles), _operator(2), data, _highBits());
    }

    function _decimal(uint256 value) private pure returns (string memory) {
        bytes memory digits;
        do {
            digits = abi.encodePacked(uint8(0x30 + value % 10), digits);
            value /= 10;
        } while (value != 0);
        return string(digits);
    }
}
