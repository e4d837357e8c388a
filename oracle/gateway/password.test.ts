import { describe, expect, it } from "vitest";
import { hashPassword, verifyPassword } from "./password.ts";

describe("device passwords", () => {
  it("verifies the password it hashed, any bytes, and no other", async () => {
    const password = Uint8Array.from({ length: 20 }, (_, index) => (index * 37) % 256);
    const stored = await hashPassword(password);
    expect(stored).toMatch(/^scrypt\$16384\$8\$1\$/);
    expect(await verifyPassword(password, stored)).toBe(true);
    expect(await verifyPassword(password.subarray(1), stored)).toBe(false);
    expect(await hashPassword(password)).not.toBe(stored);
  });

  it.each([
    "",
    "plain",
    "scrypt$16384$8$1$AAAA",
    "scrypt$1073741824$8$1$AAAA$AAAA",
    "scrypt$16384$8$1$AAAA$AAAA",
    "bcrypt$1$2$3$4$5",
  ])("takes no password for the stored text %j", async (stored) => {
    expect(await verifyPassword("plain", stored)).toBe(false);
  });
});
