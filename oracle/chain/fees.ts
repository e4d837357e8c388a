/** EIP-1559 fees of one signed form, wei per gas. */
export type Fees = { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint };

/** What the chain asks now. */
export type FeeMarket = { baseFeePerGas: bigint; priorityFeePerGas: bigint };

export type FeePolicy = {
  /** Never more than this per gas, wei. */
  maxFeePerGasCap: bigint;
  /** Never less tip than this, wei. */
  minPriorityFeePerGas: bigint;
};

/**
 * Geth and its kin refuse a replacement that does not raise both fees by 10 %; some pools ask for 12.5 %. (Anvil takes less,
 * so a test against it proves nothing here.)
 */
const BUMP = { numerator: 9n, denominator: 8n };

/** The least fee that replaces this one: raised by 12.5 %, rounded up, by at least 1 wei. */
export function bumped(fee: bigint): bigint {
  const raised = (fee * BUMP.numerator + BUMP.denominator - 1n) / BUMP.denominator;
  return raised > fee ? raised : fee + 1n;
}

/**
 * Fees for a first sending: twice the base fee (it at most doubles in six blocks) and the tip the node suggests, under the cap.
 * @returns Null when even one block at today's price is above the cap.
 */
export function firstFees(market: FeeMarket, policy: FeePolicy): Fees | null {
  const tip = greater(market.priorityFeePerGas, policy.minPriorityFeePerGas);
  if (market.baseFeePerGas + policy.minPriorityFeePerGas > policy.maxFeePerGasCap) return null;
  const maxFeePerGas = lesser(2n * market.baseFeePerGas + tip, policy.maxFeePerGasCap);
  return { maxFeePerGas, maxPriorityFeePerGas: lesser(tip, maxFeePerGas) };
}

/**
 * Fees that replace `last`: both raised enough for every pool, and at least what the chain asks now.
 * @returns Null when that is above the cap.
 */
export function replacementFees(last: Fees, market: FeeMarket, policy: FeePolicy): Fees | null {
  const least = { maxFeePerGas: bumped(last.maxFeePerGas), maxPriorityFeePerGas: bumped(last.maxPriorityFeePerGas) };
  if (least.maxFeePerGas > policy.maxFeePerGasCap) return null;
  const tip = greater(least.maxPriorityFeePerGas, greater(market.priorityFeePerGas, policy.minPriorityFeePerGas));
  const wanted = greater(least.maxFeePerGas, 2n * market.baseFeePerGas + tip);
  const maxFeePerGas = lesser(wanted, policy.maxFeePerGasCap);
  return { maxFeePerGas, maxPriorityFeePerGas: lesser(tip, maxFeePerGas) };
}

const greater = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const lesser = (a: bigint, b: bigint): bigint => (a < b ? a : b);
