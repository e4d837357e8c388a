// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { ILedger } from "../../../../contracts/interfaces/ILedger.sol";
import { ISessionsExtension } from "../../../../contracts/interfaces/ISessionsExtension.sol";
import { OpenAuthorization } from "../../../../contracts/types/Authorization.sol";
import { Offer, Session } from "../../../../contracts/types/Session.sol";
import { Authorizing } from "../../base/Authorizing.sol";
import { Expected } from "../../base/Expected.sol";
import { Live, Site } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

contract OpenForTest is Authorizing {
    uint256 private constant NONCE = 256 * 5 + 3;

    Offer private offer;

    function setUp() public override {
        super.setUp();
        Site memory site = _site();
        offer = _offer(site, 0);
        _activate(site, offer);
    }

    function _refuses(OpenAuthorization memory authorization, bytes memory error_) private {
        bytes memory signature = _authorize(DRIVER_KEY, offer, authorization);
        vm.expectRevert(error_);
        vm.prank(STRANGER);
        whole.openFor(offer, authorization, signature);
        // Nothing half done: a nonce is not lost by a failure.
        vm.assertEq(whole.usedNonces(driver, NONCE / 256), 0);
        vm.assertEq(_balance(driver), FUNDS);
    }

    function test_locksTheDriversDepositAtAnothersCall() public {
        OpenAuthorization memory authorization = _authorization(driver, NONCE);
        bytes memory signature = _authorize(DRIVER_KEY, offer, authorization);
        Session memory session = _nextSession(offer, driver, DEPOSIT, DURATION);
        bytes32 id = Expected.sessionId(address(sessions), session);

        vm.expectEmit(address(sessions));
        emit IChargingSessions.SessionOpened(
            id,
            offer.evse,
            driver,
            session.offerHash,
            session.parentHash,
            DEPOSIT,
            1,
            uint40(START),
            DURATION,
            bytes32(0)
        );
        vm.expectEmit(address(sessions));
        emit ISessionsExtension.NonceUsed(driver, NONCE, id);
        vm.prank(STRANGER);
        vm.assertEq(whole.openFor(offer, authorization, signature), id);

        vm.assertEq(_balance(driver), FUNDS - DEPOSIT);
        vm.assertEq(_balance(STRANGER), 0);
        IChargingSessions.EvseState memory state = sessions.evseState(offer.evse);
        vm.assertEq(state.commitment, bytes32(bytes24(id)));
        vm.assertEq(state.status, 1);
        vm.assertEq(whole.usedNonces(driver, 5), 1 << 3);
        vm.assertEq(whole.usedNonces(driver, 0), 0);
        vm.assertEq(whole.usedNonces(secondDriver, 5), 0);
    }

    function test_theSessionIsTheDrivers() public {
        Site memory site = _site();
        OpenAuthorization memory authorization = _authorization(driver, NONCE);
        Live memory live;
        (live.offer, live.session) = (offer, _nextSession(offer, driver, DEPOSIT, DURATION));
        vm.prank(STRANGER);
        live.sessionId = whole.openFor(offer, authorization, _authorize(DRIVER_KEY, offer, authorization));

        vm.expectRevert(abi.encodeWithSelector(IChargingSessions.NotParty.selector, live.sessionId, STRANGER));
        vm.prank(STRANGER);
        sessions.requestStop(live.offer, live.session);
        vm.prank(driver);
        sessions.requestStop(live.offer, live.session);

        vm.warp(block.timestamp + 30 minutes);
        sessions.settle(_halfHour(site, live));
        vm.assertEq(_balance(driver), FUNDS - 5_850_000);
    }

    function test_opensUntilTheDeadline() public {
        OpenAuthorization memory authorization = _authorization(driver, 0);
        bytes memory signature = _authorize(DRIVER_KEY, offer, authorization);
        vm.warp(authorization.deadline);
        whole.openFor(offer, authorization, signature);
        vm.assertEq(sessions.evseState(offer.evse).status, 1);
    }

    function test_noncesHaveNoOrder() public {
        uint256[4] memory nonces = [uint256(300), 2, type(uint256).max, 0];
        Site memory site = _site();
        for (uint256 i; i < nonces.length; ++i) {
            Offer memory other = _offer(site, i);
            _activate(site, other);
            OpenAuthorization memory authorization = _authorization(driver, nonces[i]);
            whole.openFor(other, authorization, _authorize(DRIVER_KEY, other, authorization));
        }
        vm.assertEq(whole.usedNonces(driver, 0), 5);
        vm.assertEq(whole.usedNonces(driver, 1), 1 << 44);
        vm.assertEq(whole.usedNonces(driver, type(uint248).max), 1 << 255);
    }

    function test_saysWhatTheDriverSigns() public view {
        OpenAuthorization memory authorization = _authorization(driver, NONCE);
        authorization.maxRate = 17;
        vm.assertEq(
            whole.openAuthorizationDigest(offer, authorization),
            Expected.openAuthorizationDigest(address(sessions), offer, authorization)
        );
    }

    function test_refuses_afterTheDeadline() public {
        OpenAuthorization memory authorization = _authorization(driver, NONCE);
        vm.warp(authorization.deadline + 1);
        _refuses(
            authorization,
            abi.encodeWithSelector(ISessionsExtension.AuthorizationExpired.selector, authorization.deadline)
        );
    }

    function test_refuses_aSecondUse() public {
        OpenAuthorization memory authorization = _authorization(driver, NONCE);
        bytes memory signature = _authorize(DRIVER_KEY, offer, authorization);
        Site memory site = _site();
        Live memory live;
        (live.offer, live.session) = (offer, _nextSession(offer, driver, DEPOSIT, DURATION));
        live.sessionId = whole.openFor(offer, authorization, signature);
        vm.warp(block.timestamp + 30 minutes);
        sessions.settle(_halfHour(site, live));

        vm.expectRevert(abi.encodeWithSelector(ISessionsExtension.NonceAlreadyUsed.selector, driver, NONCE));
        whole.openFor(offer, authorization, signature);
    }

    function test_refuses_anotherAuthorizationWithTheSameNonce() public {
        OpenAuthorization memory authorization = _authorization(driver, NONCE);
        whole.openFor(offer, authorization, _authorize(DRIVER_KEY, offer, authorization));
        Offer memory other = _offer(_site(), 1);
        _activate(_site(), other);
        bytes memory signature = _authorize(DRIVER_KEY, other, authorization);
        vm.expectRevert(abi.encodeWithSelector(ISessionsExtension.NonceAlreadyUsed.selector, driver, NONCE));
        whole.openFor(other, authorization, signature);
    }

    function test_refuses_aSignatureOfAnother() public {
        OpenAuthorization memory authorization = _authorization(driver, NONCE);
        bytes memory signature = _authorize(SECOND_DRIVER_KEY, offer, authorization);
        vm.expectRevert(abi.encodeWithSelector(ISessionsExtension.InvalidDriverSignature.selector, driver));
        whole.openFor(offer, authorization, signature);
    }

    function test_refuses_noDriver() public {
        OpenAuthorization memory authorization = _authorization(address(0), NONCE);
        vm.expectRevert(abi.encodeWithSelector(ISessionsExtension.InvalidDriverSignature.selector, address(0)));
        whole.openFor(offer, authorization, new bytes(65));
    }

    // What `open` refuses is refused in the same words.

    function test_refuses_aBusyEvse() public {
        vm.prank(secondDriver);
        sessions.open(offer, DEPOSIT, DURATION, 0);
        _refuses(_authorization(driver, NONCE), abi.encodeWithSelector(IChargingSessions.EvseBusy.selector, offer.evse));
    }

    function test_refuses_aStaleOffer() public {
        uint256 stationId = _site().stationId;
        vm.prank(OWNER);
        stations.transferFrom(OWNER, STRANGER, stationId);
        _refuses(
            _authorization(driver, NONCE),
            abi.encodeWithSelector(IChargingSessions.OfferNotActive.selector, offer.evse, Expected.offerHash(offer))
        );
    }

    function test_refuses_aDepositBelowTheMinimum() public {
        OpenAuthorization memory authorization = _authorization(driver, NONCE);
        authorization.deposit = 20e6 - 1;
        _refuses(authorization, abi.encodeWithSelector(IChargingSessions.DepositBelowMinimum.selector, 20e6 - 1, 20e6));
    }

    function test_refuses_aDepositBeyondTheDriversBalance() public {
        _fund(STRANGER, FUNDS);
        OpenAuthorization memory authorization = _authorization(driver, NONCE);
        authorization.deposit = uint128(FUNDS) + 1;
        _refuses(
            authorization,
            abi.encodeWithSelector(ILedger.InsufficientBalance.selector, driver, FUNDS, FUNDS + 1, euroId)
        );
    }

    function test_refuses_durations() public {
        OpenAuthorization memory authorization = _authorization(driver, NONCE);
        authorization.maxSeconds = 0;
        _refuses(authorization, abi.encodeWithSelector(IChargingSessions.InvalidDuration.selector, 0, MAX_DURATION));
        authorization.maxSeconds = MAX_DURATION + 1;
        _refuses(
            authorization,
            abi.encodeWithSelector(IChargingSessions.InvalidDuration.selector, MAX_DURATION + 1, MAX_DURATION)
        );
    }

    function test_refuses_aRateBoundWithoutFeeds() public {
        OpenAuthorization memory authorization = _authorization(driver, NONCE);
        authorization.maxRate = 1;
        _refuses(authorization, abi.encodeWithSelector(IChargingSessions.RateNotApplicable.selector, 1));
    }
}
