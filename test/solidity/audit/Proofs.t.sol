// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Cost } from "../../../contracts/libraries/Cost.sol";
import { EvseWord, EvseWords } from "../../../contracts/libraries/EvseWord.sol";
import { LoadedTariff, LoadedTariffs } from "../../../contracts/libraries/LoadedTariff.sol";
import { Delivery, Periods } from "../../../contracts/libraries/Periods.sol";
import { Period } from "../../../contracts/types/Statement.sol";
import { Element, Restrictions, TariffPricing } from "../../../contracts/types/Tariff.sol";
import { vm } from "../base/Vm.sol";

/// @notice What the libraries promise for every input. Fuzzed here; `halmos --contract ProofsTest --function testFuzz`
/// proves the same for all inputs (after `forge build --ast`).
contract ProofsTest {
    /// No bits above the start, kind 0 or 1.
    uint256 private constant _TIDY = type(uint112).max - 0xfe;

    function testFuzz_anOfferKeepsTheCounterOnly(uint256 raw, bytes32 offer) public pure {
        EvseWord word = EvseWord.wrap(raw);
        EvseWord idle = word.offering(offer);
        assert(idle.commitsTo(offer) && idle.counter() == word.counter());
        assert(idle.status() == 0 && !idle.has(EvseWords.STALE) && !idle.has(EvseWords.HAS_STATE));
    }

    function testFuzz_flagsLeaveTheCommitmentAlone(bytes32 session, uint40 counter) public pure {
        EvseWord fresh = EvseWords.opened(session, counter);
        assert(!fresh.has(EvseWords.STALE) && !fresh.has(EvseWords.HAS_STATE));
        EvseWord flagged = fresh.with(EvseWords.STALE).with(EvseWords.HAS_STATE);
        assert(flagged.has(EvseWords.STALE) && flagged.has(EvseWords.HAS_STATE));
        assert(flagged.commitsTo(session) && fresh.commitsTo(session));
        assert(flagged.status() == EvseWords.IN_SESSION && fresh.status() == EvseWords.IN_SESSION);
        assert(flagged.counter() == counter && fresh.counter() == counter);
    }

    function testFuzz_anExitKeepsCounterAndStaleness(bytes32 session, uint40 counter, bytes32 offer, bool stale)
        public
        pure
    {
        EvseWord word = EvseWords.opened(session, counter).with(EvseWords.HAS_STATE);
        if (stale) word = word.with(EvseWords.STALE);
        EvseWord idle = word.released(offer);
        assert(idle.status() == 0 && !idle.has(EvseWords.HAS_STATE) && idle.has(EvseWords.STALE) == stale);
        assert(idle.counter() == counter && idle.commitsTo(offer));
    }

    function testFuzz_commits192Bits(uint256 raw, bytes32 hash) public pure {
        assert(EvseWord.wrap(raw).commitsTo(hash) == (raw >> 64 == uint256(hash) >> 64));
    }

    function check(Period[] calldata periods, uint256 earliest, uint256 powerCapW)
        external
        view
        returns (Delivery memory)
    {
        return Periods.check(periods, earliest, powerCapW);
    }

    /// @dev Any words at all; half of the fuzzer's are well formed, or hardly one would be accepted.
    function testFuzz_acceptedPeriodsAreInOrderAndAddUp(
        uint256 a,
        uint256 b,
        bool tidy,
        uint40 earliest,
        uint32 powerCapW,
        uint48 time
    ) public {
        if (tidy) (a, b) = (a & _TIDY, b & _TIDY);
        vm.warp(time);
        Period[] memory periods = new Period[](2);
        (periods[0], periods[1]) = (Period.wrap(a), Period.wrap(b));
        try this.check(periods, earliest, powerCapW) returns (Delivery memory delivery) {
            uint256 secondsA = uint32(a >> 40);
            uint256 secondsB = uint32(b >> 40);
            assert(a >> 112 == 0 && b >> 112 == 0 && uint8(a) <= 1 && uint8(b) <= 1);
            assert(a >> 72 >= earliest && b >> 72 >= (a >> 72) + secondsA);
            assert((b >> 72) + secondsB <= uint256(time) + 60);
            assert(delivery.energyWh == uint256(uint32(a >> 8)) + uint32(b >> 8));
            assert(delivery.idleSeconds == (a & 1) * secondsA + (b & 1) * secondsB);
            assert(delivery.chargingSeconds + delivery.idleSeconds == secondsA + secondsB);
        } catch { }
    }

    function cost(TariffPricing calldata pricing, Delivery memory delivery, uint256 waived, uint256 locked)
        external
        pure
        returns (uint256)
    {
        (LoadedTariff tariff,) = LoadedTariffs.load(pricing);
        return Cost.compute(tariff, delivery, waived, locked);
    }

    /// @dev Sums of 256 periods are below 2^40.
    function testFuzz_noCostExceedsWhatIsLocked(
        Element memory element,
        uint128 minimum,
        uint128 maximum,
        uint40 energyWh,
        uint40 chargingSeconds,
        uint40 idleSeconds,
        uint128 waived,
        uint128 locked
    ) public view {
        TariffPricing memory pricing;
        (pricing.minimum, pricing.maximum) = (minimum, maximum);
        pricing.elements = new Element[](1);
        pricing.elements[0] = element;
        // Restricted elements only change what is summed; the bounds come after.
        pricing.elements[0].restrictions = Restrictions.wrap(0);
        uint256 cost_ = this.cost(pricing, Delivery(energyWh, chargingSeconds, idleSeconds, 0), waived, locked);
        assert(cost_ <= locked);
        assert(maximum == 0 || cost_ <= maximum);
        assert(uint256(chargingSeconds) + idleSeconds != 0 || cost_ == 0);
    }
}
