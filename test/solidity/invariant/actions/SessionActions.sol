// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "../../../../contracts/interfaces/IChargingSessions.sol";
import { ISessionsExtension } from "../../../../contracts/interfaces/ISessionsExtension.sol";
import { OpenAuthorization } from "../../../../contracts/types/Authorization.sol";
import { Filing, Offer } from "../../../../contracts/types/Session.sol";
import { Period, PeriodKind, Statement, StopReason } from "../../../../contracts/types/Statement.sol";
import { Expected } from "../../base/Expected.sol";
import { Live, Site } from "../../base/Fixture.sol";
import { vm } from "../../base/Vm.sol";
import { Random } from "../../fuzz/Random.sol";
import { ReferenceCost } from "../../fuzz/ReferenceCost.sol";
import { GhostCommittee, GhostEvse, GhostSession, GhostStation, Stage, World } from "../World.sol";

/// @notice Sessions open, run and end, while everything else happens around them.
abstract contract SessionActions is World {
    function passTime(uint256 seed) external nobodyFalls {
        Random memory random = Random(seed);
        vm.warp(block.timestamp + random.between(1, random.once(4) ? 3 days : 1 hours));
        vm.roll(block.number + random.between(1, 9));
    }

    // -------------------------------------------------------------------------------------------------------------- opening

    function open(uint256 seed) external {
        Random memory random = Random(seed);
        uint256 station = random.between(0, 1);
        uint256 currency = _currencyOf(ghostStations[station].tariff);
        _open(_whoHas(random, currency), station, random.between(0, EVSES - 1), random);
    }

    function _open(address driver_, uint256 station, uint256 index, Random memory random) private onlyFalls(driver_) {
        Offer memory offer = _offer(_siteOf(station), index);
        (uint128 deposit, uint32 maxSeconds) = _howMuch(driver_, offer, random);
        if (deposit == 0) return;
        bytes memory opening = abi.encodeCall(IChargingSessions.open, (offer, deposit, maxSeconds, 0));
        if (!_ready(driver_, station, offer, opening, random)) return;

        _record(station, offer, driver_, deposit, maxSeconds);
        bytes memory answer = _must(driver_, address(sessions), opening);
        vm.assertEq(abi.decode(answer, (bytes32)), ghosts[ghosts.length - 1].sessionId, "session id");
    }

    function openFor(uint256 seed) external {
        Random memory random = Random(seed);
        bool first = random.once(2);
        _openFor(
            first ? driver : secondDriver,
            first ? DRIVER_KEY : SECOND_DRIVER_KEY,
            random.between(0, 1),
            random.between(0, EVSES - 1),
            random
        );
    }

    function _openFor(address driver_, uint256 key, uint256 station, uint256 index, Random memory random)
        private
        onlyFalls(driver_)
    {
        Offer memory offer = _offer(_siteOf(station), index);
        OpenAuthorization memory authorization = _authorization(driver_, random.between(0, 600));
        (authorization.deposit, authorization.maxSeconds) = _howMuch(driver_, offer, random);
        if (authorization.deposit == 0) return;
        bytes memory opening =
            abi.encodeCall(ISessionsExtension.openFor, (offer, authorization, _authorize(key, offer, authorization)));
        address relayer = _person(random);
        if (ghostNonces[driver_][authorization.nonce]) {
            _mustFail(relayer, address(sessions), opening, "INV-26 opened by a void nonce");
            return;
        }
        if (!_ready(relayer, station, offer, opening, random)) return;

        authorization.deposit -= 1;
        _mustFail(
            relayer,
            address(sessions),
            abi.encodeCall(
                ISessionsExtension.openFor, (offer, authorization, _authorize(key + 1, offer, authorization))
            ),
            "INV-27 opened without the driver's signature"
        );
        authorization.deposit += 1;
        _record(station, offer, driver_, authorization.deposit, authorization.maxSeconds);
        bytes memory answer = _must(relayer, address(sessions), opening);
        vm.assertEq(abi.decode(answer, (bytes32)), ghosts[ghosts.length - 1].sessionId, "session id");
        ghostNonces[driver_][authorization.nonce] = true;
        usedAuthorizations.push(opening);
    }

    function revokeNonces(uint256 seed) external nobodyFalls {
        Random memory random = Random(seed);
        address driver_ = _person(random);
        (uint256 word, uint256 bit) = (random.between(0, 2), random.between(0, 255));
        _must(driver_, address(sessions), abi.encodeCall(ISessionsExtension.revokeNonces, (word, 1 << bit)));
        ghostNonces[driver_][256 * word + bit] = true;
    }

    /// @notice INV-26: authorisations that were used are tried again, by anybody.
    function reuseAuthorization(uint256 seed) external nobodyFalls {
        Random memory random = Random(seed);
        if (usedAuthorizations.length == 0) return;
        bytes memory used = usedAuthorizations[random.between(0, usedAuthorizations.length - 1)];
        _mustFail(_person(random), address(sessions), used, "INV-26 an authorisation used twice");
    }

    /// @dev Nothing when the driver has too little.
    function _howMuch(address driver_, Offer memory offer, Random memory random)
        private
        view
        returns (uint128 deposit, uint32 maxSeconds)
    {
        uint256 balance = sessions.balanceOf(driver_, offer.currency);
        if (balance < offer.minimumDeposit) return (0, 0);
        return (uint128(random.between(offer.minimumDeposit, balance)), uint32(random.between(1, MAX_DURATION)));
    }

    /// @dev Whether the offer opens now, proven on the way if need be; when not, opening fails.
    function _ready(address driver_, uint256 station, Offer memory offer, bytes memory opening, Random memory random)
        private
        returns (bool)
    {
        Site memory site = _siteOf(station);
        bytes memory activating = abi.encodeCall(
            IChargingSessions.activateOffer, (offer, site.config, site.terms, Expected.pricingHash(site.pricing))
        );
        GhostEvse storage evse = ghostEvses[offer.evse];
        if (evse.live != 0) {
            _mustFail(driver_, address(sessions), opening, "INV-9 opened while busy");
            _mustFail(driver_, address(sessions), activating, "INV-9 activated while busy");
            return false;
        }
        if (evse.stale || evse.offerHash != Expected.offerHash(offer)) {
            _mustFail(driver_, address(sessions), opening, "INV-20 opened under a void offer");
            if (!site.config.evses[uint16(offer.evse)].inService) {
                _mustFail(driver_, address(sessions), activating, "activated out of service");
                return false;
            }
            _must(_person(random), address(sessions), activating);
            (evse.offerHash, evse.stale) = (Expected.offerHash(offer), false);
        }
        if (!committees[ghostStations[station].committee].active) {
            _mustFail(driver_, address(sessions), opening, "opened without a committee");
            return false;
        }
        return true;
    }

    function _record(uint256 station, Offer memory offer, address driver_, uint128 deposit, uint32 maxSeconds) private {
        GhostSession storage ghost = ghosts.push();
        ghost.offer = offer;
        ghost.session = _nextSession(offer, driver_, deposit, maxSeconds);
        ghost.sessionId = Expected.sessionId(address(sessions), ghost.session);
        ghost.tariff = ghostStations[station].tariff;
        ghost.committee = ghostStations[station].committee;
        ghost.locked = deposit;
        for (uint256 i = 1; i <= OPERATORS; ++i) {
            ghost.keyVersions[i] = ghostOperators[i].keyVersion;
        }
        vm.assertFalse(seen[ghost.sessionId], "INV-19 a session id twice");
        seen[ghost.sessionId] = true;
        GhostEvse storage evse = ghostEvses[offer.evse];
        ++evse.sessions;
        evse.live = ghosts.length;
        // The first minute, within the clock skew.
        Statement memory statement = _final(_charging(block.timestamp, 60, 100));
        ghost.pending = abi.encodeCall(IChargingSessions.settle, (_signed(Random(deposit), ghost, statement)));
    }

    // ------------------------------------------------------------------------------------------------------ while it lasts

    function topUp(uint256 seed) external {
        Random memory random = Random(seed);
        uint256 live = _pick(random);
        if (live != 0) _topUp(ghosts[live - 1], _person(random), random);
    }

    function _topUp(GhostSession storage ghost, address payer, Random memory random) private onlyFalls(payer) {
        uint256 balance = sessions.balanceOf(payer, ghost.offer.currency);
        if (balance == 0) return;
        uint128 amount = uint128(random.between(1, balance));
        _must(payer, address(sessions), abi.encodeCall(IChargingSessions.topUp, (ghost.offer, ghost.session, amount)));
        ghost.locked += amount;
    }

    function requestStop(uint256 seed) external nobodyFalls {
        Random memory random = Random(seed);
        uint256 live = _pick(random);
        if (live == 0) return;
        GhostSession storage ghost = ghosts[live - 1];
        bytes memory call_ = abi.encodeCall(IChargingSessions.requestStop, (ghost.offer, ghost.session));
        address party = random.once(2) ? ghost.session.driver : ghost.offer.owner;
        address other = _person(random);
        if (other != ghost.session.driver && other != ghost.offer.owner) {
            _mustFail(other, address(sessions), call_, "stopped by another");
        }
        if (ghost.stopRequestedAt != 0) {
            _mustFail(party, address(sessions), call_, "stopped twice");
            return;
        }
        _must(party, address(sessions), call_);
        ghost.stopRequestedAt = block.timestamp;
    }

    function checkpoint(uint256 seed) external nobodyFalls {
        Random memory random = Random(seed);
        uint256 live = _pick(random);
        if (live == 0) return;
        GhostSession storage ghost = ghosts[live - 1];
        Statement memory statement = _interim(uint32(random.between(1, 100)), _periods(random, ghost));
        statement.waived = uint128(random.magnitude(10e6));
        uint256 energyWh = _energy(statement.periods);
        bytes memory call_ = abi.encodeCall(IChargingSessions.checkpoint, (_signed(random, ghost, statement)));
        if (
            statement.periods.length == 0 || statement.sequence <= ghost.checkpointSequence
                || energyWh < ghost.checkpointEnergyWh
        ) {
            _mustFail(_person(random), address(sessions), call_, "INV-12 a checkpoint went back");
            return;
        }
        _must(_person(random), address(sessions), call_);
        ghost.checkpointSequence = statement.sequence;
        ghost.checkpointEnergyWh = energyWh;
        ghost.checkpointCost =
            ReferenceCost.costOf(_pricingOf(ghost.tariff), statement.periods, statement.waived, ghost.locked);
    }

    // ----------------------------------------------------------------------------------------------------------- two exits

    function settle(uint256 seed) external nobodyFalls {
        Random memory random = Random(seed);
        uint256 live = _pick(random);
        if (live == 0) return;
        GhostSession storage ghost = ghosts[live - 1];
        Statement memory statement = _final(_periods(random, ghost));
        statement.waived = uint128(random.magnitude(10e6));
        statement.stopReason = StopReason(random.between(1, uint256(type(StopReason).max)));
        uint256 cost = ReferenceCost.costOf(_pricingOf(ghost.tariff), statement.periods, statement.waived, ghost.locked);
        Filing memory filing = _signed(random, ghost, statement);
        _exit(ghost, abi.encodeCall(IChargingSessions.settle, (filing)), cost, true, _person(random));
    }

    function close(uint256 seed) external nobodyFalls {
        Random memory random = Random(seed);
        uint256 live = _pick(random);
        if (live == 0) return;
        GhostSession storage ghost = ghosts[live - 1];
        if (block.timestamp < _closableAt(ghost)) {
            _mustFail(_person(random), address(sessions), _closing(ghost), "INV-8 closed too early");
            if (!random.once(3)) return;
            vm.warp(_closableAt(ghost));
        }
        _exit(ghost, _closing(ghost), ghost.checkpointCost, false, _person(random));
    }

    /// @dev Ends a session and compares, to the unit, what everybody got.
    function _exit(GhostSession storage ghost, bytes memory call_, uint256 cost, bool withFee, address caller) private {
        uint256[] memory before = _balances(ghost.offer.currency);
        _must(caller, address(sessions), call_);
        vm.assertLe(cost, ghost.locked, "INV-4 cost within what was locked");

        GhostCommittee storage committee = committees[ghost.committee];
        uint256 share = withFee ? cost * committee.feeBps / 10_000 / committee.count : 0;
        uint256 paid;
        for (uint256 i; i < people.length; ++i) {
            uint256 due;
            if (people[i] == ghost.session.driver) due += ghost.locked - cost;
            if (people[i] == ghost.offer.owner) due += cost - share * committee.count;
            // Operators come after the first four, by number.
            if (i >= 3 + committee.first && i < 3 + committee.first + committee.count) due += share;
            uint256 got = sessions.balanceOf(people[i], ghost.offer.currency) - before[i];
            vm.assertEq(got, due, "INV-17 what each party gets");
            paid += got;
        }
        vm.assertEq(paid, ghost.locked, "INV-16 all that was locked is paid out");
        ghost.paid += paid;
        ++ghost.exits;
        ghost.stage = withFee ? Stage.Settled : Stage.Closed;
        ghostEvses[ghost.offer.evse].live = 0;
        ghostEvses[ghost.offer.evse].offerHash = ghost.session.offerHash;
    }

    // ------------------------------------------------------------------------------------------------------------- attacks

    /// @notice INV-3: sessions that ended are tried again, by both exits and everything else.
    function raise(uint256 seed) external nobodyFalls {
        Random memory random = Random(seed);
        if (ghosts.length == 0) return;
        GhostSession storage ghost = ghosts[random.between(0, ghosts.length - 1)];
        if (ghost.stage == Stage.Live) return;
        _mustFail(_person(random), address(sessions), ghost.pending, "INV-3 settled again");
        _mustFail(_person(random), address(sessions), _closing(ghost), "INV-3 closed again");
        _mustFail(
            ghost.session.driver,
            address(sessions),
            abi.encodeCall(IChargingSessions.requestStop, (ghost.offer, ghost.session)),
            "INV-3 stopped after its end"
        );
        _mustFail(
            ghost.session.driver,
            address(sessions),
            abi.encodeCall(IChargingSessions.topUp, (ghost.offer, ghost.session, 1)),
            "INV-3 topped up after its end"
        );
    }

    /// @notice INV-21: nothing is settled that the quorum did not sign word for word.
    function forge(uint256 seed) external nobodyFalls {
        Random memory random = Random(seed);
        uint256 live = _pick(random);
        if (live == 0) return;
        GhostSession storage ghost = ghosts[live - 1];
        Filing memory filing = _signed(random, ghost, _final(_charging(ghost.session.openedAt, 60, 100)));
        uint256 what = random.between(0, 6);
        if (what == 0) filing.statement.periods[0] = _period(ghost.session.openedAt, 60, 101, PeriodKind.Charging);
        if (what == 1) filing.statement.waived = 1;
        if (what == 2) filing.session.driver = STRANGER == filing.session.driver ? OWNER : STRANGER;
        if (what == 3) filing.session.deposit += 1;
        if (what == 4) filing.offer.owner = STRANGER == filing.offer.owner ? OWNER : STRANGER;
        if (what == 5) filing.pricing.elements[0].pricePerKwh += 1;
        if (what == 6) filing.signatures[0].r = bytes32(random.next());
        _mustFail(
            _person(random), address(sessions), abi.encodeCall(IChargingSessions.settle, (filing)), "INV-21 forged"
        );
    }

    // ------------------------------------------------------------------------------------------------------------- helpers

    /// @dev Position of some live session plus one, zero if there is none.
    function _pick(Random memory random) private view returns (uint256 live) {
        uint256 start = random.between(0, 2 * EVSES - 1);
        for (uint256 i; i < 2 * EVSES && live == 0; ++i) {
            uint256 place = (start + i) % (2 * EVSES);
            live = ghostEvses[_evseKey(place / EVSES, place % EVSES)].live;
        }
    }

    function _closing(GhostSession storage ghost) internal view returns (bytes memory) {
        return abi.encodeCall(
            IChargingSessions.close,
            (ghost.offer, ghost.session, _termsOf(ghost.tariff), Expected.pricingHash(_pricingOf(ghost.tariff)))
        );
    }

    /// @dev Known before paying, and only ever earlier: a stop request opens the window at once.
    function _closableAt(GhostSession storage ghost) internal view returns (uint256) {
        uint256 since = uint256(ghost.session.openedAt) + ghost.session.maxSeconds;
        if (ghost.stopRequestedAt != 0 && ghost.stopRequestedAt < since) since = ghost.stopRequestedAt;
        return since + _termsOf(ghost.tariff).settlementWindowSeconds;
    }

    /// @dev Up to six periods from opening until now.
    function _periods(Random memory random, GhostSession storage ghost) private view returns (Period[] memory periods) {
        uint256 start = ghost.session.openedAt;
        uint256 left = block.timestamp + 60 - start;
        periods = new Period[](random.between(0, 6));
        for (uint256 i; i < periods.length; ++i) {
            uint256 length = random.between(1, left / (2 * periods.length));
            periods[i] = _period(
                start, length, random.between(0, uint32(length * 150_000 / 3600)), PeriodKind(random.between(0, 1))
            );
            start += length + random.between(0, left / (2 * periods.length));
        }
    }

    function _energy(Period[] memory periods) private pure returns (uint256 energyWh) {
        for (uint256 i; i < periods.length; ++i) {
            energyWh += uint32(Period.unwrap(periods[i]) >> 8);
        }
    }

    function _balances(uint256 currency) private view returns (uint256[] memory balances) {
        balances = new uint256[](people.length);
        for (uint256 i; i < people.length; ++i) {
            balances[i] = sessions.balanceOf(people[i], currency);
        }
    }
}
