// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A stream of numbers out of one fuzzed seed, for cases with more parts than a test has parameters.
struct Random {
    uint256 state;
}

using Randoms for Random global;

library Randoms {
    function next(Random memory random) internal pure returns (uint256) {
        random.state = uint256(keccak256(abi.encode(random.state)));
        return random.state;
    }

    /// @notice From `least` to `greatest`, both included.
    function between(Random memory random, uint256 least, uint256 greatest) internal pure returns (uint256) {
        return least + random.next() % (greatest - least + 1);
    }

    /// @notice One time in `times`.
    function once(Random memory random, uint256 times) internal pure returns (bool) {
        return random.next() % times == 0;
    }

    /// @notice Of every order of magnitude up to `greatest`; zero now and then.
    function magnitude(Random memory random, uint256 greatest) internal pure returns (uint256 value) {
        value = random.next() >> random.between(0, 255);
        if (value > greatest) value = greatest == type(uint256).max ? value : value % (greatest + 1);
    }
}
