import { Counter, Gauge, type Registry } from "@prometheus-io/client";

export type ChainMetrics = ReturnType<typeof createChainMetrics>;

/** Everything that chain/ measures, under `openjoule_*`, in the given registry. */
export function createChainMetrics(registry: Registry) {
  const registers = [registry];
  return {
    head: new Gauge({ name: "openjoule_chain_head_block", help: "Newest block seen", registers }),
    headTimestamp: new Gauge({
      name: "openjoule_chain_head_timestamp_seconds",
      help: "Time of the newest block seen, UTC seconds",
      registers,
    }),
    cursor: new Gauge({ name: "openjoule_chain_cursor_block", help: "Block up to which logs are taken", registers }),
    events: new Counter({
      name: "openjoule_chain_events_total",
      help: "Chain events handed to the engine",
      labelNames: ["type"] as const,
      registers,
    }),
    reorgs: new Counter({ name: "openjoule_chain_reorgs_total", help: "Reorgs undone", registers }),
    reorgDepth: new Gauge({
      name: "openjoule_chain_last_reorg_depth_blocks",
      help: "Depth of the last reorg",
      registers,
    }),
    failures: new Counter({
      name: "openjoule_chain_failures_total",
      help: "Turns of a chain worker that failed and are repeated",
      labelNames: ["worker", "error"] as const,
      registers,
    }),
    transactions: new Gauge({
      name: "openjoule_transactions",
      help: "Transactions of the outbox that are not at their end, by state",
      labelNames: ["state"] as const,
      registers,
    }),
    transactionsEnded: new Counter({
      name: "openjoule_transactions_ended_total",
      help: "Transactions of the outbox that came to an end",
      labelNames: ["kind", "end"] as const,
      registers,
    }),
    broadcasts: new Counter({
      name: "openjoule_transaction_broadcasts_total",
      help: "Sendings of signed transactions by the node's answer",
      labelNames: ["answer"] as const,
      registers,
    }),
    replacements: new Counter({
      name: "openjoule_transaction_replacements_total",
      help: "Transactions signed again with higher fees",
      registers,
    }),
    alerts: new Counter({
      name: "openjoule_transaction_alerts_total",
      help: "Transactions that need a person's eye",
      labelNames: ["reason"] as const,
      registers,
    }),
    gasBalance: new Gauge({ name: "openjoule_gas_balance_wei", help: "Balance of the gas key", registers }),
  };
}

/** Name of an error for a metric's label. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : "unknown";
}
