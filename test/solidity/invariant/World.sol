// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Committee } from "../../../contracts/types/Committee.sol";
import { Filing, Offer, Session } from "../../../contracts/types/Session.sol";
import { Statement } from "../../../contracts/types/Statement.sol";
import { TariffPricing, TariffTerms } from "../../../contracts/types/Tariff.sol";
import { Authorizing } from "../base/Authorizing.sol";
import { Expected } from "../base/Expected.sol";
import { Live, Site } from "../base/Fixture.sol";
import { vm } from "../base/Vm.sol";
import { Random } from "../fuzz/Random.sol";

enum Stage {
    Live,
    Settled,
    Closed
}

/// @notice What must be true of one session, kept beside the contracts.
struct GhostSession {
    bytes32 sessionId;
    Offer offer;
    Session session;
    Stage stage;
    uint256 tariff;
    uint256 committee;
    /// Deposit and top-ups.
    uint256 locked;
    /// How often money left it, and how much in all.
    uint256 exits;
    uint256 paid;
    uint256 stopRequestedAt;
    uint32 checkpointSequence;
    uint256 checkpointEnergyWh;
    uint256 checkpointCost;
    /// Of the operators by number, at opening.
    uint256[9] keyVersions;
    /// The calldata of a settlement signed at opening, which nobody may make fail while the session is live.
    bytes pending;
}

struct GhostCommittee {
    uint8 threshold;
    uint16 feeBps;
    /// Operators number `first` to `first + count - 1`.
    uint256 first;
    uint256 count;
    /// A bit a member.
    uint256 accepted;
    bool active;
    bool ended;
}

struct GhostStation {
    uint256 stationId;
    address registrant;
    address owner;
    uint32 epoch;
    uint256 tariff;
    uint256 committee;
    /// Bit i set: EVSE i is out of service.
    uint256 outOfService;
}

struct GhostOperator {
    /// As in IOracleRegistry.Operator.
    uint8 status;
    uint256 bond;
    uint256 keyVersion;
    uint256 activeCommittees;
    uint256 unbondingAt;
}

/// @notice The offer an idle EVSE has been given, and what voided it.
struct GhostEvse {
    bytes32 offerHash;
    bool stale;
    uint256 sessions;
    /// Position of the live session in `ghosts` plus one.
    uint256 live;
}

