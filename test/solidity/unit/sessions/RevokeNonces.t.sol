// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ISessionsExtension } from "../../../../contracts/interfaces/ISessionsExtension.sol";
import { OpenAuthorization } from "../../../../contracts/types/Authorization.sol";
import { Offer } from "../../../../contracts/types/Session.sol";
import { Authorizing } from "../../base/Authorizing.sol";
import { Site } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

contract RevokeNoncesTest is Authorizing {
    function test_makesThemVoid() public {
        vm.expectEmit(address(sessions));
        emit ISessionsExtension.NoncesRevoked(driver, 2, 6);
        vm.prank(driver);
        whole.revokeNonces(2, 6);
        vm.assertEq(whole.usedNonces(driver, 2), 6);

        Site memory site = _site();
        Offer memory offer = _offer(site, 0);
        _activate(site, offer);
        for (uint256 nonce = 513; nonce <= 514; ++nonce) {
            OpenAuthorization memory void = _authorization(driver, nonce);
            bytes memory signature = _authorize(DRIVER_KEY, offer, void);
            vm.expectRevert(abi.encodeWithSelector(ISessionsExtension.NonceAlreadyUsed.selector, driver, nonce));
            whole.openFor(offer, void, signature);
        }
        // Those beside them are good.
        OpenAuthorization memory authorization = _authorization(driver, 512);
        whole.openFor(offer, authorization, _authorize(DRIVER_KEY, offer, authorization));
        vm.assertEq(whole.usedNonces(driver, 2), 7);
    }

    function test_neverGivesOneBack() public {
        vm.startPrank(driver);
        whole.revokeNonces(0, type(uint256).max);
        whole.revokeNonces(0, 1);
        vm.stopPrank();
        vm.assertEq(whole.usedNonces(driver, 0), type(uint256).max);
    }

    function test_touchesNobodyElses() public {
        vm.prank(STRANGER);
        whole.revokeNonces(0, type(uint256).max);
        vm.assertEq(whole.usedNonces(driver, 0), 0);
    }

    function test_refuses_none() public {
        vm.expectRevert(abi.encodeWithSelector(ISessionsExtension.NothingToRevoke.selector));
        whole.revokeNonces(0, 0);
    }
}
