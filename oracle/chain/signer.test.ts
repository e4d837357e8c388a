import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Wallet } from "@ethereumjs/wallet";
import fc from "fast-check";
import {
  compactSignatureToSignature,
  type Hex,
  hexToBytes,
  isAddressEqual,
  keccak256,
  parseCompactSignature,
  parseTransaction,
  recoverAddress,
  recoverTransactionAddress,
  toHex,
} from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createGasSigner,
  createRawKey,
  createSigners,
  createStatementSigner,
  type Key,
  openKeystore,
} from "./signer.ts";
import { DEV_KEYS } from "./testing/anvil.ts";

const [first, second] = DEV_KEYS as [Hex, Hex];
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "openjoule-keys-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** The test vector of the Web3 Secret Storage definition: password "testpassword". */
const SECRET = "0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";
const PBKDF2 = JSON.stringify({
  crypto: {
    cipher: "aes-128-ctr",
    cipherparams: { iv: "6087dab2f9fdbbfaddc31a909735c1e6" },
    ciphertext: "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
    kdf: "pbkdf2",
    kdfparams: {
      c: 262_144,
      dklen: 32,
      prf: "hmac-sha256",
      salt: "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd",
    },
    mac: "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2",
  },
  id: "3198bc9c-6672-5ab3-d995-4942343ae5b6",
  version: 3,
});

describe("statement signer", () => {
  test("signs any digest so that the contracts recover the key, with s in the lower half", async () => {
    const signer = createStatementSigner(createRawKey("key", first));
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), async (bytes) => {
        const hash = toHex(bytes);
        const { r, vs } = await signer.sign(hash);
        const signature = compactSignatureToSignature(parseCompactSignature(`${r}${vs.slice(2)}` as Hex));
        expect(BigInt(signature.s) <= ORDER / 2n).toBe(true);
        expect(isAddressEqual(await recoverAddress({ hash, signature }), signer.address)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test("a remote key that answers with s in the upper half is turned round", async () => {
    const key = createRawKey("key", first);
    const high: Key = {
      address: key.address,
      async signDigest(digest) {
        const { r, s, yParity } = await key.signDigest(digest);
        return { r, s: toHex(ORDER - BigInt(s), { size: 32 }), yParity: yParity === 1 ? 0 : 1 };
      },
    };
    const digest = keccak256("0x01");
    expect(await createStatementSigner(high).sign(digest)).toEqual(await createStatementSigner(key).sign(digest));
  });

  test("a remote key that signs as another one is refused", async () => {
    const other = createRawKey("key", second);
    const wrong: Key = { address: createRawKey("key", first).address, signDigest: other.signDigest };
    await expect(createStatementSigner(wrong).sign(keccak256("0x01"))).rejects.toThrow(/signature: is of/);
  });
});

test("the gas signer signs EIP-1559 transactions", async () => {
  const signer = createGasSigner(createRawKey("key", second));
  const raw = await signer.signTransaction({
    type: "eip1559",
    chainId: 31_337,
    nonce: 7,
    to: signer.address,
    data: "0x1234",
    value: 0n,
    gas: 50_000n,
    maxFeePerGas: 3n,
    maxPriorityFeePerGas: 1n,
  });
  const typed = raw as `0x02${string}`;
  expect(isAddressEqual(await recoverTransactionAddress({ serializedTransaction: typed }), signer.address)).toBe(true);
  expect(parseTransaction(typed)).toMatchObject({ nonce: 7, data: "0x1234", gas: 50_000n, chainId: 31_337 });
});

describe("keys", () => {
  test("raw keys are for local networks", async () => {
    const keys = {
      statements: [{ kind: "raw", privateKey: first }],
      gas: { kind: "raw", privateKey: second },
    } as const;
    await expect(createSigners({ chainId: 31_337, ...keys })).resolves.toBeDefined();
    await expect(createSigners({ chainId: 1, ...keys })).rejects.toThrow(
      "statement key 0: is a raw private key on chain 1, expected an encrypted keystore",
    );
    const allowed = {
      statements: [{ ...keys.statements[0], allowOutsideLocal: true }],
      gas: { ...keys.gas, allowOutsideLocal: true },
    };
    await expect(createSigners({ chainId: 1, ...allowed })).resolves.toBeDefined();
  });

  test("one key for two purposes or operators is refused", async () => {
    const source = { kind: "raw", privateKey: first } as const;
    await expect(createSigners({ chainId: 31_337, statements: [source], gas: source })).rejects.toThrow(
      /gas key: is statement key 0/,
    );
    const gas = { kind: "raw", privateKey: second } as const;
    await expect(createSigners({ chainId: 31_337, statements: [source, source], gas })).rejects.toThrow(
      /statement key 1: is statement key 0/,
    );
  });

  test.each(["0x", "0x00", `0x${"00".repeat(32)}`, `0x${"ff".repeat(32)}`, "hello"])(
    "%s is no private key, and the error does not repeat it",
    (privateKey) => {
      expect(() => createRawKey("gas key", privateKey as Hex)).toThrow(
        "gas key: is not a secp256k1 private key, expected 0x and 64 hex digits",
      );
    },
  );

  test("opens keystores of version 3: pbkdf2 (the definition's vector)", async () => {
    const key = await openKeystore("key", await file("pbkdf2.json", PBKDF2), "testpassword");
    expect(key.address).toBe(createRawKey("key", SECRET).address);
  });

  test("opens keystores of version 3: scrypt with an address", async () => {
    const wallet = Wallet.fromPrivateKey(hexToBytes(first));
    const text = await wallet.toV3String("pass word", { kdf: "scrypt", n: 1_024 });
    const key = await openKeystore("key", await file("scrypt.json", text), "pass word");
    expect(key.address).toBe(createRawKey("key", first).address);
    const lying = text.replace(/"address":"[0-9a-f]{40}"/, `"address":"${"00".repeat(20)}"`);
    expect(lying).not.toBe(text);
    await expect(openKeystore("key", await file("lying.json", lying), "pass word")).rejects.toThrow(/but holds 0x/);
  });

  test("says what is wrong with a keystore", async () => {
    const path = await file("locked.json", PBKDF2);
    await expect(openKeystore("gas key", path, "other")).rejects.toMatchObject({ code: "keystoreLocked" });
    await expect(openKeystore("gas key", join(folder, "none"), "")).rejects.toThrow(/cannot read .*ENOENT/);
    const broken = await file("broken.json", "{}");
    await expect(openKeystore("gas key", broken, "")).rejects.toThrow(/no keystore of version 3/);
    const text = await file("text.json", "not json");
    await expect(openKeystore("gas key", text, "")).rejects.toMatchObject({ code: "keystoreUnreadable" });
  });
});
