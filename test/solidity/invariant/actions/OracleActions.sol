// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IOracleRegistry } from "../../../../contracts/interfaces/IOracleRegistry.sol";
import { Committee } from "../../../../contracts/types/Committee.sol";
import { Expected } from "../../base/Expected.sol";
import { vm } from "../../base/Vm.sol";
import { Random } from "../../fuzz/Random.sol";
import { GhostCommittee, GhostOperator, World } from "../World.sol";

/// @notice Operators come, change keys, form and end committees, and leave.
abstract contract OracleActions is World {
    function registerOperator(uint256 seed) external nobodyFalls {
        Random memory random = Random(seed);
        uint256 number = random.between(1, OPERATORS);
        GhostOperator storage ghost = ghostOperators[number];
        uint128 bond = uint128(random.between(MINIMUM_BOND, 3 * MINIMUM_BOND));
        address operator = _operator(number);
        _giveEuro(operator, address(oracles), bond);
        bytes memory call_ = abi.encodeCall(IOracleRegistry.registerOperator, (bond, 0, ""));
        if (ghost.status != 0) {
            _mustFail(operator, address(oracles), call_, "registered twice");
            return;
        }
        _must(operator, address(oracles), call_);
        _addKey(operator, _keyOf(number, 0));
        ghost.status = 1;
        ghost.bond = bond;
        totalBonds += bond;
    }

    function addBond(uint256 seed) external nobodyFalls {
        Random memory random = Random(seed);
        uint256 number = random.between(1, OPERATORS);
        uint128 amount = uint128(random.between(1, 100e6));
        _giveEuro(_operator(number), address(oracles), amount);
        bytes memory call_ = abi.encodeCall(IOracleRegistry.addBond, (amount));
        if (ghostOperators[number].status != 1) {
            _mustFail(_operator(number), address(oracles), call_, "bond of no operator");
            return;
        }
        _must(_operator(number), address(oracles), call_);
        ghostOperators[number].bond += amount;
        totalBonds += amount;
    }

    /// @notice A second later, so that no session was opened in that second under the former key.
    function changeKey(uint256 seed) external nobodyFalls {
        uint256 number = Random(seed).between(1, OPERATORS);
        GhostOperator storage ghost = ghostOperators[number];
        if (ghost.status != 1) return;
        vm.warp(block.timestamp + 1);
        address former = vm.addr(_keyOf(number, ghost.keyVersion));
        _must(_operator(number), address(oracles), abi.encodeCall(IOracleRegistry.retireKey, (former)));
        ++ghost.keyVersion;
        _addKey(_operator(number), _keyOf(number, ghost.keyVersion));
    }

    function formCommittee(uint256 seed) external nobodyFalls {
        if (committees.length >= 40) return;
        Random memory random = Random(seed);
        GhostCommittee memory ghost;
        // Mostly of operators that are there.
        for (uint256 i; i < 8 && (i == 0 || !_allStay(ghost)); ++i) {
            ghost.count = random.between(1, 4);
            ghost.first = random.between(1, OPERATORS + 1 - ghost.count);
        }
        ghost.threshold = uint8(random.between(1, ghost.count));
        ghost.feeBps = uint16(random.once(4) ? random.between(0, 1) * 10_000 : random.between(0, 2000));
        bytes32 committeeId = Expected.committeeId(_committee(ghost.threshold, ghost.feeBps, ghost.first, ghost.count));
        for (uint256 i; i < committees.length; ++i) {
            if (Expected.committeeId(_committeeOf(i)) == committeeId) return;
        }
        committees.push(ghost);
        // Now some members accept, perhaps all.
        for (uint256 i; i < ghost.count; ++i) {
            if (!random.once(8)) _acceptAs(committees.length - 1, i);
        }
    }

    function acceptCommittee(uint256 seed) external nobodyFalls {
        Random memory random = Random(seed);
        uint256 index = random.between(0, committees.length - 1);
        _acceptAs(index, random.between(0, committees[index].count - 1));
    }

    function deactivateCommittee(uint256 seed) external nobodyFalls {
        Random memory random = Random(seed);
        // Not too often, or nothing ever opens.
        if (!random.once(4)) return;
        uint256 index = random.between(0, committees.length - 1);
        GhostCommittee storage ghost = committees[index];
        Committee memory committee = _committeeOf(index);
        bytes memory call_ = abi.encodeCall(IOracleRegistry.deactivateCommittee, (committee));
        _mustFail(driver, address(oracles), call_, "ended by a stranger");
        address member = committee.members[random.between(0, ghost.count - 1)];
        if (ghost.ended) {
            _mustFail(member, address(oracles), call_, "ended twice");
            return;
        }
        _must(member, address(oracles), call_);
        if (ghost.active) _count(ghost, false);
        (ghost.active, ghost.ended) = (false, true);
    }

    function startUnbonding(uint256 seed) external nobodyFalls {
        Random memory random = Random(seed);
        uint256 number = random.between(1, OPERATORS);
        GhostOperator storage ghost = ghostOperators[number];
        bytes memory call_ = abi.encodeCall(IOracleRegistry.startUnbonding, ());
        if (ghost.activeCommittees == 0 && !random.once(3)) return;
        if (ghost.status != 1 || ghost.activeCommittees != 0) {
            _mustFail(_operator(number), address(oracles), call_, "left too soon");
            return;
        }
        _must(_operator(number), address(oracles), call_);
        ghost.status = 2;
        ghost.unbondingAt = block.timestamp + UNBONDING_SECONDS;
    }

    function withdrawBond(uint256 seed) external nobodyFalls {
        uint256 number = Random(seed).between(1, OPERATORS);
        GhostOperator storage ghost = ghostOperators[number];
        bytes memory call_ = abi.encodeCall(IOracleRegistry.withdrawBond, (_operator(number)));
        if (ghost.status != 2 || block.timestamp < ghost.unbondingAt) {
            _mustFail(_operator(number), address(oracles), call_, "bond withdrawn too soon");
            return;
        }
        uint256 held = euro.balanceOf(_operator(number));
        _must(_operator(number), address(oracles), call_);
        vm.assertEq(euro.balanceOf(_operator(number)) - held, ghost.bond, "INV-13 the whole bond returns");
        totalBonds -= ghost.bond;
        (ghost.status, ghost.bond) = (3, 0);
    }

    function _acceptAs(uint256 index, uint256 member) private {
        GhostCommittee storage ghost = committees[index];
        Committee memory committee = _committeeOf(index);
        bytes memory call_ = abi.encodeCall(IOracleRegistry.acceptCommittee, (committee));
        uint256 accepted = ghost.accepted | 1 << member;
        bool last = accepted == (1 << ghost.count) - 1;
        if (
            ghost.ended || ghost.accepted == accepted || ghostOperators[ghost.first + member].status != 1
                || (last && !_allStay(ghost))
        ) {
            _mustFail(committee.members[member], address(oracles), call_, "accepted without right");
            return;
        }
        _must(committee.members[member], address(oracles), call_);
        ghost.accepted = accepted;
        if (last) {
            ghost.active = true;
            _count(ghost, true);
        }
    }

    function _allStay(GhostCommittee memory ghost) private view returns (bool) {
        for (uint256 i; i < ghost.count; ++i) {
            if (ghostOperators[ghost.first + i].status != 1) return false;
        }
        return true;
    }

    function _count(GhostCommittee storage ghost, bool up) private {
        for (uint256 i; i < ghost.count; ++i) {
            if (up) ++ghostOperators[ghost.first + i].activeCommittees;
            else --ghostOperators[ghost.first + i].activeCommittees;
        }
    }
}
