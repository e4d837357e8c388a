import { committeeId, tariffId } from "@openjoule/sdk";
import { localAccount } from "./accounts.ts";
import type { Network } from "./network.ts";
import type { SessionRecord } from "./session.ts";

/**
 * The one JSON document of `npm start -- --once --json`: everything that proves the session. Amounts are base units as
 * decimal text, times UTC seconds, energies Wh.
 */
export function sessionDocument(network: Network, record: SessionRecord, startSeconds: Record<string, number>) {
  const { world } = network;
  const { opened, receipt, statements, before, after, transactions } = record;
  const contracts = Object.fromEntries(
    Object.entries(world.deployment.contracts).map(([name, contract]) => [name, contract.address]),
  );
  return {
    chainId: world.deployment.chainId,
    addresses: {
      ...contracts,
      driver: localAccount("driver").address,
      owner: localAccount("owner").address,
      operator: localAccount("operator").address,
      statementKey: localAccount("statementKey").address,
    },
    stationId: world.stationId,
    evse: opened.offer.evse,
    tariffId: tariffId(world.terms, world.pricing),
    tariff: { terms: world.terms, pricing: world.pricing },
    committeeId: committeeId(world.committee),
    committee: world.committee,
    offer: opened.offer,
    session: opened.session,
    sessionId: opened.sessionId,
    statements,
    costLines: receipt.lines,
    balances: { before, after },
    transactions,
    receipt,
    seconds: { start: startSeconds, charging: record.chargingSeconds, toReceipt: record.receiptSeconds },
  };
}

/** JSON with every bigint as decimal text. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, field) => (typeof field === "bigint" ? field.toString() : field), 2);
}
