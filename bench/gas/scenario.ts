import {
  chargingSessionsAbi,
  compactSignature,
  encodeStatement,
  type Filing,
  type Offer,
  PeriodKind,
  pricingHash,
  type Session,
  type Statement,
  StopReason,
  sessionId as sessionIdOf,
  statementTypedData,
  termsHash,
} from "@openjoule/sdk";
import { type LocalAccount, parseEventLogs, type TransactionReceipt, zeroHash } from "viem";
import type { Sender } from "../../scripts/local/sender.ts";
import { sessionsOf, type World } from "../../scripts/local/world.ts";

/** The session that a receipt opened, with what settling it needs. */
export function sessionFrom(receipt: TransactionReceipt, offer: Offer): { offer: Offer; session: Session } {
  const [event] = parseEventLogs({ abi: chargingSessionsAbi, eventName: "SessionOpened", logs: receipt.logs });
  if (!event) throw new Error(`no session was opened in ${receipt.transactionHash}`);
  const { sessionId: _, evse: __, ...session } = event.args;
  return { offer, session };
}

/** Proves the offer of one EVSE, once. */
export async function activate(sender: Sender, world: World, account: LocalAccount, offer: Offer) {
  return sender.call(account, {
    name: "activate offer",
    ...sessionsOf(world),
    functionName: "activateOffer",
    args: [offer, world.config, world.terms, pricingHash(world.pricing)],
  });
}

/** Opens a session from the ledger. */
export async function open(sender: Sender, world: World, driver: LocalAccount, offer: Offer, deposit: bigint) {
  const receipt = await sender.call(driver, {
    name: "open",
    ...sessionsOf(world),
    functionName: "open",
    args: [offer, deposit, 3600, 0n],
  });
  return { receipt, ...sessionFrom(receipt, offer) };
}

/** A final statement of two periods, signed by the given keys in the order of their operators. */
export async function finalFiling(
  sender: Sender,
  world: World,
  opened: { offer: Offer; session: Session },
  keys: readonly LocalAccount[],
): Promise<Filing> {
  const domain = { chainId: sender.chain.id, verifyingContract: sessionsOf(world).address };
  const start = opened.session.openedAt;
  const statement: Statement = {
    sequence: 9,
    stopReason: StopReason.EVDisconnected,
    waived: 0n,
    evidence: zeroHash,
    periods: [
      { kind: PeriodKind.Charging, start, seconds: 900, energyWh: 21_345 },
      { kind: PeriodKind.Idle, start: start + 900, seconds: 300, energyWh: 0 },
    ],
  };
  const typed = statementTypedData(domain, sessionIdOf(domain, opened.session), statement);
  const signatures = await Promise.all(keys.map(async (key) => compactSignature(await key.signTypedData(typed))));
  return {
    offer: opened.offer,
    session: opened.session,
    statement: encodeStatement(statement),
    committee: world.committee,
    signatures,
    pricing: world.pricing,
    termsHash: termsHash(world.terms),
  };
}
