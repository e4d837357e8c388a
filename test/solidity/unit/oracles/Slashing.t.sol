// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IOracleRegistry } from "../../../../contracts/interfaces/IOracleRegistry.sol";
import { Committee } from "../../../../contracts/types/Committee.sol";
import { SignedStatement, SlashingProof } from "../../../../contracts/types/Proof.sol";
import { Period, PeriodKind, Statement } from "../../../../contracts/types/Statement.sol";
import { TariffTerms } from "../../../../contracts/types/Tariff.sol";
import { Expected } from "../../base/Expected.sol";
import { Fixture, Live, Site } from "../../base/Fixture.sol";
import { Signing } from "../../base/Signing.sol";
import { vm } from "../../base/Vm.sol";

/// @notice slash, withdrawClaim, withdrawReward, and what a frozen bond means elsewhere.
contract SlashingTest is Fixture {
    uint256 private constant REWARD = uint256(BOND) * 10 / 100;
    uint256 private constant CLAIMS = uint256(BOND) * 40 / 100;

    Live private live;
    address private liar;

    function setUp() public override {
        super.setUp();
        liar = _operator(1);
        live = _openAt(_site(), 0, driver, DEPOSIT, DURATION);
        vm.warp(START + 1 hours);
    }

    // --------------------------------------------------------------------------------------------------------- helpers

    function _signedBy(uint256 key, Live memory at, Statement memory statement)
        private
        view
        returns (SignedStatement memory)
    {
        bytes32 digest = Expected.statementDigest(address(sessions), at.sessionId, statement);
        return SignedStatement({ statement: statement, signature: Signing.compact(key, digest) });
    }

    function _proof(Live memory at, Statement memory earlier, Statement memory later)
        private
        view
        returns (SlashingProof memory proof)
    {
        proof.offer = at.offer;
        proof.session = at.session;
        proof.earlier = _signedBy(_keyOf(liar), at, earlier);
        proof.later = _signedBy(_keyOf(liar), at, later);
    }

    function _energy(uint256 energyWh) private view returns (Period[] memory) {
        return _charging(START, 30 minutes, energyWh);
    }

    /// @dev Two statements of sequence 1.
    function _equivocation(Live memory at) private view returns (SlashingProof memory) {
        return _proof(at, _interim(1, _energy(1000)), _interim(1, _energy(2000)));
    }

    function _slash(SlashingProof memory proof) private {
        vm.prank(STRANGER);
        vm.assertEq(oracles.slash(proof), liar, "operator");
    }

    function _refuses(SlashingProof memory proof, bytes memory error_) private {
        vm.expectRevert(error_);
        oracles.slash(proof);
        vm.assertEq(oracles.operator(liar).status, 1, "still active");
    }

    function _isNoContradiction(Statement memory earlier, Statement memory later) private {
        _refuses(
            _proof(live, earlier, later),
            abi.encodeWithSelector(
                IOracleRegistry.NoContradiction.selector, live.sessionId, earlier.sequence, later.sequence
            )
        );
    }

    function _isContradiction(Statement memory earlier, Statement memory later) private {
        _slash(_proof(live, earlier, later));
        vm.assertEq(oracles.operator(liar).status, 4, "frozen");
    }

    function _claimsOver() private {
        vm.warp(START + 1 hours + UNBONDING_SECONDS);
    }

    // ---------------------------------------------------------------------------------------------- what contradicts

    function test_twoStatementsOfOneSequence() public {
        uint40 until = uint40(START + 1 hours + UNBONDING_SECONDS);
        vm.expectEmit(address(oracles));
        emit IOracleRegistry.BondFrozen(liar, STRANGER, BOND, until);
        vm.expectEmit(address(oracles));
        emit IOracleRegistry.Slashed(liar, live.sessionId, driver, STRANGER, DEPOSIT);
        _slash(_equivocation(live));

        IOracleRegistry.Slashing memory slashing = oracles.slashing(liar);
        vm.assertEq(slashing.reporter, STRANGER);
        vm.assertEq(slashing.frozenAt, START + 1 hours);
        vm.assertEq(slashing.claimed, DEPOSIT);
        vm.assertEq(oracles.claim(liar, live.sessionId).driver, driver);
        vm.assertEq(oracles.claim(liar, live.sessionId).amount, DEPOSIT);
        vm.assertEq(oracles.operator(liar).unbondingAt, until);
    }

    function test_energyThatShrinks() public {
        _isContradiction(_interim(1, _energy(2000)), _interim(2, _energy(1999)));
    }

    function test_timeThatShrinks() public {
        _isContradiction(
            _interim(1, _charging(START, 31 minutes, 1000)), _interim(2, _charging(START, 30 minutes, 1000))
        );
    }

    function test_aPeriodThatMoved() public {
        _isContradiction(
            _interim(1, _charging(START, 30 minutes, 1000)), _interim(2, _charging(START + 1, 30 minutes, 1000))
        );
    }

    function test_aPeriodOfAnotherKind() public {
        Period[] memory idle = new Period[](1);
        idle[0] = _period(START, 30 minutes, 1000, PeriodKind.Idle);
        _isContradiction(_interim(1, _energy(1000)), _interim(2, idle));
    }

    function test_aPeriodThatIsGone() public {
        _isContradiction(_interim(1, _energy(1000)), _interim(2, new Period[](0)));
    }

    function test_anEarlierPeriodThatGrew() public {
        Period[] memory two = new Period[](2);
        two[0] = _period(START, 10 minutes, 1000, PeriodKind.Charging);
        two[1] = _period(START + 20 minutes, 10 minutes, 1000, PeriodKind.Charging);
        Period[] memory grown = new Period[](2);
        grown[0] = _period(START, 10 minutes, 1001, PeriodKind.Charging);
        grown[1] = two[1];
        _isContradiction(_interim(1, two), _interim(2, grown));
    }

    function test_aWaivedAmountThatShrinks() public {
        Statement memory earlier = _interim(1, _energy(1000));
        Statement memory later = _interim(2, _energy(1000));
        (earlier.waived, later.waived) = (2, 1);
        _isContradiction(earlier, later);
    }

    function test_anythingAfterAFinalOne() public {
        Statement memory later = _interim(10, _energy(1000));
        _isContradiction(_final(_energy(1000)), later);
    }

    // ------------------------------------------------------------------------------------------------ what does not

    function test_refuses_whatExtends() public {
        Statement memory earlier = _interim(1, _energy(1000));
        _isNoContradiction(earlier, _interim(2, _energy(1000)));
        _isNoContradiction(earlier, _interim(7, _charging(START, 40 minutes, 1500)));
        _isNoContradiction(earlier, _final(_energy(1000)));
        Period[] memory more = new Period[](2);
        more[0] = _period(START, 31 minutes, 1001, PeriodKind.Charging);
        more[1] = _period(START + 31 minutes, 1 minutes, 0, PeriodKind.Idle);
        _isNoContradiction(earlier, _interim(2, more));
        _isNoContradiction(_interim(1, new Period[](0)), _interim(2, more));
    }

    /// @dev Whatever an honest oracle adds to a session, no pair of what it signed is a proof.
    function testFuzz_neverSlashesWhoExtends(uint16[6] memory energiesWh, uint8 first, uint8 second) public {
        Period[] memory periods = new Period[](6);
        for (uint256 i; i < 6; ++i) {
            periods[i] = _period(START + i * 60, 60, energiesWh[i], PeriodKind(i % 2));
        }
        uint256 low = 1 + first % 5;
        uint256 high = low + 1 + second % (6 - low);
        Period[] memory earlier = new Period[](low);
        Period[] memory later = new Period[](high);
        for (uint256 i; i < high; ++i) {
            later[i] = periods[i];
            if (i < low) earlier[i] = periods[i];
        }
        earlier[low - 1] = _period(START + (low - 1) * 60, 30, energiesWh[low - 1] / 2, PeriodKind((low - 1) % 2));
        _isNoContradiction(_interim(uint32(low), earlier), _interim(uint32(high), later));
    }

    function test_refuses_theSameStatementTwice() public {
        Statement memory statement = _interim(1, _energy(1000));
        bytes32 digest = Expected.statementDigest(address(sessions), live.sessionId, statement);
        _refuses(
            _proof(live, statement, statement), abi.encodeWithSelector(IOracleRegistry.SameStatement.selector, digest)
        );
    }

    function test_refuses_theWrongOrder() public {
        _refuses(
            _proof(live, _interim(2, _energy(1000)), _interim(1, _energy(900))),
            abi.encodeWithSelector(IOracleRegistry.SequencesOutOfOrder.selector, 2, 1)
        );
    }

    function test_refuses_statementsOfTwoOperators() public {
        SlashingProof memory proof = _equivocation(live);
        proof.later = _signedBy(_keyOf(_operator(2)), live, proof.later.statement);
        _refuses(proof, abi.encodeWithSelector(IOracleRegistry.DifferentSigners.selector, liar, _operator(2)));
    }

    function test_refuses_aKeyOfNobody() public {
        SlashingProof memory proof = _equivocation(live);
        proof.later = _signedBy(DRIVER_KEY, live, proof.later.statement);
        _refuses(proof, abi.encodeWithSelector(IOracleRegistry.SignerUnknown.selector, driver));
    }

    /// @dev What a key signs for a session opened after its retirement binds nobody: it may have been stolen.
    function test_refuses_aKeyRetiredBeforeTheSession() public {
        vm.prank(liar);
        oracles.retireKey(vm.addr(_keyOf(liar)));
        vm.warp(START + 1 hours + 1);
        Live memory later = _openAt(_site(), 1, driver, DEPOSIT, DURATION);
        _refuses(
            _equivocation(later), abi.encodeWithSelector(IOracleRegistry.SignerUnknown.selector, vm.addr(_keyOf(liar)))
        );
    }

    function test_aKeyRetiredAfterwardsAndItsSuccessorAreOneOperator() public {
        uint256 successor = uint256(keccak256("the second key"));
        vm.warp(START + 2 hours);
        _addKey(liar, successor);
        vm.prank(liar);
        oracles.retireKey(vm.addr(_keyOf(liar)));
        SlashingProof memory proof = _equivocation(live);
        _slash(proof);
    }

    /// @dev An opening that a reorg moved has another parent, hence another id: both may be signed for.
    function test_refuses_statementsOfTwoSidesOfAReorg() public {
        SlashingProof memory proof = _equivocation(live);
        Live memory removed = live;
        removed.session.parentHash = keccak256("the other side");
        removed.sessionId = Expected.sessionId(address(sessions), removed.session);
        proof.earlier = _signedBy(_keyOf(liar), removed, proof.earlier.statement);
        vm.expectRevert();
        oracles.slash(proof);
        vm.assertEq(oracles.operator(liar).status, 1, "still active");
    }

    function test_refuses_whatIsNoSignature() public {
        SlashingProof memory proof = _equivocation(live);
        proof.later.signature.r = 0;
        _refuses(proof, abi.encodeWithSelector(IOracleRegistry.InvalidStatementSignature.selector, 1));
    }

    function test_refuses_anotherOffer() public {
        SlashingProof memory proof = _equivocation(live);
        proof.offer.currency = 7;
        _refuses(
            proof,
            abi.encodeWithSelector(
                IOracleRegistry.OfferMismatch.selector, Expected.offerHash(proof.offer), live.session.offerHash
            )
        );
    }

    // -------------------------------------------------------------------------------------------------- a frozen bond

    function test_neitherLeavesNorSigns() public {
        _slash(_equivocation(live));
        vm.startPrank(liar);
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.BondIsFrozen.selector, liar));
        oracles.withdrawBond(liar);
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.NotAnActiveOperator.selector, liar));
        oracles.startUnbonding();
        vm.stopPrank();
        _claimsOver();
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.BondIsFrozen.selector, liar));
        vm.prank(liar);
        oracles.withdrawBond(liar);
    }

    function test_unbondingDoesNotFinish() public {
        Committee memory committee = _site().committee;
        vm.startPrank(liar);
        oracles.deactivateCommittee(committee);
        oracles.startUnbonding();
        vm.stopPrank();
        vm.warp(START + 1 hours + UNBONDING_SECONDS);
        _slash(_equivocation(live));
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.BondIsFrozen.selector, liar));
        vm.prank(liar);
        oracles.withdrawBond(liar);
    }

    function test_refuses_aBondThatIsGone() public {
        Committee memory committee = _site().committee;
        vm.startPrank(liar);
        oracles.deactivateCommittee(committee);
        oracles.startUnbonding();
        vm.warp(START + 1 hours + UNBONDING_SECONDS);
        oracles.withdrawBond(liar);
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.BondIsGone.selector, liar));
        oracles.slash(_equivocation(live));
    }

    function test_anybodyEndsItsCommittees() public {
        bytes32 id = Expected.committeeId(_site().committee);
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.NotAMember.selector, id, STRANGER));
        vm.prank(STRANGER);
        oracles.deactivateCommittee(_site().committee);
        _slash(_equivocation(live));
        vm.prank(STRANGER);
        oracles.deactivateCommittee(_site().committee);
        vm.assertFalse(oracles.isCommitteeActive(id));
        vm.assertFalse(sessions.isCommitteeActive(id));
    }

    // --------------------------------------------------------------------------------------------------------- claims

    function test_refuses_toProveASessionTwice() public {
        _slash(_equivocation(live));
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.AlreadyProven.selector, liar, live.sessionId));
        oracles.slash(_proof(live, _interim(3, _energy(1000)), _interim(3, _energy(2000))));
    }

    function test_refuses_proofsOnceTheBondIsShared() public {
        _slash(_equivocation(live));
        Live memory second = _openAt(_site(), 1, secondDriver, DEPOSIT, DURATION);
        _claimsOver();
        vm.expectRevert(
            abi.encodeWithSelector(IOracleRegistry.ClaimsOver.selector, START + 1 hours + UNBONDING_SECONDS)
        );
        oracles.slash(_equivocation(second));
    }

    function test_anInventedSessionFreezesButClaimsNothing() public {
        Live memory invented = live;
        invented.session.deposit = type(uint128).max;
        invented.session.driver = liar;
        invented.sessionId = Expected.sessionId(address(sessions), invented.session);
        _slash(_equivocation(invented));
        vm.assertEq(oracles.slashing(liar).claimed, 0);
        vm.assertEq(oracles.operator(liar).status, 4, "frozen");
    }

    function test_aSettledSessionThatLeftNoMarkClaimsNothing() public {
        sessions.settle(_halfHour(_site(), live));
        _slash(_equivocation(live));
        vm.assertEq(oracles.slashing(liar).claimed, 0);
    }

    function test_aMarkOutlastsTheSettlement() public {
        vm.prank(secondDriver);
        sessions.topUp(live.offer, live.session, 1);
        sessions.settle(_halfHour(_site(), live));
        _slash(_equivocation(live));
        vm.assertEq(oracles.slashing(liar).claimed, DEPOSIT);
    }

    function test_aStopRequestIsAMark() public {
        vm.prank(driver);
        sessions.requestStop(live.offer, live.session);
        sessions.settle(_halfHour(_site(), live));
        _slash(_equivocation(live));
        vm.assertEq(oracles.slashing(liar).claimed, DEPOSIT);
    }

    function test_aCheckpointIsAMark() public {
        sessions.checkpoint(_filing(_site(), live, _interim(1, _energy(1000))));
        sessions.settle(_halfHour(_site(), live));
        _slash(_equivocation(live));
        vm.assertEq(oracles.slashing(liar).claimed, DEPOSIT);
    }

    function test_aSessionOpenedSinceTheFreezeClaimsNothing() public {
        _slash(_equivocation(live));
        Live memory since = _openAt(_site(), 1, secondDriver, DEPOSIT, DURATION);
        _slash(_equivocation(since));
        vm.assertEq(oracles.slashing(liar).claimed, DEPOSIT);
    }

    /// @dev A session that the chain knows, in a currency the bond cannot pay.
    function test_harmInAnotherCurrencyClaimsNothing() public {
        TariffTerms memory terms = _terms();
        terms.currency = NATIVE_ID;
        Site memory native = _siteWith(terms, _pricing(), _committee(2, 500, 1, 3));
        _publish(native);
        _register(native);
        vm.deal(driver, DEPOSIT);
        vm.prank(driver);
        sessions.depositNative{ value: DEPOSIT }();
        Live memory other = _openAt(native, 0, driver, DEPOSIT, DURATION);
        vm.warp(START + 2 hours);
        _slash(_equivocation(other));
        vm.assertEq(oracles.slashing(liar).claimed, 0);
        vm.assertTrue(oracles.claim(liar, other.sessionId).proven);
    }

    function test_paysTheDriverWhomeverHeNames() public {
        _slash(_equivocation(live));
        _claimsOver();
        uint256 held = euro.balanceOf(address(oracles));
        vm.expectEmit(address(oracles));
        emit IOracleRegistry.ClaimWithdrawn(liar, live.sessionId, OWNER, DEPOSIT);
        vm.prank(driver);
        oracles.withdrawClaim(liar, live.sessionId, OWNER);
        vm.assertEq(euro.balanceOf(OWNER), DEPOSIT);
        vm.assertEq(euro.balanceOf(address(oracles)), held - DEPOSIT);

        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.NothingToWithdraw.selector, driver));
        vm.prank(driver);
        oracles.withdrawClaim(liar, live.sessionId, OWNER);
    }

    function test_paysTheFirstReporter() public {
        _slash(_equivocation(live));
        _claimsOver();
        vm.expectEmit(address(oracles));
        emit IOracleRegistry.RewardWithdrawn(liar, STRANGER, uint128(REWARD));
        vm.startPrank(STRANGER);
        oracles.withdrawReward(liar, STRANGER);
        vm.assertEq(euro.balanceOf(STRANGER), REWARD);
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.NothingToWithdraw.selector, STRANGER));
        oracles.withdrawReward(liar, STRANGER);
    }

    function test_refuses_toPayTooEarlyOrToOthersOrToNobody() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.NotFrozen.selector, liar));
        oracles.withdrawReward(liar, STRANGER);
        _slash(_equivocation(live));
        vm.warp(START + 1 hours + UNBONDING_SECONDS - 1);
        bytes memory early =
            abi.encodeWithSelector(IOracleRegistry.ClaimsNotOver.selector, START + 1 hours + UNBONDING_SECONDS);
        vm.expectRevert(early);
        vm.prank(driver);
        oracles.withdrawClaim(liar, live.sessionId, driver);
        vm.expectRevert(early);
        vm.prank(STRANGER);
        oracles.withdrawReward(liar, STRANGER);

        _claimsOver();
        bytes memory nothing = abi.encodeWithSelector(IOracleRegistry.NothingToWithdraw.selector, liar);
        vm.startPrank(liar);
        vm.expectRevert(nothing);
        oracles.withdrawClaim(liar, live.sessionId, liar);
        vm.expectRevert(nothing);
        oracles.withdrawReward(liar, liar);
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.ZeroAddress.selector));
        oracles.withdrawClaim(liar, live.sessionId, address(0));
        vm.expectRevert(abi.encodeWithSelector(IOracleRegistry.ZeroAddress.selector));
        oracles.withdrawReward(liar, address(0));
    }

    /// @dev Whatever was deposited: claims are paid in full or pro rata, all payouts are at most half of the bond, and
    /// the bonds of others stay untouched.
    function testFuzz_sharesAtMostHalf(uint128 first, uint128 second) public {
        first = 20e6 + first % 10_000e6;
        second = 20e6 + second % 10_000e6;
        _fund(driver, first);
        _fund(secondDriver, second);
        Live memory a = _openAt(_site(), 1, driver, first, DURATION);
        Live memory b = _openAt(_site(), 2, secondDriver, second, DURATION);
        vm.warp(START + 2 hours);
        _slash(_equivocation(a));
        _slash(_equivocation(b));
        vm.warp(START + 2 hours + UNBONDING_SECONDS);
        uint256 held = euro.balanceOf(address(oracles));
        vm.prank(driver);
        oracles.withdrawClaim(liar, a.sessionId, driver);
        vm.prank(secondDriver);
        oracles.withdrawClaim(liar, b.sessionId, secondDriver);
        vm.prank(STRANGER);
        oracles.withdrawReward(liar, STRANGER);

        uint256 sum = uint256(first) + second;
        vm.assertEq(euro.balanceOf(driver), sum > CLAIMS ? first * CLAIMS / sum : first, "first");
        vm.assertEq(euro.balanceOf(secondDriver), sum > CLAIMS ? second * CLAIMS / sum : second, "second");
        uint256 paid = held - euro.balanceOf(address(oracles));
        vm.assertLe(paid, BOND / 2, "half is burned");
        vm.assertGe(euro.balanceOf(address(oracles)), 3 * uint256(BOND) + BOND / 2, "others' bonds");
    }
}
