// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice The ruler of the gas benchmark, not a design: only the irreducible work of each operation. A prepaid ledger,
/// one word a live session, one EIP-712 signature a settlement, one event. No quorum, tariff, second exit or refusal by
/// name.
contract Floor {
    error Refused();

    event Registered(uint256 indexed station, address indexed owner, bytes32[] evses);
    event RegisteredFour(uint256 indexed station, address indexed owner, bytes32[4] evses);
    event Opened(bytes32 indexed evse, address indexed driver, uint256 account);
    event Settled(bytes32 indexed evse, address indexed driver, uint256 energyAndCost);

    bytes32 private constant READING = keccak256("Reading(bytes32 session,uint256 energyWh)");

    IERC20 private immutable TOKEN;
    bytes32 private immutable DOMAIN;

    mapping(address signer => uint256) public signers;
    /// owner (160 bits) | EVSE count (32) | price per kWh (32)
    mapping(uint256 station => uint256) public stations;
    mapping(bytes32 evse => uint256) public evses;
    /// balance (64) | locked (64) | session tag (128)
    mapping(address holder => uint256) public accounts;

    constructor(IERC20 token) {
        TOKEN = token;
        DOMAIN = keccak256(
            abi.encode(keccak256("EIP712Domain(uint256 chainId,address verifyingContract)"), block.chainid, this)
        );
    }

    function setSigner(address signer) external {
        signers[signer] = 1;
    }

    function setEvse(bytes32 evse, uint32 pricePerKwh) external {
        evses[evse] = uint256(uint160(msg.sender)) << 96 | pricePerKwh;
    }

    function registerStations(uint256 first, uint32 pricePerKwh, bytes32[4][] calldata ids) external {
        for (uint256 i; i < ids.length; ++i) {
            uint256 station = first + i;
            if (stations[station] != 0) revert Refused();
            stations[station] = uint256(uint160(msg.sender)) << 96 | 4 << 32 | pricePerKwh;
            emit RegisteredFour(station, msg.sender, ids[i]);
        }
    }

    function registerStation(uint256 station, uint32 pricePerKwh, bytes32[] calldata ids) external {
        if (stations[station] != 0) revert Refused();
        stations[station] = uint256(uint160(msg.sender)) << 96 | ids.length << 32 | pricePerKwh;
        emit Registered(station, msg.sender, ids);
    }

    function deposit(uint64 amount) external {
        accounts[msg.sender] += uint256(amount) << 192;
        TOKEN.transferFrom(msg.sender, address(this), amount);
    }

    function withdraw(uint64 amount) external {
        accounts[msg.sender] -= uint256(amount) << 192;
        TOKEN.transfer(msg.sender, amount);
    }

    function tagOf(bytes32 evse, address driver, bytes32 salt) public pure returns (uint128) {
        return uint128(uint256(keccak256(abi.encode(evse, driver, salt))));
    }

    function open(bytes32 evse, bytes32 salt, uint64 lock) external {
        if (evses[evse] == 0) revert Refused();
        uint256 account = accounts[msg.sender];
        if (uint128(account) != 0 || account >> 192 < lock) revert Refused();
        unchecked {
            account = account - (uint256(lock) << 192) + (uint256(lock) << 128) + tagOf(evse, msg.sender, salt);
        }
        accounts[msg.sender] = account;
        emit Opened(evse, msg.sender, account);
    }

    function settle(bytes32 evse, address driver, bytes32 salt, uint256 energyWh, bytes32 r, bytes32 vs) external {
        uint128 tag = tagOf(evse, driver, salt);
        bytes32 digest = keccak256(abi.encode(READING, bytes32(uint256(tag)), energyWh));
        digest = keccak256(abi.encodePacked(hex"1901", DOMAIN, digest));
        bytes32 s = vs & bytes32(uint256(type(int256).max));
        if (signers[ecrecover(digest, uint8(uint256(vs) >> 255) + 27, r, s)] == 0) revert Refused();

        uint256 word = evses[evse];
        uint256 account = accounts[driver];
        if (uint128(account) != tag) revert Refused();
        uint256 lock = uint64(account >> 128);
        uint256 cost;
        unchecked {
            cost = energyWh * uint32(word) / 1000;
            if (cost > lock) cost = lock;
            accounts[driver] = ((account >> 192) + lock - cost) << 192;
        }
        emit Settled(evse, driver, energyWh << 128 | cost);
        accounts[address(uint160(word >> 96))] += cost << 192;
    }
}
