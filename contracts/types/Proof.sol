// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Signature } from "./Committee.sol";
import { Offer, Session } from "./Session.sol";
import { Statement } from "./Statement.sol";

/// @notice A statement as one operator signed it.
struct SignedStatement {
    Statement statement;
    Signature signature;
}

/// @notice Two statements of one session that one operator should never have signed both.
struct SlashingProof {
    Offer offer;
    Session session;
    /// The one with the lower sequence, or either of two with the same.
    SignedStatement earlier;
    SignedStatement later;
}
