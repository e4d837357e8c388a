import { chargingSessionsAbi, type Offer, offerHash, oracleRegistryAbi, testCurrencyAbi } from "@openjoule/sdk";
import { type Address, createClient, type Hex, http, type Log, numberToHex } from "viem";
import { getTransaction, getTransactionReceipt, readContract } from "viem/actions";
import type { AppConfig } from "#config";
import type { Funds } from "./money.ts";

/** What a permit's signature is made for (EIP-712, EIP-2612). */
export interface PermitDomain {
  readonly name: string;
  readonly version: string;
  readonly nonce: bigint;
}

/** A mined transaction: who was called with what, and what it logged. */
export interface MinedCall {
  readonly to: Address | null;
  readonly input: Hex;
  readonly logs: readonly Log[];
}

/** What these pages read from the chain itself. Everything throws when the node does not answer. */
export interface ChainReader {
  /** What an account can pay with in a currency; of a token only. */
  funds(account: Address, token: Address): Promise<Funds>;
  ledgerBalance(account: Address, currency: bigint): Promise<bigint>;
  permitDomain(account: Address, token: Address): Promise<PermitDomain>;
  /** `active`: `open` works as it is, without proving the offer first. `free`: nobody charges there. */
  evseState(offer: Offer): Promise<{ readonly free: boolean; readonly active: boolean }>;
  /** Whose key it was at a moment, UTC seconds; undefined when nobody's. */
  operatorOf(key: Address, at: number): Promise<Address | undefined>;
  minedCall(hash: Hex): Promise<MinedCall>;
}

/** The commitment in an EVSE's word are the high 192 bits of a hash. */
const COMMITMENT_SHIFT = 64n;

export function createChainReader({ rpcUrl, deployment }: Pick<AppConfig, "rpcUrl" | "deployment">): ChainReader {
  const client = createClient({ transport: http(rpcUrl), cacheTime: 0 });
  const { ChargingSessions, OracleRegistry } = deployment.contracts;
  const sessions = { address: ChargingSessions.address, abi: chargingSessionsAbi } as const;
  const tokenOf = (address: Address) => ({ address, abi: testCurrencyAbi }) as const;
  const ledgerBalance = (account: Address, currency: bigint) =>
    readContract(client, { ...sessions, functionName: "balanceOf", args: [account, currency] });

  return {
    ledgerBalance,
    async funds(account, token) {
      const [ledger, wallet] = await Promise.all([
        ledgerBalance(account, BigInt(token)),
        readContract(client, { ...tokenOf(token), functionName: "balanceOf", args: [account] }),
      ]);
      return { ledger, wallet };
    },
    async permitDomain(account, token) {
      const read = tokenOf(token);
      const [nonce, [, name, version]] = await Promise.all([
        readContract(client, { ...read, functionName: "nonces", args: [account] }),
        // EIP-5267; a token without it mostly signs under its name and version 1.
        readContract(client, { ...read, functionName: "eip712Domain" }).catch(
          async () => ["0x", await readContract(client, { ...read, functionName: "name" }), "1"] as const,
        ),
      ]);
      return { name, version, nonce };
    },
    async evseState(offer) {
      const state = await readContract(client, { ...sessions, functionName: "evseState", args: [offer.evse] });
      const commits = BigInt(state.commitment) >> COMMITMENT_SHIFT === BigInt(offerHash(offer)) >> COMMITMENT_SHIFT;
      const free = state.status === 0;
      return { free, active: free && !state.stale && commits };
    },
    async operatorOf(key, at) {
      const read = { address: OracleRegistry.address, abi: oracleRegistryAbi, functionName: "operatorOf" } as const;
      const operator = await readContract(client, { ...read, args: [key, at] });
      return operator === numberToHex(0, { size: 20 }) ? undefined : operator;
    },
    async minedCall(hash) {
      const [{ to, input }, { logs }] = await Promise.all([
        getTransaction(client, { hash }),
        getTransactionReceipt(client, { hash }),
      ]);
      return { to, input, logs };
    },
  };
}
