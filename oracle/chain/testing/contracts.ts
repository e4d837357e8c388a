/**
 * Tiny contracts, put at fixed addresses with `anvil_setCode`, that let a test make any event of the real ABIs on a real
 * chain, in any order, without the stations and deposits that the real contracts ask for first.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Committee,
  chargingSessionsAbi,
  committeeId,
  type Offer,
  offerHash,
  oracleRegistryAbi,
  pricingHash,
  type Session,
  sessionId,
  stationRegistryAbi,
  type TariffPricing,
  type TariffTerms,
  tariffIdOf,
  termsHash,
} from "@openjoule/sdk";
import {
  type Abi,
  type Address,
  concat,
  encodeAbiParameters,
  encodeEventTopics,
  getAbiItem,
  type Hex,
  numberToHex,
  pad,
  toHex,
  zeroAddress,
  zeroHash,
} from "viem";
import { type ContractSet, domainOf } from "../decode.ts";
import type { Receipt } from "../reader.ts";
import type { Anvil } from "./anvil.ts";

export const contracts: ContractSet = {
  chainId: 31_337,
  stationRegistry: "0x1000000000000000000000000000000000000001",
  oracleRegistry: "0x1000000000000000000000000000000000000002",
  chargingSessions: "0x1000000000000000000000000000000000000003",
  startBlock: 1,
};

/**
 * Calldata is the number of topics, four words of topics, and the data; it is emitted as it stands.
 * mem[0..] = calldata[0xa0..]; jump to LOG2, LOG3 or LOG4 by the first word.
 */
const EMITTER: Hex = (() => {
  const load = (index: number) => `60${(0x20 * (index + 1)).toString(16).padStart(2, "0")}35`;
  const head = "60a0360380" + "60a05f37" + "5f35";
  const branches: Record<number, string> = {
    // `5b50`: the destination drops the number of topics; a swap brings the size to the top; `5fa?00`: LOG and stop.
    2: `5b50${load(0)}${load(1)}915fa200`,
    3: `5b50${load(1)}${load(0)}${load(2)}925fa300`,
    4: `5b50${load(2)}${load(1)}${load(0)}${load(3)}935fa400`,
  };
  const jump = (topics: number, target: number) => `80600${topics}1460${target.toString(16).padStart(2, "0")}57`;
  const tableBytes = (head.length + 3 * jump(2, 0).length) / 2 + 1;
  let table = "";
  let code = "";
  for (const [topics, branch] of Object.entries(branches)) {
    table += jump(Number(topics), tableBytes + code.length / 2);
    code += branch;
  }
  return `0x${head}${table}00${code}`;
})();

export async function placeEmitters(anvil: Anvil): Promise<void> {
  for (const address of [contracts.stationRegistry, contracts.oracleRegistry, contracts.chargingSessions]) {
    await anvil.send("anvil_setCode", address, EMITTER);
  }
}

/** Adds 1 to slot 1 on every call, unless slot 0 is set: then it reverts with that word and four zero bytes as its data. */
export const COUNTER: Hex = `0x${"5f548015600d57"}${"5f5260245ffd"}${"5b5060015460010160015500"}`;

export type Emission = { to: Address; data: Hex };

/** Calldata that makes an emitter emit this event. */
export function emission(abi: Abi, address: Address, eventName: string, args: Record<string, unknown>): Emission {
  const item = getAbiItem({ abi, name: eventName });
  if (item?.type !== "event") throw new Error(`no event ${eventName}`);
  const topics = encodeEventTopics({ abi, eventName, args } as Parameters<typeof encodeEventTopics>[0]) as Hex[];
  const unindexed = item.inputs.filter((input) => input.indexed !== true);
  const data = encodeAbiParameters(
    unindexed,
    unindexed.map((input) => args[input.name ?? ""]),
  );
  const words = [0, 1, 2, 3].map((index) => topics[index] ?? zeroHash);
  return { to: address, data: concat([numberToHex(topics.length, { size: 32 }), ...words, data]) };
}

/** Sends emissions from anvil's first account, each a transaction, and waits until they are mined if it mines by itself. */
export async function emit(anvil: Anvil, ...emissions: Emission[]): Promise<Hex[]> {
  const hashes: Hex[] = [];
  for (const { to, data } of emissions) {
    const from = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
    hashes.push((await anvil.send("eth_sendTransaction", { from, to, data, gas: "0x100000" })) as Hex);
  }
  // anvil answers before it has mined.
  if ((await anvil.send("anvil_getAutomine")) === true) await Promise.all(hashes.map((hash) => mined(anvil, hash)));
  return hashes;
}

