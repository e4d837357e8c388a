// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { Filing } from "../../../../contracts/types/Session.sol";
import { Statement, StopReason } from "../../../../contracts/types/Statement.sol";
import { EvseKind } from "../../../../contracts/types/Station.sol";
import { Fixture, Live, Site } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

/// @notice A battery swap is a session: what the given battery holds more than the taken one is its energy, the batteries are
/// its evidence, and it ends by the same two exits.
contract SwapOrderTest is Fixture {
    /// 53.7 kWh more, handed out within four minutes.
    uint256 private constant ENERGY_WH = 53_700;
    uint256 private constant SECONDS = 240;
    /// What hands out so much in so little time has this power.
    uint32 private constant POWER_CAP_W = 1_000_000;

    uint256 private _stationId;
    Live private _live;

    function setUp() public override {
        super.setUp();
        Site memory site = _swapSite();
        vm.prank(OWNER);
        _stationId = stations.register(_place(), site.config);
        site.stationId = _stationId;
        _live = _openAt(site, 0, driver, DEPOSIT, 1 hours);
    }

    /// @dev Structs with lists of structs cannot be kept in storage.
    function _swapSite() private view returns (Site memory site) {
        site = _site();
        site.config.evses[0].kind = EvseKind.Swap;
        site.config.evses[0].maxPowerW = POWER_CAP_W;
        // OpenJoule's own connector code 15, BATTERY_SLOT.
        site.config.evses[0].connectors = hex"0f";
        site.stationId = _stationId;
    }

    /// @dev What the sdk's `evidenceHash` and `batteriesHash` make of one battery taken and one given.
    function _evidence(uint16 takenStateOfChargeBps) private pure returns (bytes32) {
        bytes32 battery = keccak256("Battery(string id,uint16 stateOfChargeBps,uint16 stateOfHealthBps)");
        bytes32 taken = keccak256(abi.encode(battery, keccak256("NIO-100-000417"), takenStateOfChargeBps, uint16(9420)));
        bytes32 given = keccak256(abi.encode(battery, keccak256("NIO-100-000902"), uint16(9050), uint16(9810)));
        bytes32 batteries = keccak256(
            abi.encode(
                keccak256(
                    "Batteries(Battery[] taken,Battery[] given)Battery(string id,uint16 stateOfChargeBps,uint16 stateOfHealthBps)"
                ),
                keccak256(abi.encode(taken)),
                keccak256(abi.encode(given))
            )
        );
        return
            keccak256(abi.encode(keccak256("Evidence(bytes32 meterRecords,bytes32 batteries)"), bytes32(0), batteries));
    }

    function _swapped() private view returns (Statement memory statement) {
        statement = _final(_charging(_live.session.openedAt + 30, SECONDS, ENERGY_WH));
        statement.stopReason = StopReason.Local;
        statement.evidence = _evidence(1250);
    }

    function test_settlesWithItsBatteries() public {
        vm.warp(START + 300);
        Statement memory statement = _swapped();
        Filing memory filing = _filing(_swapSite(), _live, statement);
        // 53.7 kWh x 0.49 + 240 s x 1.20 / 3600 + 0.35 = 26.743; 5 % of it to three members.
        uint256 cost = 26_313_000 + 80_000 + 350_000;
        vm.expectEmit(address(sessions));
        emit IChargingSessions.SessionSettled(
            _live.sessionId,
            uint128(cost),
            uint128(cost * 500 / 10_000 / 3 * 3),
            9,
            StopReason.Local,
            0,
            _evidence(1250),
            statement.periods
        );
        sessions.settle(filing);
        vm.assertEq(_balance(driver), FUNDS - cost);
    }

    function test_noOtherBatteriesThanTheSignedOnes() public {
        vm.warp(START + 300);
        Filing memory filing = _filing(_swapSite(), _live, _swapped());
        filing.statement.evidence = _evidence(1251);
        // The signature is another key's then; whose cannot be foretold.
        (bool settled,) = address(sessions).call(abi.encodeCall(IChargingSessions.settle, (filing)));
        vm.assertFalse(settled);
        vm.assertEq(_balance(driver), FUNDS - DEPOSIT);
    }

    function test_noMoreEnergyThanItsPowerAllows() public {
        vm.warp(START + 300);
        Statement memory statement = _swapped();
        // 1 MW for 240 s, with 5 % and 10 Wh.
        statement.periods = _charging(_live.session.openedAt + 30, SECONDS, 70_011);
        Filing memory filing = _filing(_swapSite(), _live, statement);
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.EnergyAbovePowerCap.selector, 70_011, 70_010));
        sessions.settle(filing);
        statement.periods = _charging(_live.session.openedAt + 30, SECONDS, 70_010);
        sessions.settle(_filing(_swapSite(), _live, statement));
    }

    function test_leftByTheOtherExitWhenNobodyStatesIt() public {
        vm.warp(START + 1 hours + 24 hours);
        _closeNow(_swapSite(), _live);
        vm.assertEq(_balance(driver), FUNDS);
    }
}
