// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What a period stretches over: each of its seconds and each of its Wh.
struct Extent {
    /// Start of the session's first period, UTC seconds; durations count from there, pauses included.
    uint256 began;
    /// Seconds after `began`, the end excluded.
    uint256 from;
    uint256 to;
    /// Wh delivered in earlier periods, and with this one; never empty.
    uint256 fromWh;
    uint256 toWh;
}

/// @notice How much of an extent an element is valid in.
enum Coverage {
    None,
    Part,
    Whole
}

/// @notice Reads packed restrictions (contracts/types/Tariff.sol). Lower bounds are included, upper ones are not (OCPI
/// 2.2.1 §11.4.6). Days and times of day must both hold at the same moment: on a Friday, 22:00 to 06:00 are the first six
/// and the last two hours of that Friday.
library RestrictionChecks {
    uint256 internal constant MINUTES_A_DAY = 1440;
    int256 internal constant GREATEST_UTC_OFFSET = 14 hours;
    /// Time of day and days: the bits that the clock decides.
    uint256 private constant CLOCK = (1 << 40) - 1;
    uint256 private constant USED = (1 << 168) - 1;

    /// @notice Whether restrictions can be published: no unknown bit, no empty range, no window without a length.
    function isWellFormed(uint256 restrictions) internal pure returns (bool) {
        if (restrictions > USED) return false;
        uint256 timeFrom = uint16(restrictions);
        uint256 timeTo = uint16(restrictions >> 16);
        if (timeFrom >= MINUTES_A_DAY || timeTo >= MINUTES_A_DAY) return false;
        if (timeFrom == timeTo && timeFrom != 0) return false;
        if (uint8(restrictions >> 32) > 0x7f) return false;
        return _isRange(uint32(restrictions >> 40), uint32(restrictions >> 72))
            && _isRange(uint32(restrictions >> 104), uint32(restrictions >> 136));
    }

    /// @notice In how much of the extent the restrictions hold, its seconds and its Wh in any combination.
    /// @param utcOffset Seconds, at most 14 hours either way.
    function coverageOf(uint256 restrictions, Extent memory extent, int256 utcOffset) internal pure returns (Coverage) {
        if (restrictions == 0) return Coverage.Whole;
        uint256 least = uint32(restrictions >> 40);
        uint256 most = _orNone(uint32(restrictions >> 72));
        if (extent.toWh <= least || extent.fromWh >= most) return Coverage.None;
        bool whole = extent.fromWh >= least && extent.toWh <= most;

        // The part of the period that the duration bounds leave.
        least = uint32(restrictions >> 104);
        most = _orNone(uint32(restrictions >> 136));
        uint256 from = extent.from < least ? least : extent.from;
        uint256 to = extent.to > most ? most : extent.to;
        if (from >= to) return Coverage.None;
        whole = whole && from == extent.from && to == extent.to;

        if (restrictions & CLOCK != 0) {
            // The first day of the era was a Thursday; a week more keeps it above zero west of Greenwich.
            uint256 weekSecond = uint256(int256(extent.began + from + 10 days) + utcOffset);
            (bool inside, bool changes) = _readClock(restrictions, weekSecond, to - from);
            if (changes) return Coverage.Part;
            if (!inside) return Coverage.None;
        }
        return whole ? Coverage.Whole : Coverage.Part;
    }

    /// @dev Whether the clock lets the element apply at a second, and whether that changes within the length after it.
    /// It goes from one time at which it might change to the next; what has not changed within a week never does.
    function _readClock(uint256 restrictions, uint256 second, uint256 length)
        private
        pure
        returns (bool inside, bool changes)
    {
        uint256 timeFrom = uint256(uint16(restrictions)) * 60;
        uint256 timeTo = uint256(uint16(restrictions >> 16)) * 60;
        inside = _isOpen(restrictions, second);
        if (length > 7 days) length = 7 days + 1;
        uint256 end = second + length;
        // Less than 2^41 seconds, and each round adds at most a day.
        unchecked {
            while (true) {
                uint256 time = second % 1 days;
                uint256 next = 1 days;
                if (time < timeFrom) next = timeFrom;
                if (time < timeTo && timeTo < next) next = timeTo;
                second += next - time;
                if (second >= end) return (inside, false);
                if (_isOpen(restrictions, second) != inside) return (inside, true);
            }
        }
    }

    /// @param second Counted from some Monday, midnight.
    function _isOpen(uint256 restrictions, uint256 second) private pure returns (bool) {
        uint256 days_ = uint8(restrictions >> 32);
        if (days_ != 0 && days_ >> (second / 1 days % 7) & 1 == 0) return false;
        uint256 timeFrom = uint256(uint16(restrictions)) * 60;
        uint256 timeTo = uint256(uint16(restrictions >> 16)) * 60;
        if (timeFrom == timeTo) return true;
        uint256 time = second % 1 days;
        return timeFrom < timeTo ? time >= timeFrom && time < timeTo : time >= timeFrom || time < timeTo;
    }

    function _isRange(uint256 least, uint256 most) private pure returns (bool) {
        return most == 0 || least < most;
    }

    function _orNone(uint256 most) private pure returns (uint256) {
        return most == 0 ? type(uint256).max : most;
    }
}
