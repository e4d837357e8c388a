// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { OpenAuthorization } from "../../../contracts/types/Authorization.sol";
import { Offer } from "../../../contracts/types/Session.sol";
import { Expected } from "./Expected.sol";
import { Fixture } from "./Fixture.sol";
import { Signing } from "./Signing.sol";

/// @notice Drivers who sign instead of sending.
abstract contract Authorizing is Fixture {
    function _authorization(address driver_, uint256 nonce) internal view returns (OpenAuthorization memory) {
        return OpenAuthorization({
            driver: driver_,
            deposit: DEPOSIT,
            maxSeconds: DURATION,
            maxRate: 0,
            nonce: nonce,
            deadline: block.timestamp + 1 hours
        });
    }

    function _authorize(uint256 privateKey, Offer memory offer, OpenAuthorization memory authorization)
        internal
        view
        returns (bytes memory)
    {
        return Signing.full(privateKey, Expected.openAuthorizationDigest(address(sessions), offer, authorization));
    }
}
