import {
  type CurrencyFormat,
  cutAtPriceChanges,
  OpenJouleError,
  PeriodKind,
  parseMoney,
  sessionCost,
  type TariffPricing,
} from "@openjoule/sdk";

/** What a driver can pay with, base units. */
export interface Funds {
  /** In the network's ledger already, free to use. */
  readonly ledger: bigint;
  /** In the wallet. */
  readonly wallet: bigint;
}

/** Where a deposit comes from, base units. */
export type PaymentPlan =
  /** The ledger holds it all: opening is one call and needs no permission. */
  | { readonly kind: "ledger"; readonly fromLedger: bigint; readonly fromWallet: 0n }
  /** The wallet adds what the ledger lacks, by a permit (EIP-2612). */
  | { readonly kind: "permit"; readonly fromLedger: bigint; readonly fromWallet: bigint }
  /** Both together do not hold it. */
  | { readonly kind: "short"; readonly missing: bigint };

/** Uses what is in the ledger first, and takes only the rest from the wallet. */
export function planPayment(deposit: bigint, { ledger, wallet }: Funds): PaymentPlan {
  if (ledger >= deposit) return { kind: "ledger", fromLedger: deposit, fromWallet: 0n };
  const fromWallet = deposit - ledger;
  if (wallet < fromWallet) return { kind: "short", missing: fromWallet - wallet };
  return { kind: "permit", fromLedger: ledger, fromWallet };
}

/** Whether a plan needs the wallet's money. */
export const needsPermit = (plan: PaymentPlan): plan is Extract<PaymentPlan, { kind: "permit" }> =>
  plan.kind === "permit";

export type DepositReading =
  | { readonly amount: bigint; readonly problem: undefined }
  | { readonly amount: undefined; readonly problem: "notANumber" | "tooManyDecimals" | "belowMinimum" };

/** Reads the deposit that a person typed; a comma counts as the decimal point, which it is in half of our languages. */
export function readDeposit(text: string, currency: CurrencyFormat, minimum: bigint): DepositReading {
  try {
    const amount = parseMoney(text.replace(",", "."), currency);
    return amount < minimum ? { amount: undefined, problem: "belowMinimum" } : { amount, problem: undefined };
  } catch (error) {
    if (!(error instanceof OpenJouleError)) throw error;
    const problem = error.name === "TooManyDecimals" ? "tooManyDecimals" : "notANumber";
    return { amount: undefined, problem };
  }
}

/** A charge that most cars end below. */
const SUGGESTED_WH = 50_000;

const WITHOUT_LIMIT = 2n ** 128n - 1n;

/** What a charge costs by a tariff, base units: that energy and time from now on. */
export function costOfCharge(pricing: TariffPricing, charge: { energyWh: number; seconds: number }): bigint {
  const period = {
    kind: PeriodKind.Charging,
    start: Math.floor(Date.now() / 1000),
    seconds: Math.max(1, Math.round(charge.seconds)),
    energyWh: charge.energyWh,
  };
  return sessionCost({ pricing, periods: cutAtPriceChanges(pricing, [period]), waived: 0n, locked: WITHOUT_LIMIT })
    .total;
}

/**
 * The deposit that the page proposes: enough for 50 kWh at full power, rounded up to a whole unit; never below the
 * tariff's minimum deposit, never above its greatest cost, and what is there when that is less.
 */
export function suggestDeposit(given: {
  readonly pricing: TariffPricing;
  readonly minimumDeposit: bigint;
  readonly powerW: number;
  readonly decimals: number;
  readonly funds: Funds | undefined;
}): bigint {
  const { pricing, minimumDeposit, powerW, decimals, funds } = given;
  const seconds = (SUGGESTED_WH * 3600) / Math.max(1, powerW);
  const unit = 10n ** BigInt(decimals);
  let deposit = ((costOfCharge(pricing, { energyWh: SUGGESTED_WH, seconds }) + unit - 1n) / unit) * unit;
  if (pricing.maximum !== 0n && deposit > pricing.maximum) deposit = pricing.maximum;
  const there = funds === undefined ? undefined : funds.ledger + funds.wallet;
  if (there !== undefined && deposit > there) deposit = there;
  return deposit < minimumDeposit ? minimumDeposit : deposit;
}

const GREATEST_WH = 1_000_000;

/** The most energy that a deposit pays at full power, Wh; capped at 1 MWh, which stands for "more than any car takes". */
export function energyFor(deposit: bigint, pricing: TariffPricing, powerW: number): number {
  const cost = (energyWh: number) =>
    costOfCharge(pricing, { energyWh, seconds: (energyWh * 3600) / Math.max(1, powerW) });
  if (cost(GREATEST_WH) <= deposit) return GREATEST_WH;
  let low = 0;
  let high = GREATEST_WH;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (cost(middle) <= deposit) low = middle;
    else high = middle;
  }
  return cost(low) <= deposit ? low : 0;
}

/** What comes back, base units; never below zero. */
export const refundOf = (locked: bigint, cost: bigint): bigint => (cost > locked ? 0n : locked - cost);
