// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { IOracleRegistry } from "../../../../contracts/interfaces/IOracleRegistry.sol";
import { Expected } from "../../base/Expected.sol";
import { Fixture } from "../../base/Fixture.sol";
import { Signing } from "../../base/Signing.sol";
import { vm } from "../../base/Vm.sol";

/// @notice addKey, retireKey, operatorOf.
contract KeysTest is Fixture {
    uint256 private constant PRIVATE_KEY = uint256(keccak256("a new statement key"));
    address private operator;
    address private key;

    function setUp() public override {
        super.setUp();
        operator = _operator(1);
        key = vm.addr(PRIVATE_KEY);
    }

    function _proof(address operator_, address key_) private view returns (bytes memory) {
        return Signing.full(PRIVATE_KEY, Expected.keyProofDigest(address(oracles), operator_, key_));
    }

    function _refuses(bytes memory proof, address recovered) private {
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.KeyProofInvalid.selector, key, recovered));
        vm.prank(operator);
        oracles.addKey(key, proof);
    }

    function test_adds() public {
        bytes memory proof = _proof(operator, key);
        vm.expectCall(address(sessions), abi.encodeCall(IChargingSessions.setKey, (key, operator, uint40(START), 0)));
        vm.expectEmit(address(oracles));
        emit IOracleRegistry.KeyAdded(operator, key, uint40(block.timestamp));
        vm.prank(operator);
        oracles.addKey(key, proof);

        IOracleRegistry.Key memory stored = oracles.key(key);
        vm.assertEq(stored.operator, operator);
        vm.assertEq(stored.activeAt, block.timestamp);
        vm.assertEq(stored.retiredAt, 0);
    }

    function test_anOperatorHasSeveral() public {
        _addKey(operator, PRIVATE_KEY);
        vm.assertEq(oracles.operatorOf(key, uint40(block.timestamp)), operator);
        vm.assertEq(oracles.operatorOf(vm.addr(_keyOf(operator)), uint40(block.timestamp)), operator);
    }

    function test_refuses_whoeverIsNoActiveOperator() public {
        bytes memory proof = _proof(STRANGER, key);
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.NotAnActiveOperator.selector, STRANGER));
        vm.prank(STRANGER);
        oracles.addKey(key, proof);
    }

    function test_refuses_theZeroAddress() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.ZeroAddress.selector));
        vm.prank(operator);
        oracles.addKey(address(0), new bytes(65));
    }

    function test_refuses_aKeyOfAnother() public {
        _addKey(_operator(2), PRIVATE_KEY);
        bytes memory proof = _proof(operator, key);
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.KeyAlreadyClaimed.selector, key, _operator(2)));
        vm.prank(operator);
        oracles.addKey(key, proof);
    }

    function test_refuses_itsOwnRetiredKey() public {
        _addKey(operator, PRIVATE_KEY);
        vm.prank(operator);
        oracles.retireKey(key);
        bytes memory proof = _proof(operator, key);
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.KeyAlreadyClaimed.selector, key, operator));
        vm.prank(operator);
        oracles.addKey(key, proof);
    }

    function test_refuses_aProofForAnotherOperator() public {
        // What another operator submitted cannot be replayed by one who saw it.
        bytes memory proof = _proof(_operator(2), key);
        (uint8 v, bytes32 r, bytes32 s) = _split(proof);
        _refuses(proof, ecrecover(Expected.keyProofDigest(address(oracles), operator, key), v, r, s));
    }

    function test_refuses_aProofByAnotherKey() public {
        uint256 other = _keyOf(_operator(2));
        bytes memory proof = Signing.full(other, Expected.keyProofDigest(address(oracles), operator, key));
        _refuses(proof, vm.addr(other));
    }

    function test_refuses_aProofForAnotherContract() public {
        bytes memory proof = Signing.full(PRIVATE_KEY, Expected.keyProofDigest(address(sessions), operator, key));
        (uint8 v, bytes32 r, bytes32 s) = _split(proof);
        _refuses(proof, ecrecover(Expected.keyProofDigest(address(oracles), operator, key), v, r, s));
    }

    function test_refuses_aProofForAnotherChain() public {
        bytes memory proof = _proof(operator, key);
        vm.chainId(block.chainid + 1);
        (uint8 v, bytes32 r, bytes32 s) = _split(proof);
        _refuses(proof, ecrecover(Expected.keyProofDigest(address(oracles), operator, key), v, r, s));
    }

    function test_refuses_aMalleableProof() public {
        (uint8 v, bytes32 r, bytes32 s) =
            Signing.malleated(PRIVATE_KEY, Expected.keyProofDigest(address(oracles), operator, key));
        _refuses(abi.encodePacked(r, s, v), address(0));
    }

    function test_refuses_aProofOfTheWrongLength() public {
        bytes memory proof = _proof(operator, key);
        _refuses("", address(0));
        _refuses(bytes.concat(proof, hex"00"), address(0));
        _refuses(abi.encodePacked(bytes32(proof), bytes32(uint256(1))), address(0));
    }

    // ---------------------------------------------------------------------------------------------------------- retiring

    function test_retires() public {
        vm.warp(START + 100);
        address own = vm.addr(_keyOf(operator));
        vm.expectCall(
            address(sessions),
            abi.encodeCall(IChargingSessions.setKey, (own, operator, uint40(START), uint40(START + 100)))
        );
        vm.expectEmit(address(oracles));
        emit IOracleRegistry.KeyRetired(operator, own, uint40(START + 100));
        vm.prank(operator);
        oracles.retireKey(own);

        IOracleRegistry.Key memory stored = oracles.key(own);
        vm.assertEq(stored.operator, operator);
        vm.assertEq(stored.activeAt, START);
        vm.assertEq(stored.retiredAt, START + 100);
    }

    function test_counts_fromActivationUntilRetirement() public {
        vm.warp(START + 50);
        _addKey(operator, PRIVATE_KEY);
        vm.warp(START + 100);
        vm.assertEq(oracles.operatorOf(key, uint40(START + 1000)), operator, "not retired");
        vm.prank(operator);
        oracles.retireKey(key);

        vm.assertEq(oracles.operatorOf(key, uint40(START + 49)), address(0), "before activation");
        vm.assertEq(oracles.operatorOf(key, uint40(START + 50)), operator, "at activation");
        vm.assertEq(oracles.operatorOf(key, uint40(START + 99)), operator, "before retirement");
        vm.assertEq(oracles.operatorOf(key, uint40(START + 100)), address(0), "at retirement");
        vm.assertEq(oracles.operatorOf(STRANGER, uint40(START + 60)), address(0), "no key");
    }

    function test_refuses_toRetireAKeyOfAnother() public {
        address foreign = vm.addr(_keyOf(_operator(2)));
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.NotOwnKey.selector, foreign, _operator(2)));
        vm.prank(operator);
        oracles.retireKey(foreign);
    }

    function test_refuses_toRetireAnUnknownKey() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.NotOwnKey.selector, key, address(0)));
        vm.prank(operator);
        oracles.retireKey(key);
    }

    function test_refuses_toRetireTwice() public {
        address own = vm.addr(_keyOf(operator));
        vm.prank(operator);
        oracles.retireKey(own);
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.KeyAlreadyRetired.selector, own));
        vm.prank(operator);
        oracles.retireKey(own);
    }

    function test_anOperatorThatLeavesMayStillRetireItsKeys() public {
        address leaver = _operator(4);
        address key_ = vm.addr(_keyOf(leaver));
        vm.prank(leaver);
        oracles.startUnbonding();
        vm.prank(leaver);
        oracles.retireKey(key_);
    }

    function _split(bytes memory signature) private pure returns (uint8 v, bytes32 r, bytes32 s) {
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
            v := byte(0, mload(add(signature, 0x60)))
        }
    }
}