/** Waits for a receipt, at most 5 s. */
export async function mined(anvil: Anvil, hash: Hex): Promise<Receipt> {
  for (let tries = 0; tries < 500; tries += 1) {
    const receipt = await anvil.reader.receipt(hash);
    if (receipt !== null) return receipt;
    await sleep(10);
  }
  throw new Error(`${hash} was not mined in 5 s`);
}

export const terms: TariffTerms = {
  currency: 1n,
  minimumDeposit: 5_000_000n,
  settlementWindowSeconds: 3_600,
  connectionSeconds: 600,
  taxBps: 0,
  reservation: { fee: 0n, holdSeconds: 0, freeCancelSeconds: 0, lateRefundBps: 0 },
  feeds: [],
  priceDecimals: 0,
  sequencerFeed: zeroAddress,
  sequencerGraceSeconds: 0,
};
export const pricing: TariffPricing = {
  minimum: 0n,
  maximum: 0n,
  noShowFee: 0n,
  utcOffsetSeconds: 0,
  elements: [{ pricePerKwh: 400_000n, pricePerHour: 0n, idlePerHour: 60_000n, flat: 0n, restrictions: 0n }],
};
export const committee: Committee = {
  threshold: 1,
  feeBps: 500,
  members: ["0x70997970C51812dc3A010C7d01b50e0d17dc79C8"],
};
const tariffHashes = { termsHash: termsHash(terms), pricingHash: pricingHash(pricing) };
export const offer: Offer = {
  evse: 0x10000n,
  owner: "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
  ownerEpoch: 1,
  tariffId: tariffIdOf(tariffHashes),
  committeeId: committeeId(committee),
  meterKeyHash: zeroHash,
  currency: 1n,
  minimumDeposit: 5_000_000n,
  powerCapW: 150_000,
};

/** A session of `offer`; `counter` makes it another one. */
export function sessionOf(counter: number): Session {
  return {
    offerHash: offerHash(offer),
    parentHash: pad(toHex(counter), { size: 32 }),
    driver: "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
    deposit: 20_000_000n,
    counter,
    openedAt: 1_800_000_000 + counter,
    maxSeconds: 7_200,
    extras: zeroHash,
  };
}
export const idOf = (session: Session) => sessionId(domainOf(contracts), session);

const sessions = contracts.chargingSessions;
export const emissions = {
  tariff: () =>
    emission(stationRegistryAbi as Abi, contracts.stationRegistry, "TariffPublished", {
      tariffId: offer.tariffId,
      publisher: offer.owner,
      termsHash: tariffHashes.termsHash,
      terms,
      pricing,
    }),
  committee: () =>
    emission(oracleRegistryAbi as Abi, contracts.oracleRegistry, "CommitteeActivated", {
      committeeId: offer.committeeId,
      committee,
    }),
  offer: () =>
    emission(chargingSessionsAbi as Abi, sessions, "OfferActivated", {
      evse: offer.evse,
      offerHash: offerHash(offer),
      offer,
    }),
  opened: (session: Session) =>
    emission(chargingSessionsAbi as Abi, sessions, "SessionOpened", {
      sessionId: idOf(session),
      evse: offer.evse,
      ...session,
    }),
  stop: (session: Session) =>
    emission(chargingSessionsAbi as Abi, sessions, "StopRequested", {
      sessionId: idOf(session),
      evse: offer.evse,
      by: session.driver,
    }),
  topUp: (session: Session, amount: bigint) =>
    emission(chargingSessionsAbi as Abi, sessions, "SessionToppedUp", {
      sessionId: idOf(session),
      payer: session.driver,
      amount,
    }),
  closed: (session: Session) =>
    emission(chargingSessionsAbi as Abi, sessions, "SessionClosed", {
      sessionId: idOf(session),
      cost: 0n,
    }),
  settled: (session: Session, periods: readonly bigint[]) =>
    emission(chargingSessionsAbi as Abi, sessions, "SessionSettled", {
      sessionId: idOf(session),
      cost: 1_234_567n,
      fee: 61_728n,
      sequence: 7,
      stopReason: 8,
      waived: 0n,
      evidence: zeroHash,
      periods,
    }),
  checkpoint: (session: Session, periods: readonly bigint[]) =>
    emission(chargingSessionsAbi as Abi, sessions, "CheckpointRecorded", {
      sessionId: idOf(session),
      sequence: 3,
      cost: 5n,
      waived: 0n,
      evidence: zeroHash,
      periods,
    }),
};
