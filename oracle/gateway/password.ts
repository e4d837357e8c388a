import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";

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
