import { createHmac, randomBytes } from "node:crypto";
import { networkOf } from "../client-address.ts";
import { createDerivationLine } from "./derivation-line.ts";
import { createFailures } from "./failures.ts";
import { verifyPassword } from "./password.ts";
import type { Authenticate, AuthenticationResult } from "./transport.ts";

export type AuthenticatorOptions = {
  /** The stored hash of a device's password; null when the device is unknown. */
  passwordHashOf: (deviceId: string) => Promise<string | null>;
  /** How many verified passwords to remember (as keyed digests, in memory only). */
  remembered?: number;
  /** Milliseconds of a clock that never goes back. */
  nowMs?: () => number;
};

/** Derivations at once, of four threads; and how many more may wait for theirs, half a second in all. */
const DERIVATIONS = { atOnce: 2, waiting: 32 };
/** Wrong passwords from one address: enough for a site whose stations were all set up wrongly, too few to guess or to flood. */
const FAILURES = { burst: 10, refillMs: 5_000, limit: 10_000 };

/**
 * Basic authentication of devices (OCPP security profile 1) against stored scrypt hashes.
 *
 * After an outage every device comes back at once with the password it had, and scrypt is slow by design: what was
 * verified once is remembered as a digest under a key of this process, together with the stored hash, so that changing
 * the password in the store forgets it. Such a device is let in whatever goes on; any other waits for one of few derivations,
 * and those of an address that fails again and again are not made at all.
 */
export function createAuthenticator(options: AuthenticatorOptions): Authenticate {
  const { passwordHashOf, remembered = 50_000, nowMs = () => performance.now() } = options;
  const processKey = randomBytes(32);
  const verified = new Set<string>();
  const line = createDerivationLine(DERIVATIONS);
  const failures = createFailures({ ...FAILURES, nowMs });

  function remember(digest: string): void {
    const [oldest] = verified;
    if (verified.size >= remembered && oldest !== undefined) verified.delete(oldest);
    verified.add(digest);
  }

  return async (deviceId, password, address) => {
    const stored = await passwordHashOf(deviceId);
    if (stored === null) return "unknownDevice";
    if (password === null) return "wrongPassword";
    const digest = createHmac("sha256", processKey).update(stored).update("\0").update(password).digest("base64");
    if (verified.has(digest)) return "accepted";

    const network = networkOf(address);
    if (failures.isBlocked(network)) return "tooManyFailures";
    const result = await line.run(deviceId, async (): Promise<AuthenticationResult> => {
      // Others of this address may have failed while it waited.
      if (failures.isBlocked(network)) return "tooManyFailures";
      if (await verifyPassword(password, stored)) return "accepted";
      failures.add(network);
      return "wrongPassword";
    });
    if (result === "accepted") remember(digest);
    return result ?? "busy";
  };
}
