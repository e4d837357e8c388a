// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { IOracleRegistry } from "../../../../contracts/interfaces/IOracleRegistry.sol";
import { Committee } from "../../../../contracts/types/Committee.sol";
import { Expected } from "../../base/Expected.sol";
import { Fixture } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

/// @notice acceptCommittee, deactivateCommittee.
contract CommitteesTest is Fixture {
    function _acceptAs(address member, Committee memory committee) private returns (bytes32) {
        vm.prank(member);
        return oracles.acceptCommittee(committee);
    }

    function _refuses(address member, Committee memory committee, bytes memory error_) private {
        vm.expectRevert(error_);
        vm.prank(member);
        oracles.acceptCommittee(committee);
    }

    /// @dev 2 of operators 2, 3, 4, a committee that nobody has accepted.
    function _new() private pure returns (Committee memory) {
        return _committee(2, 300, 2, 3);
    }

    // -------------------------------------------------------------------------------------------------------- accepting

    function test_isActiveWithTheLastAcceptance() public {
        Committee memory committee = _new();
        bytes32 id = Expected.committeeId(committee);

        vm.expectEmit(address(oracles));
        emit IOracleRegistry.CommitteeAccepted(id, _operator(4));
        vm.assertEq(_acceptAs(_operator(4), committee), id);
        _acceptAs(_operator(2), committee);
        vm.assertFalse(oracles.isCommitteeActive(id));
        vm.assertFalse(sessions.isCommitteeActive(id));
        vm.assertEq(oracles.operator(_operator(4)).activeCommittees, 0);

        vm.expectEmit(address(oracles));
        emit IOracleRegistry.CommitteeAccepted(id, _operator(3));
        vm.expectCall(address(sessions), abi.encodeCall(IChargingSessions.setCommittee, (id, true)));
        vm.expectEmit(address(oracles));
        emit IOracleRegistry.CommitteeActivated(id, committee);
        _acceptAs(_operator(3), committee);

        vm.assertTrue(oracles.isCommitteeActive(id));
        vm.assertTrue(sessions.isCommitteeActive(id));
        // Operators 2 and 3 also sit in the fixture's committee.
        vm.assertEq(oracles.operator(_operator(2)).activeCommittees, 2);
        vm.assertEq(oracles.operator(_operator(3)).activeCommittees, 2);
        vm.assertEq(oracles.operator(_operator(4)).activeCommittees, 1);
    }

    function test_aCommitteeOfOneIsActiveAtOnce() public {
        Committee memory committee = _committee(1, 0, 4, 1);
        bytes32 id = _acceptAs(_operator(4), committee);
        vm.assertTrue(oracles.isCommitteeActive(id));
        vm.assertTrue(sessions.isCommitteeActive(id));
    }

    function test_takesSixteenMembers() public {
        for (uint256 i = 5; i <= 16; ++i) {
            _registerOperator(i);
        }
        Committee memory committee = _committee(16, 10_000, 1, 16);
        _accept(committee);
        vm.assertTrue(oracles.isCommitteeActive(Expected.committeeId(committee)));
    }

    function test_anotherFeeOrThresholdIsAnotherCommittee() public {
        vm.assertNotEq(
            Expected.committeeId(_committee(1, 0, 2, 2)), Expected.committeeId(_committee(2, 0, 2, 2)), "threshold"
        );
        Committee memory committee = _committee(1, 0, 2, 2);
        _accept(committee);
        committee.feeBps = 1;
        vm.assertFalse(oracles.isCommitteeActive(Expected.committeeId(committee)));
    }

    function test_refuses_whoeverIsNoActiveOperator() public {
        Committee memory committee = _new();
        _refuses(STRANGER, committee, abi.encodeWithSelector(IOracleRegistry.NotAnActiveOperator.selector, STRANGER));
    }

    function test_refuses_anOperatorThatIsNoMember() public {
        Committee memory committee = _new();
        _refuses(
            _operator(1),
            committee,
            abi.encodeWithSelector(IOracleRegistry.NotAMember.selector, Expected.committeeId(committee), _operator(1))
        );
    }

    function test_refuses_toAcceptTwice() public {
        Committee memory committee = _new();
        bytes memory already = abi.encodeWithSelector(
            IOracleRegistry.AlreadyAccepted.selector, Expected.committeeId(committee), _operator(2)
        );
        _acceptAs(_operator(2), committee);
        _refuses(_operator(2), committee, already);
        // Nor when it is active.
        _acceptAs(_operator(3), committee);
        _acceptAs(_operator(4), committee);
        _refuses(_operator(2), committee, already);
        vm.assertEq(oracles.operator(_operator(4)).activeCommittees, 1);
    }

    function test_refuses_noMembers() public {
        Committee memory committee;
        committee.threshold = 1;
        _refuses(_operator(1), committee, abi.encodeWithSelector(IOracleRegistry.InvalidCommitteeSize.selector, 0));
    }

    function test_refuses_seventeenMembers() public {
        _refuses(
            _operator(1),
            _committee(1, 0, 1, 17),
            abi.encodeWithSelector(IOracleRegistry.InvalidCommitteeSize.selector, 17)
        );
    }

    function test_refuses_aThresholdOfNobody() public {
        _refuses(
            _operator(1),
            _committee(0, 0, 1, 3),
            abi.encodeWithSelector(IOracleRegistry.InvalidThreshold.selector, 0, 3)
        );
    }

    function test_refuses_aThresholdAboveTheMembers() public {
        _refuses(
            _operator(1),
            _committee(4, 0, 1, 3),
            abi.encodeWithSelector(IOracleRegistry.InvalidThreshold.selector, 4, 3)
        );
    }

    function test_refuses_aFeeAboveEverything() public {
        _refuses(
            _operator(1),
            _committee(1, 10_001, 1, 3),
            abi.encodeWithSelector(IOracleRegistry.InvalidFee.selector, 10_001)
        );
    }

    function test_refuses_membersNotAscending() public {
        Committee memory committee = _committee(1, 0, 1, 3);
        (committee.members[1], committee.members[2]) = (committee.members[2], committee.members[1]);
        _refuses(_operator(1), committee, abi.encodeWithSelector(IOracleRegistry.MembersNotSorted.selector, 2));
    }

    function test_refuses_theSameMemberTwice() public {
        Committee memory committee = _committee(1, 0, 1, 3);
        committee.members[1] = committee.members[0];
        _refuses(_operator(1), committee, abi.encodeWithSelector(IOracleRegistry.MembersNotSorted.selector, 1));
    }

    function test_refuses_theZeroAddressAsMember() public {
        Committee memory committee = _committee(1, 0, 1, 2);
        committee.members[0] = address(0);
        _refuses(_operator(2), committee, abi.encodeWithSelector(IOracleRegistry.MembersNotSorted.selector, 0));
    }

    function test_refuses_toActivateWithAMemberThatLeft() public {
        Committee memory committee = _committee(1, 0, 3, 2);
        _acceptAs(_operator(4), committee);
        vm.prank(_operator(4));
        oracles.startUnbonding();
        _refuses(
            _operator(3), committee, abi.encodeWithSelector(IOracleRegistry.NotAnActiveOperator.selector, _operator(4))
        );
    }

    function test_refuses_aSixtyFifthActiveCommittee() public {
        for (uint16 i; i < 64; ++i) {
            _acceptAs(_operator(4), _committee(1, i, 4, 1));
        }
        vm.assertEq(oracles.operator(_operator(4)).activeCommittees, 64);
        _refuses(
            _operator(4),
            _committee(1, 64, 4, 1),
            abi.encodeWithSelector(IOracleRegistry.TooManyCommittees.selector, _operator(4), 64)
        );
        // Room again after one ends.
        vm.prank(_operator(4));
        oracles.deactivateCommittee(_committee(1, 5, 4, 1));
        _acceptAs(_operator(4), _committee(1, 64, 4, 1));
    }

    // ------------------------------------------------------------------------------------------------------------- ending

    function test_anyMemberEndsIt() public {
        Committee memory committee = _site().committee;
        bytes32 id = Expected.committeeId(committee);

        vm.expectCall(address(sessions), abi.encodeCall(IChargingSessions.setCommittee, (id, false)));
        vm.expectEmit(address(oracles));
        emit IOracleRegistry.CommitteeDeactivated(id, _operator(3));
        vm.prank(_operator(3));
        oracles.deactivateCommittee(committee);

        vm.assertFalse(oracles.isCommitteeActive(id));
        vm.assertFalse(sessions.isCommitteeActive(id));
        for (uint256 i = 1; i <= 3; ++i) {
            vm.assertEq(oracles.operator(_operator(i)).activeCommittees, 0);
        }
    }

    function test_aMemberMayRefuseForGoodBeforeItIsActive() public {
        Committee memory committee = _new();
        bytes32 id = Expected.committeeId(committee);
        _acceptAs(_operator(2), committee);
        vm.expectCall(address(sessions), abi.encodeCall(IChargingSessions.setCommittee, (id, false)), 0);
        vm.prank(_operator(3));
        oracles.deactivateCommittee(committee);

        vm.assertEq(oracles.operator(_operator(2)).activeCommittees, 1, "the fixture's");
        _refuses(_operator(4), committee, abi.encodeWithSelector(IOracleRegistry.CommitteeIsDeactivated.selector, id));
    }

    function test_refuses_toEndItTwice() public {
        Committee memory committee = _site().committee;
        vm.prank(_operator(3));
        oracles.deactivateCommittee(committee);
        vm.expectRevert(
            abi.encodeWithSelector(IOracleRegistry.CommitteeIsDeactivated.selector, Expected.committeeId(committee))
        );
        vm.prank(_operator(1));
        oracles.deactivateCommittee(committee);
        vm.assertEq(oracles.operator(_operator(1)).activeCommittees, 0);
    }

    function test_refuses_toEndItAsNoMember() public {
        Committee memory committee = _site().committee;
        vm.expectRevert(
            abi.encodeWithSelector(IOracleRegistry.NotAMember.selector, Expected.committeeId(committee), _operator(4))
        );
        vm.prank(_operator(4));
        oracles.deactivateCommittee(committee);
    }

    function test_onceEndedItStaysSo() public {
        Committee memory committee = _site().committee;
        vm.prank(_operator(3));
        oracles.deactivateCommittee(committee);
        _refuses(
            _operator(3),
            committee,
            abi.encodeWithSelector(IOracleRegistry.CommitteeIsDeactivated.selector, Expected.committeeId(committee))
        );
    }
}
