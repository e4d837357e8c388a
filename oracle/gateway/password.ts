import { createHmac, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import type { Authenticate } from "./transport.ts";

/** Costs of new hashes: 16 MiB and some 30 ms each. A stored hash names its own, so these may rise. */
const cost = 2 ** 14;
const blockSize = 8;
const parallelization = 1;
const keyBytes = 32;
const maxCost = 2 ** 17;

const derive = (password: Uint8Array | string, salt: Uint8Array, bytes: number, options: ScryptOptions) =>
  new Promise<Buffer>((resolve, reject) => {
    scrypt(password, salt, bytes, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });

/** Hash of a device's password to store: `scrypt$N$r$p$salt$key`, salt and key in base64url. */
export async function hashPassword(password: Uint8Array | string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, keyBytes, { N: cost, r: blockSize, p: parallelization, maxmem: 2 ** 28 });
  return ["scrypt", cost, blockSize, parallelization, salt.toString("base64url"), key.toString("base64url")].join("$");
}

/** Whether a password belongs to a stored hash. A hash that is not ours (or asks for absurd costs) belongs to none. */
export async function verifyPassword(password: Uint8Array | string, stored: string): Promise<boolean> {
  const [scheme, n, r, p, salt, key, ...rest] = stored.split("$");
  if (scheme !== "scrypt" || salt === undefined || key === undefined || rest.length > 0) return false;
  const [N, blocks, lanes] = [Number(n), Number(r), Number(p)];
  if (!(Number.isInteger(Math.log2(N)) && N >= 2 && N <= maxCost && blocks >= 1 && blocks <= 32 && lanes === 1))
    return false;
  const expected = Buffer.from(key, "base64url");
  if (expected.length !== keyBytes) return false;
  const options = { N, r: blocks, p: lanes, maxmem: 2 ** 30 };
  const actual = await derive(password, Buffer.from(salt, "base64url"), expected.length, options);
  return timingSafeEqual(actual, expected);
}

export type AuthenticatorOptions = {
  /** The stored hash of a device's password; null when the device is unknown. */
  passwordHashOf: (deviceId: string) => Promise<string | null>;
  /** How many verified passwords to remember (as keyed digests, in memory only). */
  remembered?: number;
};

/**
 * Basic authentication of devices (OCPP security profile 1) against stored scrypt hashes.
 *
 * After an outage every device comes back at once with the password it had, and scrypt is slow by design: what was
 * verified once is remembered as a digest under a key of this process, together with the stored hash, so that changing
 * the password in the store forgets it.
 */
export function createAuthenticator(options: AuthenticatorOptions): Authenticate {
  const limit = options.remembered ?? 50_000;
  const processKey = randomBytes(32);
  const verified = new Set<string>();

  return async (deviceId, password) => {
    const stored = await options.passwordHashOf(deviceId);
    if (stored === null) return "unknownDevice";
    if (password === null) return "wrongPassword";
    const digest = createHmac("sha256", processKey).update(stored).update("\0").update(password).digest("base64");
    if (verified.has(digest)) return "accepted";
    if (!(await verifyPassword(password, stored))) return "wrongPassword";
    if (verified.size >= limit) {
      for (const oldest of verified) {
        verified.delete(oldest);
        break;
      }
    }
    verified.add(digest);
    return "accepted";
  };
}
