import {
  type Committee,
  committeeId,
  type Offer,
  offerHash,
  pricingHash,
  type Session,
  sessionId,
  type TariffPricing,
  type TariffTerms,
  tariffIdOf,
  termsHash,
} from "@openjoule/sdk";
import type { MeterSample } from "../../bus/types.ts";
import { decide, nextDueAt } from "../decide.ts";
import {
  defaultPolicy,
  type Effect,
  type Opening,
  type Policy,
  type SessionEvent,
  type SessionState,
} from "../types.ts";

/** 2026-01-01T00:00:00Z. */
export const OPENED_AT = 1_767_225_600;
export const ZERO_ADDRESS = "0x0000000000000000000000000000000000000000";
const ZERO_HASH = `0x${"0".repeat(64)}` as const;

export const operator = "0x1000000000000000000000000000000000000001";

export const domain = { chainId: 31_337, verifyingContract: "0x5000000000000000000000000000000000000005" } as const;

export type OpeningOptions = {
  deposit?: bigint;
  maxSeconds?: number;
  powerCapW?: number;
  settlementWindowSeconds?: number;
  connectionSeconds?: number;
  pricing?: Partial<TariffPricing["elements"][number]>;
  minimum?: bigint;
  maximum?: bigint;
  evse?: bigint;
  counter?: number;
  committee?: Committee;
};

/** A session at 0.50 per kWh (6 decimals) with 50.00 deposited, for a day at most, at 150 kW. */
export function opening(options: OpeningOptions = {}): Opening {
  const terms: TariffTerms = {
    currency: 1n,
    minimumDeposit: 1n,
    settlementWindowSeconds: options.settlementWindowSeconds ?? 21_600,
    connectionSeconds: options.connectionSeconds ?? 180,
    taxBps: 0,
    reservation: { fee: 0n, holdSeconds: 0, freeCancelSeconds: 0, lateRefundBps: 0 },
    feeds: [],
    priceDecimals: 0,
    sequencerFeed: ZERO_ADDRESS,
    sequencerGraceSeconds: 0,
  };
  const element = { pricePerKwh: 500_000n, pricePerHour: 0n, idlePerHour: 0n, flat: 0n, restrictions: 0n };
  const pricing: TariffPricing = {
    minimum: options.minimum ?? 0n,
    maximum: options.maximum ?? 0n,
    noShowFee: 0n,
    utcOffsetSeconds: 0,
    elements: [{ ...element, ...options.pricing }],
  };
  const committee: Committee = options.committee ?? { threshold: 1, feeBps: 100, members: [operator] };
  const hashes = { termsHash: termsHash(terms), pricingHash: pricingHash(pricing) };
  const offer: Offer = {
    evse: options.evse ?? (7n << 16n) | 1n,
    owner: "0x2000000000000000000000000000000000000002",
    ownerEpoch: 1,
    tariffId: tariffIdOf(hashes),
    committeeId: committeeId(committee),
    meterKeyHash: ZERO_HASH,
    currency: 1n,
    minimumDeposit: 1n,
    powerCapW: options.powerCapW ?? 150_000,
  };
  const session: Session = {
    offerHash: offerHash(offer),
    parentHash: ZERO_HASH,
    driver: "0x3000000000000000000000000000000000000003",
    deposit: options.deposit ?? 50_000_000n,
    counter: options.counter ?? 1,
    openedAt: OPENED_AT,
    maxSeconds: options.maxSeconds ?? 86_400,
    extras: ZERO_HASH,
  };
  return { sessionId: sessionId(domain, session), offer, session, terms, pricing, ...hashes, committee };
}

export function sample(
  atSeconds: number | null,
  energyWh: number | null,
  powerW: number | null = null,
  context: MeterSample["context"] = "periodic",
): MeterSample {
  return {
    timestampSeconds: atSeconds === null ? null : OPENED_AT + atSeconds,
    context,
    energyWh,
    powerW,
    socPercent: null,
  };
}

type Statement = Extract<Effect, { type: "sign" }>["statement"];

/** A session driven event by event; times are seconds after opening. */
export function drive(
  options: OpeningOptions & { policy?: Partial<Policy>; bound?: boolean; connected?: boolean } = {},
) {
  const policy = { ...defaultPolicy, ...options.policy };
  const effects: Effect[] = [];
  let state: SessionState | undefined;

  /** Omit does not distribute over a union by itself. */
  type Bare<E> = E extends unknown ? Omit<E, "now"> : never;

  const driven = {
    get state(): SessionState {
      if (state === undefined) throw new Error("not opened");
      return state;
    },
    effects,
    policy,
    send(at: number, event: Bare<SessionEvent>): Effect[] {
      const decision = decide(state, { now: OPENED_AT + at, ...event } as SessionEvent, policy);
      state = decision.state;
      effects.push(...decision.effects);
      return decision.effects;
    },
    /** Lets time pass, doing everything that falls due on the way. */
    passTo(at: number): void {
      for (let guard = 0; guard < 10_000; guard += 1) {
        const due = nextDueAt(driven.state, policy);
        if (due === null || due > OPENED_AT + at) break;
        driven.send(Math.max(due, driven.state.clock) - OPENED_AT, { type: "tick" });
      }
      driven.send(at, { type: "tick" });
    },
    statements: (): Statement[] => effects.flatMap((effect) => (effect.type === "sign" ? [effect.statement] : [])),
    finals: (): Statement[] => driven.statements().filter(({ stopReason }) => stopReason !== 0),
    commands: (type: string) =>
      effects.flatMap((effect) => (effect.type === "command" && effect.command.type === type ? [effect] : [])),
    flags: (): string[] => driven.state.flags,
    /** Sums of the last statement. */
    signedWh: (): number =>
      driven
        .statements()
        .at(-1)
        ?.periods.reduce((sum, { energyWh }) => sum + energyWh, 0) ?? 0,
  };
  driven.send(1, {
    type: "opened",
    opening: opening(options),
    binding: options.bound === false ? null : { deviceId: "CP1", connectorId: 1 },
    connected: options.connected ?? true,
    connectorStatus: "preparing",
  });
  return driven;
}

export const accepted = { type: "commandResult", command: "remoteStart", outcome: "accepted" } as const;

export function started(at: number | null, meterStartWh: number | null, transactionId = "1") {
  const timestampSeconds = at === null ? null : OPENED_AT + at;
  return { type: "started", transactionId, meterStartWh, timestampSeconds } as const;
}

export function metered(...samples: MeterSample[]) {
  return { type: "metered", samples } as const;
}

export function stopped(
  at: number | null,
  meterStopWh: number | null,
  more: { transactionId?: string | null; reason?: "local" | "remote" | "evDisconnected"; samples?: MeterSample[] } = {},
) {
  const message = {
    transactionId: more.transactionId === undefined ? "1" : more.transactionId,
    meterStopWh,
    timestampSeconds: at === null ? null : OPENED_AT + at,
    reason: more.reason ?? "local",
    samples: more.samples ?? [],
  };
  return { type: "stopped", message } as const;
}
