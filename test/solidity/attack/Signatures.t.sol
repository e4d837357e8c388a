// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ChargingSessions } from "../../../contracts/ChargingSessions.sol";
import { IChargingSessions } from "../../../contracts/interfaces/IChargingSessions.sol";
import { Signature } from "../../../contracts/types/Committee.sol";
import { Filing } from "../../../contracts/types/Session.sol";
import { Period, PeriodKind, Statement, StopReason } from "../../../contracts/types/Statement.sol";
import { Expected } from "../base/Expected.sol";
import { Fixture, Live, Site } from "../base/Fixture.sol";
import { Signing } from "../base/Signing.sol";
import { vm } from "../base/Vm.sol";

/// @notice A statement counts with exactly the threshold of signatures by members' keys that were active at opening.
contract SignaturesTest is Fixture {
    function _settles(Filing memory filing) private {
        sessions.settle(filing);
        vm.assertEq(sessions.evseState(filing.offer.evse).status, 0);
    }

    function _refuses(Filing memory filing, bytes memory error_) private {
        vm.expectRevert(error_);
        sessions.settle(filing);
        vm.assertEq(sessions.evseState(filing.offer.evse).status, 1);
    }

    function _keys(uint256 first, uint256 second) private pure returns (uint256[] memory keys) {
        keys = new uint256[](2);
        keys[0] = _keyOf(_operator(first));
        keys[1] = _keyOf(_operator(second));
    }

    function _signedBy(uint256[] memory keys) private returns (Filing memory) {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        return _filingBy(site, live, _final(_charging(START, 30 minutes, 10_000)), keys);
    }

    function test_anyTwoOfThree() public {
        _settles(_signedBy(_keys(1, 2)));
        vm.warp(START);
        _settles(_signedBy(_keys(1, 3)));
        vm.warp(START);
        _settles(_signedBy(_keys(2, 3)));
    }

    function test_sixteenOfSixteen() public {
        for (uint256 i = 5; i <= 16; ++i) {
            _registerOperator(i);
        }
        Site memory site = _siteWith(_terms(), _pricing(), _committee(16, 1600, 1, 16));
        _accept(site.committee);
        _register(site);
        Live memory live = _openAt(site, 0, driver, DEPOSIT, DURATION);
        vm.warp(START + 30 minutes);
        _settles(_halfHour(site, live));
        vm.assertEq(_balance(_operator(16)), 58_500);
    }

    // ------------------------------------------------------------------------------------------------------ how many

    function test_refuses_fewerThanTheThreshold() public {
        Filing memory filing = _signedBy(_keys(1, 2));
        Signature[] memory one = new Signature[](1);
        one[0] = filing.signatures[0];
        filing.signatures = one;
        _refuses(filing, abi.encodeWithSelector(IChargingSessions.WrongSignatureCount.selector, 1, 2));
        filing.signatures = new Signature[](0);
        _refuses(filing, abi.encodeWithSelector(IChargingSessions.WrongSignatureCount.selector, 0, 2));
    }

    function test_refuses_moreThanTheThreshold() public {
        uint256[] memory keys = new uint256[](3);
        for (uint256 i; i < 3; ++i) {
            keys[i] = _keyOf(_operator(i + 1));
        }
        _refuses(_signedBy(keys), abi.encodeWithSelector(IChargingSessions.WrongSignatureCount.selector, 3, 2));
    }

    // ------------------------------------------------------------------------------------------------------------ who

    function test_refuses_theSameSignatureTwice() public {
        _refuses(
            _signedBy(_keys(1, 1)), abi.encodeWithSelector(IChargingSessions.SignerNotSorted.selector, 1, _operator(1))
        );
    }

    function test_refuses_twoKeysOfOneOperator() public {
        uint256 second = uint256(keccak256("operator 1's second key"));
        _addKey(_operator(1), second);
        uint256[] memory keys = _keys(1, 1);
        keys[1] = second;
        _refuses(_signedBy(keys), abi.encodeWithSelector(IChargingSessions.SignerNotSorted.selector, 1, _operator(1)));
    }

    function test_takesEitherKeyOfAnOperator() public {
        uint256 second = uint256(keccak256("operator 1's second key"));
        _addKey(_operator(1), second);
        uint256[] memory keys = _keys(1, 3);
        keys[0] = second;
        _settles(_signedBy(keys));
    }

    function test_refuses_signersOutOfOrder() public {
        _refuses(
            _signedBy(_keys(2, 1)), abi.encodeWithSelector(IChargingSessions.SignerNotSorted.selector, 1, _operator(1))
        );
    }

    function test_refuses_anOperatorThatIsNoMember() public {
        _refuses(
            _signedBy(_keys(1, 4)), abi.encodeWithSelector(IChargingSessions.SignerNotMember.selector, 1, _operator(4))
        );
    }

    function test_refuses_anOperatorBetweenTheMembers() public {
        // Members 1, 3, 4: operator 2 sorts between them.
        Site memory site = _site();
        site.committee.members[1] = _operator(3);
        site.committee.members[2] = _operator(4);
        site = _siteWith(site.terms, site.pricing, site.committee);
        _accept(site.committee);
        _register(site);
        Live memory live = _openAt(site, 0, driver, DEPOSIT, DURATION);
        Statement memory statement = _final(new Period[](0));
        _refuses(
            _filingBy(site, live, statement, _keys(1, 2)),
            abi.encodeWithSelector(IChargingSessions.SignerNotMember.selector, 1, _operator(2))
        );
        _refuses(
            _filingBy(site, live, statement, _keys(2, 3)),
            abi.encodeWithSelector(IChargingSessions.SignerNotMember.selector, 0, _operator(2))
        );
        _settles(_filingBy(site, live, statement, _keys(3, 4)));
    }

    function test_refuses_theOperatorsOwnAccount() public {
        // Statements are signed by registered keys, never by accounts.
        uint256 unknown = uint256(keccak256("nobody's key"));
        uint256[] memory keys = _keys(1, 2);
        keys[0] = unknown;
        _refuses(_signedBy(keys), abi.encodeWithSelector(IChargingSessions.SignerUnknown.selector, 0, vm.addr(unknown)));
    }

    // ------------------------------------------------------------------------------------------------------ which keys

    function test_refuses_aKeyRetiredBeforeOpening() public {
        address key = vm.addr(_keyOf(_operator(2)));
        vm.prank(_operator(2));
        oracles.retireKey(key);
        vm.warp(START + 1);
        (Site memory site, Live memory live) = _open();
        _refuses(
            _filing(site, live, _final(new Period[](0))),
            abi.encodeWithSelector(IChargingSessions.SignerUnknown.selector, 1, key)
        );
    }

    function test_refuses_aKeyRetiredInTheSecondOfOpening() public {
        address key = vm.addr(_keyOf(_operator(2)));
        (Site memory site, Live memory live) = _open();
        vm.prank(_operator(2));
        oracles.retireKey(key);
        _refuses(
            _filing(site, live, _final(new Period[](0))),
            abi.encodeWithSelector(IChargingSessions.SignerUnknown.selector, 1, key)
        );
    }

    function test_takesAKeyRetiredASecondAfterOpening() public {
        address key = vm.addr(_keyOf(_operator(2)));
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 1);
        vm.prank(_operator(2));
        oracles.retireKey(key);
        vm.warp(START + 1 days);
        _settles(_filing(site, live, _final(new Period[](0))));
    }

    function test_refuses_aKeyAddedASecondAfterOpening() public {
        uint256 late = uint256(keccak256("a late key"));
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 1);
        _addKey(_operator(2), late);
        uint256[] memory keys = _keys(1, 2);
        keys[1] = late;
        _refuses(
            _filingBy(site, live, _final(new Period[](0)), keys),
            abi.encodeWithSelector(IChargingSessions.SignerUnknown.selector, 1, vm.addr(late))
        );
    }

    function test_takesAKeyAddedInTheSecondOfOpening() public {
        uint256 late = uint256(keccak256("a late key"));
        (Site memory site, Live memory live) = _open();
        _addKey(_operator(2), late);
        uint256[] memory keys = _keys(1, 2);
        keys[1] = late;
        _settles(_filingBy(site, live, _final(new Period[](0)), keys));
    }

    function test_takesTheKeysOfAnOperatorThatLeftSince() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 1);
        vm.startPrank(_operator(2));
        oracles.deactivateCommittee(site.committee);
        oracles.startUnbonding();
        vm.warp(START + UNBONDING_SECONDS + 1);
        oracles.withdrawBond(_operator(2));
        vm.stopPrank();
        _settles(_filing(site, live, _final(new Period[](0))));
    }

    // ---------------------------------------------------------------------------------------------------- what they sign

    function test_refuses_malleableSignatures() public {
        Filing memory filing = _signedBy(_keys(1, 2));
        bytes32 digest = sessions.statementDigest(sessions.sessionIdOf(filing.session), filing.statement);
        // A compact signature has no room for an s above half the order: its highest bit is the parity.
        (uint8 v, bytes32 r, bytes32 s) = Signing.malleated(_keyOf(_operator(2)), digest);
        bool parity = v == 28;
        filing.signatures[1] = Signature({ r: r, vs: parity ? bytes32(uint256(s) | 1 << 255) : s });
        vm.expectRevert();
        sessions.settle(filing);

        // The smallest s that is too high.
        filing.signatures[1] = Signature({ r: r, vs: bytes32(Signing.N / 2 + 1) });
        _refuses(filing, abi.encodeWithSelector(IChargingSessions.InvalidSignature.selector, 1));
    }

    function test_refuses_whatRecoversToNobody() public {
        Filing memory filing = _signedBy(_keys(1, 2));
        filing.signatures[0] = Signature({ r: 0, vs: 0 });
        _refuses(filing, abi.encodeWithSelector(IChargingSessions.InvalidSignature.selector, 0));
        // r not below the order
        filing.signatures[0] = Signature({ r: bytes32(type(uint256).max), vs: bytes32(uint256(1)) });
        _refuses(filing, abi.encodeWithSelector(IChargingSessions.InvalidSignature.selector, 0));
    }

    function test_refuses_everyChangeOfTheStatement() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 1 hours);
        for (uint256 i; i < 6; ++i) {
            Filing memory filing = _halfHour(site, live);
            if (i == 0) filing.statement.sequence += 1;
            if (i == 1) filing.statement.stopReason = StopReason.Local;
            if (i == 2) filing.statement.waived = 1;
            if (i == 3) filing.statement.evidence = "x";
            if (i == 4) filing.statement.periods[0] = _period(START, 30 minutes, 9999, PeriodKind.Charging);
            if (i == 5) filing.statement.periods = new Period[](0);
            bytes32 digest = Expected.statementDigest(address(sessions), live.sessionId, filing.statement);
            vm.expectRevert(
                abi.encodeWithSelector(
                    IChargingSessions.SignerUnknown.selector, 0, _recover(digest, filing.signatures[0])
                )
            );
            sessions.settle(filing);
        }
        _settles(_halfHour(site, live));
    }

    function test_refuses_aStatementOfAnotherSession() public {
        Site memory site = _site();
        Live memory live = _openAt(site, 0, driver, DEPOSIT, DURATION);
        Live memory other = _openAt(site, 1, driver, DEPOSIT, DURATION);
        Filing memory filing = _filing(site, live, _final(new Period[](0)));
        filing.signatures = _filing(site, other, filing.statement).signatures;
        bytes32 digest = Expected.statementDigest(address(sessions), live.sessionId, filing.statement);
        _refuses(
            filing,
            abi.encodeWithSelector(IChargingSessions.SignerUnknown.selector, 0, _recover(digest, filing.signatures[0]))
        );
    }

    function test_refuses_aStatementForAnotherContract() public {
        (Site memory site, Live memory live) = _open();
        Filing memory filing = _filing(site, live, _final(new Period[](0)));
        bytes32 foreign = Expected.statementDigest(address(stations), live.sessionId, filing.statement);
        filing.signatures[0] = Signing.compact(_keyOf(_operator(1)), foreign);
        bytes32 digest = Expected.statementDigest(address(sessions), live.sessionId, filing.statement);
        _refuses(
            filing,
            abi.encodeWithSelector(IChargingSessions.SignerUnknown.selector, 0, _recover(digest, filing.signatures[0]))
        );
    }

    function test_refuses_aStatementForAnotherChain() public {
        (Site memory site, Live memory live) = _open();
        uint256 here = block.chainid;
        vm.chainId(here + 1);
        bytes32 foreign = Expected.statementDigest(address(sessions), live.sessionId, _final(new Period[](0)));
        vm.chainId(here);
        Filing memory filing = _filing(site, live, _final(new Period[](0)));
        filing.signatures[0] = Signing.compact(_keyOf(_operator(1)), foreign);
        bytes32 digest = Expected.statementDigest(address(sessions), live.sessionId, filing.statement);
        _refuses(
            filing,
            abi.encodeWithSelector(IChargingSessions.SignerUnknown.selector, 0, _recover(digest, filing.signatures[0]))
        );
    }

    /// A chain that splits or changes its id: what was signed before is void, but both exits stay open.
    function test_chainIdChanges_signaturesAreVoidAndTheExitsStay() public {
        (Site memory site, Live memory live) = _open();
        Filing memory filing = _filing(site, live, _final(new Period[](0)));
        vm.chainId(block.chainid + 1);
        vm.assertEq(sessions.sessionIdOf(live.session), live.sessionId);
        (bool settled, bytes memory reason) = address(sessions).call(abi.encodeCall(sessions.settle, (filing)));
        vm.assertFalse(settled);
        vm.assertTrue(bytes4(reason) == IChargingSessions.SignerUnknown.selector);

        uint256 snapshot = vm.snapshotState();
        sessions.settle(_filing(site, live, _final(new Period[](0))));
        vm.assertEq(sessions.evseState(live.offer.evse).status, 0);

        vm.assertTrue(vm.revertToState(snapshot));
        vm.warp(uint256(live.session.openedAt) + live.session.maxSeconds + site.terms.settlementWindowSeconds);
        sessions.close(live.offer, live.session, site.terms, Expected.pricingHash(site.pricing));
        vm.assertEq(sessions.evseState(live.offer.evse).status, 0);
    }

    function test_refuses_theWholeFilingAtAnotherContract() public {
        ChargingSessions twin = _newSessions(stations, oracles, MAX_DURATION);
        (Site memory site, Live memory live) = _open();
        Filing memory filing = _filing(site, live, _final(new Period[](0)));
        bytes32 given = Expected.sessionId(address(twin), live.session);
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.UnknownSession.selector, given));
        twin.settle(filing);
    }

    function test_checkpointsAreVerifiedTheSameWay() public {
        (Site memory site, Live memory live) = _open();
        vm.warp(START + 30 minutes);
        Filing memory filing = _filingBy(site, live, _interim(1, _charging(START, 30 minutes, 10_000)), _keys(2, 1));
        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.SignerNotSorted.selector, 1, _operator(1)));
        sessions.checkpoint(filing);
    }

    function _recover(bytes32 digest, Signature memory signature) private pure returns (address) {
        uint256 vs = uint256(signature.vs);
        return ecrecover(digest, uint8(27 + (vs >> 255)), signature.r, bytes32(vs << 1 >> 1));
    }
}