/// @notice Two stations, four tariffs in two currencies, eight operators, twelve people; and the truth about them.
abstract contract World is Authorizing {
    uint256 internal constant OPERATORS = 8;
    uint256 internal constant TARIFFS = 4;
    /// Of each station; few, so that sessions meet.
    uint256 internal constant EVSES = 2;

    address[] internal people;
    GhostSession[] internal ghosts;
    GhostCommittee[] internal committees;
    GhostStation[2] internal ghostStations;
    GhostOperator[OPERATORS + 1] internal ghostOperators;
    mapping(uint256 evse => GhostEvse) internal ghostEvses;
    mapping(bytes32 sessionId => bool) internal seen;
    /// Actions so far, to let the invariants take turns among sessions.
    uint256 internal turn;
    uint256 internal totalBonds;
    /// Calls that used up an authorisation of a driver.
    bytes[] internal usedAuthorizations;
    mapping(address driver_ => mapping(uint256 nonce => bool)) internal ghostNonces;

    function setUp() public virtual override {
        super.setUp();
        people = [driver, secondDriver, OWNER, STRANGER];
        for (uint256 i = 1; i <= OPERATORS; ++i) {
            people.push(_operator(i));
            if (i <= 4) {
                ghostOperators[i] = GhostOperator({
                    status: 1, bond: BOND, keyVersion: 0, activeCommittees: i <= 3 ? 1 : 0, unbondingAt: 0
                });
                totalBonds += BOND;
            }
        }
        committees.push(GhostCommittee(2, 500, 1, 3, 7, true, false));
        committees.push(GhostCommittee(1, 0, 4, 1, 1, true, false));
        _accept(_committeeOf(1));
        ghostOperators[4].activeCommittees = 1;

        for (uint256 i = 1; i < TARIFFS; ++i) {
            stations.publishTariff(_termsOf(i), _pricingOf(i));
        }
        ghostStations[0] = GhostStation(_site().stationId, OWNER, OWNER, 0, 0, 0, 0);
        ghostStations[1] = GhostStation(0, STRANGER, STRANGER, 0, 2, 1, 0);
        Site memory second = _siteOf(1);
        ghostStations[1].stationId = second.stationId = uint256(Expected.configHash(second.config));
        _register(second);
        for (uint256 i; i < people.length; ++i) {
            vm.deal(people[i], 1000 ether);
            vm.prank(people[i]);
            sessions.depositNative{ value: 10 ether }();
        }
    }

    // -------------------------------------------------------------------------------------------------- what it consists of

    function _termsOf(uint256 tariff) internal view returns (TariffTerms memory terms) {
        terms = _terms();
        if (tariff == 1) terms.settlementWindowSeconds = LEAST_WINDOW;
        if (tariff >= 2) (terms.currency, terms.minimumDeposit) = (NATIVE_ID, 1 ether);
        if (tariff == 3) terms.settlementWindowSeconds = GREATEST_WINDOW;
    }

    function _pricingOf(uint256 tariff) internal pure returns (TariffPricing memory pricing) {
        pricing = _pricing();
        if (tariff == 1) (pricing.minimum, pricing.maximum) = (0, 7e6);
        if (tariff >= 2) {
            (pricing.minimum, pricing.maximum) = (3, 0);
            pricing.elements[0].pricePerKwh = 0.1 ether + 7;
            pricing.elements[0].flat = tariff == 2 ? 0 : 0.01 ether;
        }
    }

    function _committeeOf(uint256 index) internal view returns (Committee memory) {
        GhostCommittee storage ghost = committees[index];
        return _committee(ghost.threshold, ghost.feeBps, ghost.first, ghost.count);
    }

    /// @notice A station as it is configured now.
    function _siteOf(uint256 index) internal view returns (Site memory site) {
        GhostStation storage ghost = ghostStations[index];
        site = _siteWith(_termsOf(ghost.tariff), _pricingOf(ghost.tariff), _committeeOf(ghost.committee));
        site.stationId = ghost.stationId;
        site.config.registrant = ghost.registrant;
        for (uint256 i; i < site.config.evses.length; ++i) {
            site.config.evses[i].inService = ghost.outOfService >> i & 1 == 0;
        }
    }

    /// @notice What a session was opened with.
    function _siteAtOpening(GhostSession storage ghost) internal view returns (Site memory site) {
        site.terms = _termsOf(ghost.tariff);
        site.pricing = _pricingOf(ghost.tariff);
        site.committee = _committeeOf(ghost.committee);
    }

    function _live(GhostSession storage ghost) internal view returns (Live memory) {
        return Live({ sessionId: ghost.sessionId, offer: ghost.offer, session: ghost.session });
    }

    function _keyOf(uint256 operator, uint256 version) internal pure returns (uint256) {
        if (version == 0) return _keyOf(_operator(operator));
        return uint256(keccak256(abi.encode("statement key", operator, version)));
    }

    /// @notice Signed by some quorum, with the keys that its members had at opening.
    function _signed(Random memory random, GhostSession storage ghost, Statement memory statement)
        internal
        view
        returns (Filing memory)
    {
        GhostCommittee storage committee = committees[ghost.committee];
        uint256[] memory keys = new uint256[](committee.threshold);
        uint256 chosen;
        for (uint256 i; i < committee.count && chosen < keys.length; ++i) {
            bool needed = committee.count - i == keys.length - chosen;
            if (!needed && random.once(2)) continue;
            uint256 operator = committee.first + i;
            keys[chosen++] = _keyOf(operator, ghost.keyVersions[operator]);
        }
        return _filingBy(_siteAtOpening(ghost), _live(ghost), statement, keys);
    }

    // -------------------------------------------------------------------------------------------------------------- acting

    function _person(Random memory random) internal view returns (address) {
        return people[random.next() % people.length];
    }

    /// @dev Somebody who can pay the minimum deposit, if anybody can.
    function _whoHas(Random memory random, uint256 currency) internal view returns (address) {
        uint256 start = random.between(0, people.length - 1);
        uint256 least = currency == euroId ? 20e6 : 1 ether;
        for (uint256 i; i < people.length; ++i) {
            address person = people[(start + i) % people.length];
            if (sessions.balanceOf(person, currency) >= least) return person;
        }
        return people[start];
    }

    function _evseKey(uint256 station, uint256 index) internal view returns (uint256) {
        return ghostStations[station].stationId | index;
    }

    function _currencyOf(uint256 tariff) internal view returns (uint256) {
        return tariff < 2 ? euroId : NATIVE_ID;
    }

    function _must(address caller, address target, bytes memory data) internal returns (bytes memory answer) {
        bool done;
        vm.prank(caller);
        (done, answer) = target.call(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
    }

    function _mustFail(address caller, address target, bytes memory data, string memory what) internal {
        vm.prank(caller);
        (bool done,) = target.call(data);
        vm.assertFalse(done, what);
    }

    /// @dev INV-6: no action lowers the balance of anybody but the one who acts or allowed it.
    modifier onlyFalls(address faller) {
        uint256[] memory before = _balancesOfAll();
        _;
        _compare(before, faller);
        ++turn;
    }

    /// @dev INV-6 for an action after which nobody may have less.
    modifier nobodyFalls() {
        uint256[] memory before = _balancesOfAll();
        _;
        _compare(before, address(0));
        ++turn;
    }

    /// @dev Of each person the euros and then the native currency.
    function _balancesOfAll() internal view returns (uint256[] memory balances) {
        balances = new uint256[](2 * people.length);
        for (uint256 i; i < people.length; ++i) {
            balances[2 * i] = sessions.balanceOf(people[i], euroId);
            balances[2 * i + 1] = sessions.balanceOf(people[i], NATIVE_ID);
        }
    }

    function _compare(uint256[] memory before, address faller) private view {
        uint256[] memory now_ = _balancesOfAll();
        for (uint256 i; i < now_.length; ++i) {
            if (now_[i] < before[i] && people[i / 2] != faller) {
                vm.assertGe(now_[i], before[i], "INV-6 somebody else's balance fell");
            }
        }
    }
}
