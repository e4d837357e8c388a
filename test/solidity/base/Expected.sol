// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { OpenAuthorization } from "../../../contracts/types/Authorization.sol";
import { Committee } from "../../../contracts/types/Committee.sol";
import { Offer, Session } from "../../../contracts/types/Session.sol";
import { Statement } from "../../../contracts/types/Statement.sol";
import { StationConfig } from "../../../contracts/types/Station.sol";
import { Element, TariffPricing, TariffTerms } from "../../../contracts/types/Tariff.sol";

/// @notice Every hash of the protocol in its plainest form, to compare the contracts' assembly with. Nothing here is
/// shared with them.
library Expected {
    function offerHash(Offer memory offer) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                offer.evse,
                offer.owner,
                offer.ownerEpoch,
                offer.tariffId,
                offer.committeeId,
                offer.meterKeyHash,
                offer.currency,
                offer.minimumDeposit,
                offer.powerCapW
            )
        );
    }

    function sessionId(address contract_, Session memory session) internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                domainSeparator("OpenJoule Sessions", contract_),
                session.offerHash,
                session.parentHash,
                session.driver,
                session.deposit,
                session.counter,
                session.openedAt,
                session.maxSeconds,
                session.extras
            )
        );
    }

    function committeeId(Committee memory committee) internal pure returns (bytes32) {
        bytes memory packed = abi.encode(committee.threshold, committee.feeBps);
        for (uint256 i; i < committee.members.length; ++i) {
            packed = bytes.concat(packed, abi.encode(committee.members[i]));
        }
        return keccak256(packed);
    }

    function termsHash(TariffTerms memory terms) internal pure returns (bytes32) {
        return keccak256(abi.encode(terms));
    }

    function pricingHash(TariffPricing memory pricing) internal pure returns (bytes32) {
        bytes memory packed = abi.encode(pricing.minimum, pricing.maximum, pricing.noShowFee, pricing.utcOffsetSeconds);
        for (uint256 i; i < pricing.elements.length; ++i) {
            Element memory e = pricing.elements[i];
            packed = bytes.concat(
                packed, abi.encode(e.pricePerKwh, e.pricePerHour, e.idlePerHour, e.flat, e.restrictions)
            );
        }
        return keccak256(packed);
    }

    function tariffId(TariffTerms memory terms, TariffPricing memory pricing) internal pure returns (bytes32) {
        return keccak256(abi.encode(termsHash(terms), pricingHash(pricing)));
    }

    /// @dev The low 24 bits carry the number of EVSEs above 16 zero bits.
    function configHash(StationConfig memory config) internal pure returns (bytes32) {
        bytes29 high = bytes29(keccak256(abi.encode(config)));
        return bytes32(abi.encodePacked(high, uint8(config.evses.length), uint16(0)));
    }

    function domainSeparator(string memory name, address contract_) internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256("1"),
                block.chainid,
                contract_
            )
        );
    }

    function statementDigest(address contract_, bytes32 sessionId_, Statement memory statement)
        internal
        view
        returns (bytes32)
    {
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256(
                    "Statement(bytes32 sessionId,uint32 sequence,uint8 stopReason,uint128 waived,bytes32 evidence,uint256[] periods)"
                ),
                sessionId_,
                statement.sequence,
                statement.stopReason,
                statement.waived,
                statement.evidence,
                keccak256(abi.encodePacked(statement.periods))
            )
        );
        return typedDataDigest(domainSeparator("OpenJoule Sessions", contract_), structHash);
    }

    function openAuthorizationDigest(address contract_, Offer memory offer, OpenAuthorization memory a)
        internal
        view
        returns (bytes32)
    {
        bytes memory offerType = bytes.concat(
            "Offer(uint256 evse,address owner,uint32 ownerEpoch,bytes32 tariffId,bytes32 committeeId,",
            "bytes32 meterKeyHash,uint256 currency,uint128 minimumDeposit,uint32 powerCapW)"
        );
        bytes memory openType = bytes.concat(
            "OpenAuthorization(Offer offer,address driver,uint128 deposit,uint32 maxSeconds,uint128 maxRate,",
            "uint256 nonce,uint256 deadline)"
        );
        bytes memory words = abi.encode(
            offer.evse,
            offer.owner,
            offer.ownerEpoch,
            offer.tariffId,
            offer.committeeId,
            offer.meterKeyHash,
            offer.currency,
            offer.minimumDeposit,
            offer.powerCapW
        );
        bytes32 offerStruct = keccak256(bytes.concat(keccak256(offerType), words));
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256(bytes.concat(openType, offerType)),
                offerStruct,
                a.driver,
                a.deposit,
                a.maxSeconds,
                a.maxRate,
                a.nonce,
                a.deadline
            )
        );
        return typedDataDigest(domainSeparator("OpenJoule Sessions", contract_), structHash);
    }

    function keyProofDigest(address contract_, address operator, address key) internal view returns (bytes32) {
        bytes32 structHash = keccak256(abi.encode(keccak256("KeyProof(address operator,address key)"), operator, key));
        return typedDataDigest(domainSeparator("OpenJoule Oracles", contract_), structHash);
    }

    function typedDataDigest(bytes32 domain, bytes32 structHash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }
}
