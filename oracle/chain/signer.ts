import { readFile } from "node:fs/promises";
import { Wallet } from "@ethereumjs/wallet";
import type { CompactSignature } from "@openjoule/sdk";
import {
  type Address,
  bytesToHex,
  type Hex,
  isAddressEqual,
  keccak256,
  numberToHex,
  recoverAddress,
  type Signature,
  serializeTransaction,
  type TransactionSerializableEIP1559,
} from "viem";
import { privateKeyToAddress, sign } from "viem/accounts";

/** Signs statements. Its key is registered with OracleRegistry and never holds money. */
export interface StatementSigner {
  readonly address: Address;
  /** Signs an EIP-712 digest; s in the lower half, as the contracts demand. May take a remote call. */
  sign(digest: Hex): Promise<CompactSignature>;
}

/** Signs the transactions of the outbox. Its key holds the gas money and signs nothing else. */
export interface GasSigner {
  readonly address: Address;
  /** The signed transaction's bytes, ready to be sent. */
  signTransaction(transaction: TransactionSerializableEIP1559): Promise<Hex>;
}

/** A key, wherever it lives (memory, later a KMS): the one thing a signer needs of it. */
export interface Key {
  readonly address: Address;
  signDigest(digest: Hex): Promise<{ r: Hex; s: Hex; yParity: 0 | 1 }>;
}

/** Where a key comes from. Raw keys are for local networks. */
export type KeySource =
  | { kind: "raw"; privateKey: Hex; allowOutsideLocal?: boolean }
  | { kind: "keystore"; path: string; password: string };

export type SignersOptions = {
  chainId: number;
  /** One for each operator that this process signs for. */
  statements: readonly KeySource[];
  gas: KeySource;
};
export type Signers = {
  /** In the order of their sources. */
  statements: readonly StatementSigner[];
  gas: GasSigner;
};

/** A key cannot be used; the message never holds the key or the password. */
export class KeyError extends Error {
  readonly code: "rawKeyRefused" | "invalidKey" | "keystoreUnreadable" | "keystoreLocked" | "keysNotSeparate";
  readonly field: string;
  constructor(code: KeyError["code"], field: string, problem: string, expected: string) {
    super(`${field}: ${problem}, expected ${expected}`);
    this.name = "KeyError";
    this.code = code;
    this.field = field;
  }
}

/** Chains on which everybody knows the keys anyway: anvil's and Hardhat's, Ganache's. */
export const LOCAL_CHAIN_IDS: readonly number[] = [31_337, 1_337];

/**
 * Opens all keys. They must differ: a key that pays for gas is at more risk, a statement key that sends transactions would tie
 * settling to one nonce, and one key cannot speak for two operators.
 * @throws KeyError
 */
export async function createSigners({ chainId, statements, gas }: SignersOptions): Promise<Signers> {
  const named = statements.map((source, index) => ({ field: `statement key ${index}`, source }));
  const keys = await Promise.all(
    [...named, { field: "gas key", source: gas }].map(async ({ field, source }) => ({
      field,
      key: await openKey(field, source, chainId),
    })),
  );
  for (const [index, { field, key }] of keys.entries()) {
    const twin = keys.slice(0, index).find((other) => isAddressEqual(other.key.address, key.address));
    if (twin === undefined) continue;
    throw new KeyError("keysNotSeparate", field, `is ${twin.field}, ${key.address}`, "a key of its own");
  }
  const opened = keys.map(({ key }) => key);
  const gasKey = opened.pop();
  if (gasKey === undefined) throw new KeyError("invalidKey", "gas key", "is missing", "a key");
  return { statements: opened.map(createStatementSigner), gas: createGasSigner(gasKey) };
}

/** @param field The key's name in errors. @throws KeyError */
export async function openKey(field: string, source: KeySource, chainId: number): Promise<Key> {
  if (source.kind === "keystore") return openKeystore(field, source.path, source.password);
  if (!LOCAL_CHAIN_IDS.includes(chainId) && source.allowOutsideLocal !== true) {
    throw new KeyError("rawKeyRefused", field, `is a raw private key on chain ${chainId}`, "an encrypted keystore");
  }
  return createRawKey(field, source.privateKey);
}

/** A key in this process's memory. @throws KeyError */
export function createRawKey(field: string, privateKey: Hex): Key {
  let address: Address;
  try {
    address = privateKeyToAddress(privateKey);
  } catch {
    throw new KeyError("invalidKey", field, "is not a secp256k1 private key", "0x and 64 hex digits");
  }
  return {
    address,
    async signDigest(digest) {
      const { r, s, yParity } = await sign({ hash: digest, privateKey });
      return { r, s, yParity: yParity === 1 ? 1 : 0 };
    },
  };
}

/**
 * A key from an encrypted keystore, version 3 (Web3 Secret Storage), as Geth, Foundry and Ethereum wallets write it.
 * @throws KeyError
 */
export async function openKeystore(field: string, path: string, password: string): Promise<Key> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "error";
    throw new KeyError("keystoreUnreadable", field, `cannot read ${path} (${code})`, "a keystore file");
  }
  let privateKey: Hex;
  let stated: unknown;
  try {
    stated = (JSON.parse(text) as { address?: unknown }).address;
    // Not strict about letter case: some tools write `Crypto` or capital hex digits.
    privateKey = bytesToHex((await Wallet.fromV3(text, password, true)).getPrivateKey());
  } catch (cause) {
    if (cause instanceof Error && cause.message.includes("possibly wrong passphrase")) {
      throw new KeyError("keystoreLocked", field, `${path} does not open with this password`, "its password");
    }
    throw new KeyError("keystoreUnreadable", field, `${path} is no keystore of version 3`, "a keystore file");
  }
  const key = createRawKey(field, privateKey);
  const bare = (address: string) => address.toLowerCase().replace(/^0x/, "");
  if (typeof stated === "string" && stated !== "" && bare(stated) !== bare(key.address)) {
    throw new KeyError("keystoreUnreadable", field, `${path} says ${stated} but holds ${key.address}`, "one address");
  }
  return key;
}

export function createStatementSigner(key: Key): StatementSigner {
  return {
    address: key.address,
    async sign(digest) {
      const signature = await signChecked(key, digest);
      // EIP-2098: the recovery bit is the highest bit of vs, which is free because s is in the lower half.
      const vs = BigInt(signature.s) | (BigInt(signature.yParity) << 255n);
      return { r: signature.r, vs: numberToHex(vs, { size: 32 }) };
    },
  };
}

export function createGasSigner(key: Key): GasSigner {
  return {
    address: key.address,
    async signTransaction(transaction) {
      const signature = await signChecked(key, keccak256(serializeTransaction(transaction)));
      return serializeTransaction(transaction, signature);
    },
  };
}

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** A remote key may answer with s in the upper half, and must not answer with another key: both are looked at. */
async function signChecked(key: Key, digest: Hex): Promise<Signature & { yParity: 0 | 1 }> {
  const { r, s, yParity } = await key.signDigest(digest);
  const low = BigInt(s) <= ORDER / 2n;
  const signature = {
    r,
    s: low ? s : numberToHex(ORDER - BigInt(s), { size: 32 }),
    yParity: (low ? yParity : 1 - yParity) as 0 | 1,
  };
  const recovered = await recoverAddress({ hash: digest, signature });
  if (!isAddressEqual(recovered, key.address)) {
    throw new KeyError("invalidKey", "signature", `is of ${recovered}`, `one of ${key.address}`);
  }
  return signature;
}
