// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ChargingSessions } from "../../../contracts/ChargingSessions.sol";
import { OracleRegistry } from "../../../contracts/OracleRegistry.sol";
import { StationRegistry } from "../../../contracts/StationRegistry.sol";
import { IChargingSessions } from "../../../contracts/interfaces/IChargingSessions.sol";
import { TestCurrency } from "../../../contracts/local/TestCurrency.sol";
import { vm } from "./Vm.sol";

/// @notice The three contracts, which know one another from their constructors: the addresses are computed beforehand.
abstract contract Deployment {
    uint256 internal constant START = 1_800_000_000;
    uint32 internal constant MAX_DURATION = 7 days;
    uint32 internal constant LEAST_WINDOW = 6 hours;
    uint32 internal constant GREATEST_WINDOW = 72 hours;
    uint40 internal constant UNBONDING_SECONDS = 21 days;
    uint128 internal constant MINIMUM_BOND = 1000e6;
    address internal constant NATIVE = 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE;
    uint256 internal constant NATIVE_ID = uint256(uint160(NATIVE));

    TestCurrency internal euro;
    StationRegistry internal stations;
    OracleRegistry internal oracles;
    ChargingSessions internal sessions;
    uint256 internal euroId;

    function _deployNetwork() internal {
        vm.warp(START);
        vm.roll(1000);
        euro = new TestCurrency();
        euroId = uint256(uint160(address(euro)));

        IChargingSessions predicted =
            IChargingSessions(vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 2));
        stations = new StationRegistry(predicted, LEAST_WINDOW, GREATEST_WINDOW);
        oracles = new OracleRegistry(predicted, euro, MINIMUM_BOND, UNBONDING_SECONDS, MAX_DURATION);
        sessions = new ChargingSessions(stations, oracles, MAX_DURATION);
        vm.assertEq(address(sessions), address(predicted), "predicted address");

        vm.label(address(euro), "TestCurrency");
        vm.label(address(stations), "StationRegistry");
        vm.label(address(oracles), "OracleRegistry");
        vm.label(address(sessions), "ChargingSessions");
    }
}
