// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Committee } from "../../../contracts/types/Committee.sol";
import { Period, PeriodKind, Statement } from "../../../contracts/types/Statement.sol";
import { Element, Restrictions, TariffPricing } from "../../../contracts/types/Tariff.sol";
import { Expected } from "../base/Expected.sol";
import { Fixture, Live, Site } from "../base/Fixture.sol";
import { vm } from "../base/Vm.sol";
import { Random } from "./Random.sol";
import { ReferenceCost } from "./ReferenceCost.sol";

/// @notice What a session pays, whole, against the slow reference: any tariff, any committee, any statement.
contract CostTest is Fixture {
    struct Case {
        Site site;
        Live live;
        Statement statement;
        uint256 locked;
        uint256 cost;
    }

    function testFuzz_aSessionPaysTheReferencesCost(uint256 seed) public {
        Case memory case_ = _prepare(Random(seed));
        uint256 before = _balance(driver);
        sessions.settle(_filing(case_.site, case_.live, case_.statement));

        vm.assertEq(_balance(driver) - before, case_.locked - case_.cost, "driver");
        Committee memory committee = case_.site.committee;
        // Every member floor(fee / members), the remainder with the owner.
        uint256 share = case_.cost * committee.feeBps / 10_000 / committee.members.length;
        for (uint256 i; i < committee.members.length; ++i) {
            vm.assertEq(_balance(committee.members[i]), share, "member");
        }
        vm.assertEq(_balance(OWNER), case_.cost - share * committee.members.length, "owner");
    }

    function testFuzz_aCheckpointStoresTheReferencesCost(uint256 seed) public {
        Case memory case_ = _prepare(Random(seed));
        if (case_.statement.periods.length == 0) return;
        Statement memory interim = _interim(1, case_.statement.periods);
        interim.waived = case_.statement.waived;
        sessions.checkpoint(_filing(case_.site, case_.live, interim));
        vm.assertEq(sessions.sessionState(case_.live.sessionId).checkpointCost, case_.cost);

        vm.warp(block.timestamp + MAX_DURATION + GREATEST_WINDOW);
        _closeNow(case_.site, case_.live);
        vm.assertEq(_balance(OWNER), case_.cost);
    }

    function _prepare(Random memory random) private returns (Case memory case_) {
        uint8 members = uint8(random.between(1, 4));
        case_.site = _siteWith(
            _terms(),
            _randomPricing(random),
            _committee(uint8(random.between(1, members)), uint16(random.between(0, 10_000)), 5 - members, members)
        );
        if (!stations.isPublished(case_.site.config.tariffIds[0])) _publish(case_.site);
        if (!oracles.isCommitteeActive(Expected.committeeId(case_.site.committee))) _accept(case_.site.committee);
        if (!_registered(case_.site.stationId)) _register(case_.site);

        uint128 deposit = uint128(20e6 + random.magnitude(type(uint128).max - 20e6));
        _fund(driver, deposit);
        case_.live = _openAt(case_.site, 0, driver, deposit, DURATION);
        case_.locked = deposit;
        if (random.once(2)) {
            uint128 more = uint128(random.magnitude(type(uint128).max - deposit));
            if (more != 0) {
                _fund(secondDriver, more);
                vm.prank(secondDriver);
                sessions.topUp(case_.live.offer, case_.live.session, more);
                case_.locked += more;
            }
        }
        case_.statement = _final(_randomPeriods(random));
        vm.warp(block.timestamp + 256 hours);
        uint256 full = ReferenceCost.costOf(case_.site.pricing, case_.statement.periods, 0, type(uint256).max);
        // About the cost, or anything.
        case_.statement.waived = uint128(
            random.once(2) ? random.magnitude(type(uint128).max) : random.between(0, full) & type(uint128).max
        );
        case_.cost =
            ReferenceCost.costOf(case_.site.pricing, case_.statement.periods, case_.statement.waived, case_.locked);
    }

    function _randomPricing(Random memory random) private pure returns (TariffPricing memory pricing) {
        uint256 most = random.once(8) ? type(uint128).max : 10e6;
        pricing.minimum = uint128(random.magnitude(most));
        if (random.once(2)) pricing.maximum = uint128(random.between(pricing.minimum, most));
        pricing.elements = new Element[](random.between(1, 16));
        for (uint256 i; i < pricing.elements.length; ++i) {
            pricing.elements[i] = Element({
                pricePerKwh: uint128(random.magnitude(most)),
                pricePerHour: uint128(random.magnitude(most)),
                idlePerHour: uint128(random.magnitude(most)),
                flat: uint128(random.magnitude(most)),
                restrictions: Restrictions.wrap(0)
            });
        }
    }

    function _randomPeriods(Random memory random) private view returns (Period[] memory periods) {
        periods = new Period[](random.once(32) ? 256 : random.between(0, 9));
        uint256 start = block.timestamp;
        for (uint256 i; i < periods.length; ++i) {
            if (random.once(3)) start += random.between(1, 600);
            uint256 length = random.between(1, 2000);
            // Up to the nominal power of 150 kW.
            periods[i] =
                _period(start, length, random.between(0, length * 150_000 / 3600), PeriodKind(random.between(0, 1)));
            start += length;
        }
    }

    function _registered(uint256 stationId) private view returns (bool) {
        try stations.ownerOf(stationId) {
            return true;
        } catch {
            return false;
        }
    }
}
