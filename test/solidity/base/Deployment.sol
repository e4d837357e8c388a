// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ChargingSessions } from "../../../contracts/ChargingSessions.sol";
import { OracleRegistry } from "../../../contracts/OracleRegistry.sol";
import { SessionsExtension } from "../../../contracts/SessionsExtension.sol";
import { StationRegistry } from "../../../contracts/StationRegistry.sol";
import { IChargingSessions } from "../../../contracts/interfaces/IChargingSessions.sol";
import { IOracleRegistry } from "../../../contracts/interfaces/IOracleRegistry.sol";
import { ISessions } from "../../../contracts/interfaces/ISessions.sol";
import { IStationRegistry } from "../../../contracts/interfaces/IStationRegistry.sol";
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
    /// The same contract, with what its extension answers.
    ISessions internal whole;
    uint256 internal euroId;

    function _deployNetwork() internal {
        vm.warp(START);
        vm.roll(1000);
        euro = new TestCurrency();
        euroId = uint256(uint160(address(euro)));

        IChargingSessions predicted = IChargingSessions(_next(3));
        stations = new StationRegistry(predicted, LEAST_WINDOW, GREATEST_WINDOW);
        oracles = new OracleRegistry(predicted, euro, MINIMUM_BOND, UNBONDING_SECONDS, MAX_DURATION);
        sessions = _newSessions(stations, oracles, MAX_DURATION);
        whole = ISessions(address(sessions));
        vm.assertEq(address(sessions), address(predicted), "predicted address");

        vm.label(address(euro), "TestCurrency");
        vm.label(address(stations), "StationRegistry");
        vm.label(address(oracles), "OracleRegistry");
        vm.label(address(sessions), "ChargingSessions");
    }

    /// @notice An extension, and the sessions contract that it is made for.
    function _newSessions(IStationRegistry stations_, IOracleRegistry oracles_, uint32 maxDuration)
        internal
        returns (ChargingSessions)
    {
        SessionsExtension extension = new SessionsExtension(_next(1), maxDuration);
        return new ChargingSessions(stations_, oracles_, extension, maxDuration);
    }

    /// @notice Where this contract's creation number `skipped` from now, from 0, lands.
    function _next(uint256 skipped) internal view returns (address) {
        return vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + skipped);
    }
}
