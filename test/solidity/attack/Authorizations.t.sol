// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ISessions } from "../../../contracts/interfaces/ISessions.sol";
import { ISessionsExtension } from "../../../contracts/interfaces/ISessionsExtension.sol";
import { OpenAuthorization } from "../../../contracts/types/Authorization.sol";
import { Offer } from "../../../contracts/types/Session.sol";
import { Authorizing } from "../base/Authorizing.sol";
import { Expected } from "../base/Expected.sol";
import { Site } from "../base/Fixture.sol";
import { Signing } from "../base/Signing.sol";
import { vm } from "../base/Vm.sol";
import { KeyWallet, NoWallet, ShortWallet, WithdrawingWallet, YesWallet } from "../wallets/Wallets.sol";

/// @notice Nobody opens in a driver's name what the driver did not sign.
contract AuthorizationsTest is Authorizing {
    Offer private offer;

    function setUp() public override {
        super.setUp();
        Site memory site = _site();
        offer = _offer(site, 0);
        _activate(site, offer);
    }

    function _refuses(OpenAuthorization memory authorization, bytes memory signature) private {
        vm.expectRevert(
            abi.encodeWithSelector(ISessionsExtension.InvalidDriverSignature.selector, authorization.driver)
        );
        whole.openFor(offer, authorization, signature);
        vm.assertEq(_balance(authorization.driver), FUNDS);
        vm.assertEq(whole.usedNonces(authorization.driver, authorization.nonce >> 8), 0);
    }

    function _opens(OpenAuthorization memory authorization, bytes memory signature) private {
        whole.openFor(offer, authorization, signature);
        vm.assertEq(_balance(authorization.driver), FUNDS - DEPOSIT);
        vm.assertEq(sessions.evseState(offer.evse).status, 1);
    }

    // ------------------------------------------------------------------------------------------- every word is signed

    function testFuzz_everyParameterIsSigned(uint256 which, uint256 change) public {
        OpenAuthorization memory authorization = _authorization(driver, 1);
        bytes memory signature = _authorize(DRIVER_KEY, offer, authorization);
        which %= 14;
        // Never zero within the field, so that something does change.
        uint32 small = uint32(change % type(uint32).max) + 1;
        if (which == 0) authorization.deposit ^= small;
        if (which == 1) authorization.maxSeconds ^= small;
        if (which == 2) authorization.maxRate ^= small;
        if (which == 3) authorization.nonce ^= small;
        if (which == 4) authorization.deadline += small;
        if (which == 5) offer.evse ^= small;
        if (which == 6) offer.owner = address(uint160(offer.owner) ^ small);
        if (which == 7) offer.ownerEpoch ^= small;
        if (which == 8) offer.tariffId ^= bytes32(uint256(small));
        if (which == 9) offer.committeeId ^= bytes32(uint256(small));
        if (which == 10) offer.meterKeyHash ^= bytes32(uint256(small));
        if (which == 11) offer.currency ^= small;
        if (which == 12) offer.minimumDeposit ^= small;
        if (which == 13) offer.powerCapW ^= small;
        _refuses(authorization, signature);
    }

    function test_theDriverIsSigned() public {
        OpenAuthorization memory authorization = _authorization(driver, 1);
        bytes memory signature = _authorize(DRIVER_KEY, offer, authorization);
        authorization.driver = secondDriver;
        _refuses(authorization, signature);
    }

    function test_anotherContractTakesNothing() public {
        OpenAuthorization memory authorization = _authorization(driver, 1);
        address twin = address(_newSessions(stations, oracles, MAX_DURATION));
        bytes32 digest = Expected.openAuthorizationDigest(twin, offer, authorization);
        _refuses(authorization, Signing.full(DRIVER_KEY, digest));
        vm.assertEq(ISessions(twin).openAuthorizationDigest(offer, authorization), digest);
    }

    function test_anotherChainTakesNothing() public {
        OpenAuthorization memory authorization = _authorization(driver, 1);
        bytes memory signature = _authorize(DRIVER_KEY, offer, authorization);
        vm.chainId(block.chainid + 1);
        _refuses(authorization, signature);
        // What is signed for the chain as it is now counts.
        _opens(authorization, _authorize(DRIVER_KEY, offer, authorization));
    }

    /// @dev Not even with a signature over the extension's own domain.
    function test_theExtensionsOwnDomainIsWorthNothing() public {
        OpenAuthorization memory authorization = _authorization(driver, 1);
        bytes32 digest = Expected.openAuthorizationDigest(whole.EXTENSION(), offer, authorization);
        _refuses(authorization, Signing.full(DRIVER_KEY, digest));
    }

    // --------------------------------------------------------------------------------------------- forms of signatures

    function test_refuses_theOtherHalfOfS() public {
        OpenAuthorization memory authorization = _authorization(driver, 1);
        (uint8 v, bytes32 r, bytes32 s) =
            Signing.malleated(DRIVER_KEY, Expected.openAuthorizationDigest(address(sessions), offer, authorization));
        _refuses(authorization, abi.encodePacked(r, s, v));
    }

    function testFuzz_refuses_otherLengths(uint8 length) public {
        OpenAuthorization memory authorization = _authorization(driver, 1);
        bytes memory signature = _authorize(DRIVER_KEY, offer, authorization);
        bytes memory other = new bytes(length);
        for (uint256 i; i < length && i < 65; ++i) {
            other[i] = signature[i];
        }
        if (length == 65) _opens(authorization, other);
        else _refuses(authorization, other);
    }

    function testFuzz_refuses_noise(bytes32 r, bytes32 s, uint8 v) public {
        _refuses(_authorization(driver, 1), abi.encodePacked(r, s, v));
    }

    // ------------------------------------------------------------------------------------------------ contract wallets

    function test_aContractWalletSignsAsItLikes() public {
        address wallet = address(new KeyWallet(driver));
        _fund(wallet, FUNDS);
        OpenAuthorization memory authorization = _authorization(wallet, 1);
        _refuses(authorization, _authorize(SECOND_DRIVER_KEY, offer, authorization));
        _opens(authorization, _authorize(DRIVER_KEY, offer, authorization));
    }

    /// @dev Two wallets of one key: what was signed for one does not count for the other.
    function test_twoWalletsOfOneKeyAreTwoDrivers() public {
        (address one, address other) = (address(new KeyWallet(driver)), address(new KeyWallet(driver)));
        _fund(one, FUNDS);
        _fund(other, FUNDS);
        OpenAuthorization memory authorization = _authorization(one, 1);
        bytes memory signature = _authorize(DRIVER_KEY, offer, authorization);
        authorization.driver = other;
        _refuses(authorization, signature);
    }

    function test_aWalletMaySignWithAnything() public {
        address wallet = address(new YesWallet());
        _fund(wallet, FUNDS);
        _opens(_authorization(wallet, 1), hex"00112233445566");
    }

    function test_refuses_walletsThatDoNotSayYes() public {
        address[4] memory wallets = [
            address(new NoWallet(false)),
            address(new NoWallet(true)),
            address(new ShortWallet()),
            // Has code and no such function.
            address(new Mute())
        ];
        for (uint256 i; i < wallets.length; ++i) {
            _fund(wallets[i], FUNDS);
            OpenAuthorization memory authorization = _authorization(wallets[i], 1);
            _refuses(authorization, _authorize(DRIVER_KEY, offer, authorization));
        }
    }

    /// @dev It is asked by a static call, so it cannot act while it answers.
    function test_refuses_aWalletThatActsWhileItAnswers() public {
        address wallet = address(new WithdrawingWallet(sessions, euroId));
        _fund(wallet, FUNDS);
        _refuses(_authorization(wallet, 1), "");
    }

    // --------------------------------------------------------------------------------------- delegated code (EIP-7702)

    function test_anAccountWithDelegatedCodeSignsWithItsKey() public {
        _delegate(driver, address(new NoWallet(true)));
        OpenAuthorization memory authorization = _authorization(driver, 1);
        _refuses(authorization, _authorize(SECOND_DRIVER_KEY, offer, authorization));
        _opens(authorization, _authorize(DRIVER_KEY, offer, authorization));
    }

    function test_anAccountWithDelegatedCodeSignsAsTheCodeSays() public {
        _delegate(driver, address(new KeyWallet(secondDriver)));
        OpenAuthorization memory authorization = _authorization(driver, 1);
        _opens(authorization, _authorize(SECOND_DRIVER_KEY, offer, authorization));
    }

    /// @dev As EIP-7702 leaves an account.
    function _delegate(address account, address code) private {
        vm.etch(account, abi.encodePacked(hex"ef0100", code));
        vm.assertTrue(account.code.length != 0, "delegated");
    }
}

contract Mute { }
