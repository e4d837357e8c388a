import { decodeContractError } from "@openjoule/sdk";
import type { Hex } from "viem";
import { type Failure, TransactionError } from "./failure-types.ts";

/** EIP-1193 §5 and what wallets answer in its spirit; JSON-RPC's codes where wallets use them. */
const codes: Readonly<Record<number, Exclude<Failure["kind"], "contract"> | "rejected">> = {
  4001: "rejected",
  5000: "rejected",
  4100: "walletLocked",
  4900: "unreachable",
  4901: "wrongChain",
  [-32002]: "walletBusy",
};

const names: Readonly<Record<string, Exclude<Failure["kind"], "contract"> | "rejected">> = {
  UserRejectedRequestError: "rejected",
  ConnectorNotConnectedError: "walletLocked",
  ConnectorAccountNotFoundError: "walletLocked",
  ConnectorUnavailableReconnectingError: "walletLocked",
  ConnectorChainMismatchError: "wrongChain",
  ChainMismatchError: "wrongChain",
  HttpRequestError: "unreachable",
  TimeoutError: "unreachable",
  InsufficientFundsError: "noGas",
};

/**
 * What an error of a wallet, of the chain or of viem means. Wallets wrap errors in errors, so the whole chain of causes is
 * read; what the contract says counts most, then what the person said.
 */
export function readFailure(error: unknown): Failure | "rejected" {
  if (error instanceof TransactionError) return error.failure;
  const chain = causes(error);
  const details = describe(chain);
  const links = chain as readonly Link[];
  const known = links.flatMap((link) => [codes[Number(link.code)], names[String(link.name)]]).filter((kind) => kind);
  if (known.includes("rejected")) return "rejected";
  for (const link of links) {
    const data = revertData(link.data);
    const decoded = data && decodeContractError(data);
    if (decoded) return { kind: "contract", ...decoded, details: `${decoded.name}(${decoded.args.join(", ")})` };
  }
  if (/insufficient funds|exceeds the balance of the account/i.test(details)) return { kind: "noGas", details };
  const kind = known[0];
  if (kind !== undefined && kind !== "rejected") return { kind, details };
  if (links.some(({ name }) => name === "ExecutionRevertedError")) return { kind: "reverted", details };
  return { kind: "unknown", details };
}

interface Link {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly data?: unknown;
  readonly cause?: unknown;
}

/** An error with all that it was caused by, outermost first. */
function causes(error: unknown): readonly unknown[] {
  const found: unknown[] = [];
  for (
    let link = error;
    typeof link === "object" && link !== null && !found.includes(link);
    link = (link as Link).cause
  )
    found.push(link);
  return found;
}

/** Nodes give a revert's data as hex or inside another object. */
function revertData(data: unknown): Hex | undefined {
  if (typeof data === "string") return /^0x[0-9a-fA-F]{8,}$/.test(data) ? (data as Hex) : undefined;
  if (typeof data !== "object" || data === null) return undefined;
  const inner = data as { data?: unknown; originalError?: { data?: unknown } };
  return revertData(inner.data) ?? revertData(inner.originalError?.data);
}

const LONGEST_DETAILS = 600;

/** The outermost words and the innermost, which is where wallets hide the reason. */
function describe(chain: readonly unknown[]): string {
  const texts = chain.map((link) => {
    const { shortMessage, message } = link as { shortMessage?: unknown; message?: unknown };
    return String(shortMessage ?? message ?? link);
  });
  const distinct = [...new Set([texts[0] ?? "no error", texts.at(-1) ?? ""])].filter(Boolean);
  return distinct.join(" · ").slice(0, LONGEST_DETAILS);
}
