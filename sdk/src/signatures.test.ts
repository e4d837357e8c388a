import fc from "fast-check";
import {
  concat,
  hexToBigInt,
  keccak256,
  numberToHex,
  parseSignature,
  recoverTypedDataAddress,
  sliceHex,
  stringToHex,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { describe, expect, it } from "vitest";
import * as arbitrary from "../testing/arbitraries.ts";
import { keyProofTypedData, statementDigest, statementHash, statementTypedData } from "./eip712.ts";
import { encodeStatement } from "./periods.ts";
import {
  compactSignature,
  expandSignature,
  quorumSignatures,
  recoverStatementKey,
  recoverStatementKeys,
} from "./signatures.ts";
import { StopReason } from "./stop-reason.ts";
import { PeriodKind, type Statement } from "./types.ts";

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const domain = { chainId: 31_337, verifyingContract: `0x${"5e".repeat(20)}` as const };
const sessionId = `0x${"ab".repeat(32)}` as const;
const statement: Statement = {
  sequence: 3,
  stopReason: StopReason.Remote,
  waived: 0n,
  evidence: `0x${"00".repeat(32)}`,
  periods: [
    { kind: PeriodKind.Charging, start: 1_800_000_000, seconds: 60, energyWh: 2500 },
    { kind: PeriodKind.Idle, start: 1_800_000_060, seconds: 30, energyWh: 0 },
  ],
};
const signer = privateKeyToAccount(keccak256(stringToHex("a statement key of a test")));

describe("statementDigest", () => {
  it("is EIP-712 over Statement(…), word by word", () => {
    fc.assert(
      fc.property(arbitrary.bytes32, arbitrary.statement, (id, given) => {
        const encoded = encodeStatement(given);
        const typeHash = keccak256(
          stringToHex(
            "Statement(bytes32 sessionId,uint32 sequence,uint8 stopReason,uint128 waived,bytes32 evidence,uint256[] periods)",
          ),
        );
        const word = (value: bigint | number) => numberToHex(value, { size: 32 });
        const periods = keccak256(concat(encoded.periods.map(word)));
        const head = [typeHash, id, word(given.sequence), word(given.stopReason), word(given.waived)];
        expect(statementHash(id, given)).toBe(keccak256(concat([...head, given.evidence, periods])));
      }),
    );
  });

  it("is what a wallet signs", async () => {
    const signature = await signer.signTypedData(statementTypedData(domain, sessionId, statement));
    expect(await signer.sign({ hash: statementDigest(domain, sessionId, statement) })).toBe(signature);
  });

  it("does not change with what else the object carries", () => {
    const carrying = { ...statement, cost: 5n, signedAt: 7 };
    expect(statementDigest(domain, sessionId, carrying)).toBe(statementDigest(domain, sessionId, statement));
    expect(Object.keys(statementTypedData(domain, sessionId, carrying).message)).not.toContain("cost");
  });
});

describe("keyProofTypedData", () => {
  it("is signed by the key for the operator, in OracleRegistry's domain", async () => {
    const data = keyProofTypedData(domain, { operator: `0x${"0a".repeat(20)}`, key: signer.address });
    expect(data.domain.name).toBe("OpenJoule Oracles");
    const signature = await signer.signTypedData(data);
    expect(await recoverTypedDataAddress({ ...data, signature })).toBe(signer.address);
  });
});

describe("compactSignature", () => {
  it("is undone by expandSignature, for both recovery bits", async () => {
    const bits = new Set<number | undefined>();
    for (let i = 0; i < 16; i++) {
      const signature = await signer.sign({ hash: keccak256(numberToHex(i)) });
      bits.add(parseSignature(signature).yParity);
      expect(expandSignature(compactSignature(signature))).toBe(signature);
    }
    expect(bits).toEqual(new Set([0, 1]));
  });

  it("puts the recovery bit above s (EIP-2098's own example)", () => {
    const r = "0x68a020a209d3d56c46f38cc50a33f704f4a9a10a59377f8dd762ac66910e9b90";
    const s = "0x7e865ad05c4035ab5792787d4a0297a43617ae897930a6fe4d822b8faea52064";
    expect(compactSignature(concat([r, s, "0x1b"]))).toEqual({ r, vs: s });
    const r2 = "0x9328da16089fcba9bececa81663203989f2df5fe1faa6291a45381c81bd17f76";
    const s2 = "0x139c6d6b623b42da56557e5e734a43dc83345ddfadec52cbe24d0cc64f550793";
    const vs = "0x939c6d6b623b42da56557e5e734a43dc83345ddfadec52cbe24d0cc64f550793";
    expect(compactSignature(concat([r2, s2, "0x1c"]))).toEqual({ r: r2, vs });
  });

  it("refuses a high s, a wrong v and a wrong length", async () => {
    const signature = await signer.sign({ hash: sessionId });
    const { r, s, yParity } = parseSignature(signature);
    const mirrored = concat([r, numberToHex(ORDER - hexToBigInt(s), { size: 32 }), yParity ? "0x1b" : "0x1c"]);
    expect(() => compactSignature(mirrored)).toThrow(/^InvalidSignature: .* s in the lower half/);
    expect(() => compactSignature(concat([sliceHex(signature, 0, 64), "0x1d"]))).toThrow(/^InvalidSignature/);
    expect(() => compactSignature(sliceHex(signature, 0, 64))).toThrow(/^InvalidSignature: .* 65 bytes/);
  });
});

describe("recoverStatementKey", () => {
  it("finds who signed, in either form", async () => {
    const signature = await signer.signTypedData(statementTypedData(domain, sessionId, statement));
    expect(await recoverStatementKey(domain, sessionId, statement, signature)).toBe(signer.address);
    const compact = compactSignature(signature);
    expect(await recoverStatementKey(domain, sessionId, statement, compact)).toBe(signer.address);
  });

  it("finds somebody else for another statement, session, chain or contract", async () => {
    const signature = await signer.signTypedData(statementTypedData(domain, sessionId, statement));
    const others = await Promise.all([
      recoverStatementKey(domain, sessionId, { ...statement, sequence: 4 }, signature),
      recoverStatementKey(domain, sessionId, { ...statement, periods: statement.periods.slice(1) }, signature),
      recoverStatementKey(domain, `0x${"ac".repeat(32)}` as const, statement, signature),
      recoverStatementKey({ ...domain, chainId: 1 }, sessionId, statement, signature),
      recoverStatementKey({ ...domain, verifyingContract: `0x${"5f".repeat(20)}` }, sessionId, statement, signature),
    ]);
    expect(others).not.toContain(signer.address);
  });

  it("keeps the order of several", async () => {
    const keys = Array.from({ length: 3 }, () => privateKeyToAccount(generatePrivateKey()));
    const data = statementTypedData(domain, sessionId, statement);
    const signatures = await Promise.all(keys.map((key) => key.signTypedData(data)));
    expect(await recoverStatementKeys(domain, sessionId, statement, signatures)).toEqual(
      keys.map((key) => key.address),
    );
  });

  it("refuses by name what the contracts would refuse", async () => {
    const zero = `0x${"00".repeat(32)}` as const;
    const { r } = compactSignature(await signer.signTypedData(statementTypedData(domain, sessionId, statement)));
    // Above half the order, which is a little below 2^255.
    const vs = `0x7f${"ff".repeat(31)}` as const;
    for (const bad of [{ r: zero, vs: zero }, { r: "0x12", vs: zero } as const, { r, vs }]) {
      await expect(recoverStatementKey(domain, sessionId, statement, bad)).rejects.toThrow(/^InvalidSignature/);
    }
  });
});

describe("quorumSignatures", () => {
  const signature = (digits: string) => ({ r: `0x${digits.repeat(32)}`, vs: `0x${digits.repeat(32)}` }) as const;
  const of = (digits: string) => ({ operator: `0x${digits.repeat(20)}` as const, signature: signature(digits) });

  it("sorts by operator, whatever the case of its hex, and takes the threshold", () => {
    const upper = { ...of("ab"), operator: `0x${"AB".repeat(20)}` as const };
    expect(quorumSignatures([of("cc"), upper, of("0f")], 2)).toEqual([signature("0f"), signature("ab")]);
  });

  it("refuses one operator twice and too few", () => {
    const twice = [of("0f"), { ...of("ab") }, { ...of("ab"), operator: `0x${"AB".repeat(20)}` as const }];
    expect(() => quorumSignatures(twice, 2)).toThrow("DuplicateOperator");
    expect(() => quorumSignatures([of("0f")], 2)).toThrow("QuorumNotReached: signatures is 1, expected at least 2");
  });
});
