// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { SessionsExtension } from "../../../../contracts/SessionsExtension.sol";
import { ISessionsExtension } from "../../../../contracts/interfaces/ISessionsExtension.sol";
import { OpenAuthorization } from "../../../../contracts/types/Authorization.sol";
import { Offer } from "../../../../contracts/types/Session.sol";
import { Fixture } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";

/// @notice How ChargingSessions and its extension are joined. That every function of it is guarded, and that both see one
/// storage, is compared in test/contracts/extension.test.ts.
contract ExtensionTest is Fixture {
    SessionsExtension private extension;

    function setUp() public override {
        super.setUp();
        extension = SessionsExtension(whole.EXTENSION());
    }

    function test_saysWhereItsCodeLies() public view {
        vm.assertNotEq(bytes32(uint256(uint160(address(extension)))), bytes32(uint256(uint160(address(sessions)))));
        vm.assertTrue(address(extension).code.length != 0);
        (, uint32 maxDuration) = extension.madeFor();
        vm.assertEq(maxDuration, MAX_DURATION);
    }

    function test_refuses_toWorkOnItsOwn() public {
        bytes memory refusal = abi.encodeWithSelector(ISessionsExtension.NotThroughSessions.selector, address(sessions));
        vm.expectRevert(refusal);
        extension.revokeNonces(0, 1);
        Offer memory offer = _offer(_site(), 0);
        OpenAuthorization memory authorization;
        vm.expectRevert(refusal);
        extension.openFor(offer, authorization, "");
        vm.expectRevert(refusal);
        extension.usedNonces(driver, 0);
    }

    /// @dev Nor does it for whoever else delegates to it.
    function test_refuses_toWorkForAnother() public {
        Delegator other = new Delegator(address(extension));
        vm.expectRevert(abi.encodeWithSelector(ISessionsExtension.NotThroughSessions.selector, address(sessions)));
        ISessionsExtension(address(other)).revokeNonces(0, 1);
    }

    function test_passesOnWhoCalls() public {
        vm.prank(driver);
        whole.revokeNonces(0, 2);
        vm.assertEq(whole.usedNonces(driver, 0), 2);
        vm.assertEq(whole.usedNonces(address(this), 0), 0);
    }

    function test_refuses_whatNeitherHas() public {
        (bool done, bytes memory answer) = address(sessions).call(hex"deadbeef");
        vm.assertFalse(done);
        vm.assertEq(answer.length, 0);
        (done, answer) = address(sessions).call("");
        vm.assertFalse(done);
        vm.assertEq(answer.length, 0);
    }

    /// @dev Native money comes in by `depositNative` alone, where it is booked.
    function test_refuses_money() public {
        vm.deal(address(this), 3);
        (bool done,) = address(sessions).call{ value: 1 }("");
        vm.assertFalse(done);
        (done,) = address(sessions).call{ value: 1 }(abi.encodeCall(ISessionsExtension.revokeNonces, (0, 1)));
        vm.assertFalse(done);
        (done,) = address(extension).call{ value: 1 }("");
        vm.assertFalse(done);
    }

    function test_worksInAMulticall() public {
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(ISessionsExtension.revokeNonces, (7, 1));
        calls[1] = abi.encodeCall(ISessionsExtension.revokeNonces, (7, 4));
        vm.prank(driver);
        sessions.multicall(calls);
        vm.assertEq(whole.usedNonces(driver, 7), 5);
    }
}

contract Delegator {
    address private immutable TO;

    constructor(address to) {
        TO = to;
    }

    fallback() external {
        (bool done, bytes memory answer) = TO.delegatecall(msg.data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
    }
}
