// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import { SessionsStorage } from "./SessionsStorage.sol";
import { IChargingSessions } from "./interfaces/IChargingSessions.sol";
import { EvseWord, EvseWords } from "./libraries/EvseWord.sol";
import { Hashes } from "./libraries/Hashes.sol";
import { SessionEvents } from "./libraries/SessionEvents.sol";
import { Offer, Session } from "./types/Session.sol";

/// @notice What ChargingSessions and its extension both do with their common storage.
abstract contract SessionsCore is SessionsStorage, EIP712 {
    string private constant NAME = "OpenJoule Sessions";
    string private constant VERSION = "1";

    /// Session ids are hashed under the domain of the deployment, so that a chain that changes its own id leaves no
    /// session without an exit. Signatures follow the chain's id as it is now.
    bytes32 internal immutable SESSION_DOMAIN;
    /// Longest duration limit, seconds.
    uint32 internal immutable LONGEST;

    /// @param sessions ChargingSessions, whose address the domain holds.
    constructor(address sessions, uint32 maxDuration) EIP712(NAME, VERSION) {
        if (maxDuration == 0) revert IChargingSessions.InvalidDuration(maxDuration, type(uint32).max);
        LONGEST = maxDuration;
        SESSION_DOMAIN = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(NAME)),
                keccak256(bytes(VERSION)),
                block.chainid,
                sessions
            )
        );
    }

    /// @dev Locks a deposit of the driver's balance and occupies the EVSE. That the driver wants it is the caller's to know.
    function _open(Offer calldata offer_, address driver, uint128 amount, uint32 maxSeconds, uint128 maxRate)
        internal
        returns (bytes32 sessionId)
    {
        if (maxRate != 0) revert IChargingSessions.RateNotApplicable(maxRate);
        if (maxSeconds == 0 || maxSeconds > LONGEST) revert IChargingSessions.InvalidDuration(maxSeconds, LONGEST);
        (Offer memory offer, bytes32 offerHash) = Hashes.load(offer_);
        EvseWord word = _evses[offer.evse];
        if (word.status() != 0) revert IChargingSessions.EvseBusy(offer.evse);
        if (word.has(EvseWords.STALE) || !word.commitsTo(offerHash)) {
            revert IChargingSessions.OfferNotActive(offer.evse, offerHash);
        }
        if (!_activeCommittees[offer.committeeId]) revert IChargingSessions.CommitteeInactive(offer.committeeId);
        if (amount < offer.minimumDeposit) {
            revert IChargingSessions.DepositBelowMinimum(amount, offer.minimumDeposit);
        }

        _take(driver, offer.currency, amount);
        Session memory session;
        // 40 bits of sessions outlast any EVSE, and no session opens in the genesis block.
        unchecked {
            session = Session({
                offerHash: offerHash,
                parentHash: blockhash(block.number - 1),
                driver: driver,
                deposit: amount,
                counter: word.counter() + 1,
                openedAt: uint40(block.timestamp),
                maxSeconds: maxSeconds,
                extras: 0
            });
        }
        sessionId = Hashes.newSession(session, SESSION_DOMAIN);
        _evses[offer.evse] = EvseWords.opened(sessionId, session.counter);
        SessionEvents.opened(sessionId, offer.evse, session);
    }
}
