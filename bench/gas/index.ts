import { startChain } from "../../scripts/local/chain.ts";
import { createRun } from "../../scripts/local/run.ts";
import type { Figure } from "../figure.ts";
import { bulkStations } from "./bulk.ts";
import { measureGas } from "./measure.ts";

/** Targets in gas, whole transactions: a margin over the least that any contract doing this work could need. */
const targets = {
  open: { value: 1.35 * 32_254, words: "1.35 × 32,254" },
  settle: { value: 1.45 * 45_552, words: "1.45 × 45,552" },
  register: { value: 15_000, words: "15,000" },
  session: { value: 0.27 * 404_420, words: "0.27 × 404,420" },
};

/** Gas of whole transactions, from receipts, in steady state (no word is written for the first time). */
export async function benchGas(): Promise<Figure[]> {
  const run = createRun();
  try {
    const chain = await startChain({ run });
    const { floor, openJoule, settleWithFee, settleTwoOfThree } = await measureGas(chain.url, chain.chainId);
    const bulkEvses = BigInt(4 * bulkStations);
    const figure = (name: string, value: bigint, reference: bigint, target?: Figure["target"]): Figure => ({
      area: "gas",
      name,
      unit: "gas",
      value: Number(value),
      reference: Number(reference),
      referenceName: "floor",
      ...(target && { target }),
    });
    return [
      figure("open a session from the ledger", openJoule.open, floor.open, targets.open),
      figure("settle, one signature, two periods", openJoule.settle, floor.settle, targets.settle),
      figure(
        "a whole session (open and settle)",
        openJoule.open + openJoule.settle,
        floor.open + floor.settle,
        targets.session,
      ),
      figure("settle with a committee fee", settleWithFee, floor.settle),
      figure("settle, 2 of 3 signatures, fee to three", settleTwoOfThree, floor.settle),
      figure("deposit an ERC-20", openJoule.deposit, floor.deposit),
      figure("withdraw an ERC-20", openJoule.withdraw, floor.withdraw),
      figure("register a station of 4 EVSEs", openJoule.registerStation, floor.registerStation),
      figure(
        "register in bulk, per EVSE (stations of 4)",
        openJoule.registerInBulk / bulkEvses,
        floor.registerInBulk / bulkEvses,
        targets.register,
      ),
      figure(
        "the same with a real station’s OCPI Location inline",
        openJoule.registerInBulkInline / bulkEvses,
        floor.registerInBulk / bulkEvses,
      ),
    ];
  } finally {
    await run.stop();
  }
}
