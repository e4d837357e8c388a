import { OpenJouleError } from "./errors.ts";
import { extentOf, pricedBy } from "./restrictions.ts";
import { type Period, PeriodKind, type TariffPricing } from "./types.ts";

/**
 * The one cost rule, equal to the unit to contracts/libraries/Cost.sol and to the receipt. Each period is priced by the
 * first element valid at its start, and costs nothing when none is; one within which that changes is refused. Exact products are summed over all periods and each component is rounded down once;
 * then the minimum, the maximum, the waived amount and what is locked apply, in this order.
 */

/** What a session costs, line by line, base units. `beforeBounds + raisedToMinimum − loweredToMaximum − waived − cappedByDeposit = total`. */
export interface CostLines {
  readonly energy: bigint;
  /** For the time spent charging. */
  readonly time: bigint;
  /** For the time connected without charging. */
  readonly idle: bigint;
  readonly flat: bigint;
  /** Energy, time, idle and flat together. */
  readonly beforeBounds: bigint;
  /** Added to reach the tariff's minimum. */
  readonly raisedToMinimum: bigint;
  /** Taken off to keep to the tariff's maximum. */
  readonly loweredToMaximum: bigint;
  /** Taken off because the committee waived it: at most what was left. */
  readonly waived: bigint;
  /** Taken off because no more than this was locked. */
  readonly cappedByDeposit: bigint;
  /** What is paid. */
  readonly total: bigint;
}

export interface CostInput {
  readonly pricing: TariffPricing;
  readonly periods: readonly Period[];
  /** Forgiven by the committee, base units. */
  readonly waived: bigint;
  /** Deposit and top-ups, base units: the cost's bound. */
  readonly locked: bigint;
}

const WH_PER_KWH = 1000n;
const SECONDS_PER_HOUR = 3600n;
const BASIS_POINTS = 10_000n;

/**
 * Prices the periods of a statement; without any the cost is zero.
 * Throws `NegativeAmount`, `NoElements`, and `PeriodCrossesPrice` for a period that has to be cut (`cutAtPriceChanges`).
 */
export function sessionCost(input: CostInput): CostLines {
  requireAmount("waived", input.waived);
  requireAmount("locked", input.locked);
  const { minimum, maximum } = input.pricing;
  const parts = components(input.pricing, input.periods);
  const beforeBounds = parts.energy + parts.time + parts.idle + parts.flat;

  const any = input.periods.length > 0;
  const raised = any && beforeBounds < minimum ? minimum : beforeBounds;
  const bounded = maximum !== 0n && raised > maximum ? maximum : raised;
  const afterWaiver = bounded > input.waived ? bounded - input.waived : 0n;
  const total = afterWaiver > input.locked ? input.locked : afterWaiver;
  return {
    ...parts,
    beforeBounds,
    raisedToMinimum: raised - beforeBounds,
    loweredToMaximum: raised - bounded,
    waived: bounded - afterWaiver,
    cappedByDeposit: afterWaiver - total,
    total,
  };
}

/** The tax in an amount that contains it, base units, rounded down. @param taxBps Rate, basis points of the net price. */
export function taxIn(amount: bigint, taxBps: number): bigint {
  return (amount * BigInt(taxBps)) / (BASIS_POINTS + BigInt(taxBps));
}

/** Who gets what of the locked amount, base units. `owner + fee + driver` is the locked amount. */
export interface Shares {
  /** To each member of the committee. */
  readonly perMember: bigint;
  /** To all members together; what does not divide equally stays with the owner. */
  readonly fee: bigint;
  /** To the station's owner at opening. */
  readonly owner: bigint;
  /** Back to the driver. */
  readonly driver: bigint;
}

/**
 * Divides what a session locked, as `settle` does. `close` pays no committee: give it a `feeBps` of 0.
 * Throws `NegativeAmount`, `CostAboveLocked`, `InvalidFee`, `InvalidCommitteeSize`.
 * @param committee Fee in basis points and the number of members.
 */
export function shareOut(input: {
  readonly cost: bigint;
  readonly locked: bigint;
  readonly feeBps: number;
  readonly members: number;
}): Shares {
  requireAmount("cost", input.cost);
  if (input.cost > input.locked) throw invalid("CostAboveLocked", "cost", input.cost, `at most ${input.locked}`);
  if (!Number.isInteger(input.feeBps) || input.feeBps < 0 || input.feeBps > Number(BASIS_POINTS)) {
    throw invalid("InvalidFee", "feeBps", input.feeBps, `an integer from 0 to ${BASIS_POINTS}`);
  }
  if (!Number.isInteger(input.members) || input.members < 1) {
    throw invalid("InvalidCommitteeSize", "members", input.members, "an integer above zero");
  }
  const members = BigInt(input.members);
  const perMember = (input.cost * BigInt(input.feeBps)) / BASIS_POINTS / members;
  const fee = perMember * members;
  return { perMember, fee, owner: input.cost - fee, driver: input.locked - input.cost };
}

/** What the periods of a statement add up to. */
export interface Delivery {
  readonly energyWh: number;
  readonly chargingSeconds: number;
  readonly idleSeconds: number;
}

/** Adds up periods. */
export function sumPeriods(periods: readonly Period[]): Delivery {
  const sum = { energyWh: 0, chargingSeconds: 0, idleSeconds: 0 };
  for (const { kind, seconds, energyWh } of periods) {
    sum.energyWh += energyWh;
    if (kind === PeriodKind.Charging) sum.chargingSeconds += seconds;
    else sum.idleSeconds += seconds;
  }
  return sum;
}

/** Sums the exact products over all periods and rounds each component down once. */
function components(pricing: TariffPricing, periods: readonly Period[]) {
  let energy = 0n;
  let time = 0n;
  let idle = 0n;
  let flat = 0n;
  if (pricing.elements.length === 0 && periods.length > 0) {
    throw invalid("NoElements", "elements", [], "at least one element");
  }
  const before = { began: periods[0]?.start ?? 0, energyWh: 0 };
  for (const [index, period] of periods.entries()) {
    const { element, crossedBy } = { element: undefined, ...pricedBy(pricing, extentOf(before, period)) };
    if (crossedBy !== undefined) {
      const expected = `a cut where element ${crossedBy} begins or ends to apply`;
      throw invalid("PeriodCrossesPrice", `periods[${index}]`, period, expected);
    }
    before.energyWh += period.energyWh;
    if (element === undefined) continue;
    energy += BigInt(period.energyWh) * element.pricePerKwh;
    if (period.kind === PeriodKind.Charging) time += BigInt(period.seconds) * element.pricePerHour;
    else idle += BigInt(period.seconds) * element.idlePerHour;
    if (index === 0) flat = element.flat;
  }
  return { energy: energy / WH_PER_KWH, time: time / SECONDS_PER_HOUR, idle: idle / SECONDS_PER_HOUR, flat };
}

function requireAmount(field: string, value: bigint): void {
  if (value < 0n) throw invalid("NegativeAmount", field, value, "zero or more");
}

function invalid(name: string, field: string, value: unknown, expected: string): OpenJouleError {
  return new OpenJouleError({ name, field, value, expected });
}
