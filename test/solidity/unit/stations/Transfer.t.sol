// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { IStationRegistry } from "../../../../contracts/interfaces/IStationRegistry.sol";
import { Fixture } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";
import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

/// @notice A station is an ERC-721 token; a sale starts a new owner epoch.
contract TransferTest is Fixture {
    uint256 private stationId;

    function setUp() public override {
        super.setUp();
        stationId = _site().stationId;
    }

    function test_aSaleStartsANewOwnerEpoch() public {
        vm.expectEmit(address(stations));
        emit IERC721.Transfer(OWNER, STRANGER, stationId);
        vm.expectEmit(address(stations));
        emit IStationRegistry.OwnerEpochStarted(stationId, 1, STRANGER);
        vm.prank(OWNER);
        stations.transferFrom(OWNER, STRANGER, stationId);

        vm.assertEq(stations.ownerOf(stationId), STRANGER);
        vm.assertEq(stations.ownerEpoch(stationId), 1);
        vm.assertEq(stations.balanceOf(OWNER), 0);
        vm.assertEq(stations.balanceOf(STRANGER), 1);
    }

    function test_sellingItBackStartsAnother() public {
        vm.prank(OWNER);
        stations.transferFrom(OWNER, STRANGER, stationId);
        vm.prank(STRANGER);
        stations.safeTransferFrom(STRANGER, OWNER, stationId);
        vm.assertEq(stations.ownerEpoch(stationId), 2);
    }

    function test_voidsTheOffersOfEveryEvse() public {
        _activate(_site(), _offer(_site(), 0));
        _activate(_site(), _offer(_site(), 3));
        vm.expectCall(address(sessions), abi.encodeCall(IChargingSessions.voidOffers, (stationId, 4)));
        vm.prank(OWNER);
        stations.transferFrom(OWNER, STRANGER, stationId);
        vm.assertTrue(sessions.evseState(stationId).stale);
        vm.assertTrue(sessions.evseState(stationId | 3).stale);
    }

    function test_handingItToOneselfIsNoSale() public {
        _activate(_site(), _offer(_site(), 0));
        vm.prank(OWNER);
        stations.transferFrom(OWNER, OWNER, stationId);
        vm.assertEq(stations.ownerEpoch(stationId), 0);
        vm.assertFalse(sessions.evseState(stationId).stale);
    }

    function test_theApprovedMaySell() public {
        vm.prank(OWNER);
        stations.approve(STRANGER, stationId);
        vm.prank(STRANGER);
        stations.transferFrom(OWNER, STRANGER, stationId);
        vm.assertEq(stations.ownerEpoch(stationId), 1);
    }

    function test_refuses_whoeverIsNotTheOwner() public {
        vm.expectRevert(abi.encodeWithSignature("ERC721InsufficientApproval(address,uint256)", STRANGER, stationId));
        vm.prank(STRANGER);
        stations.transferFrom(OWNER, STRANGER, stationId);
        vm.assertEq(stations.ownerEpoch(stationId), 0);
    }

    function test_supportsItsInterfaces() public view {
        vm.assertTrue(stations.supportsInterface(0x80ac58cd), "ERC-721");
        vm.assertTrue(stations.supportsInterface(0x01ffc9a7), "ERC-165");
        vm.assertFalse(stations.supportsInterface(0xffffffff), "ERC-165 excludes it");
    }
}
