import { describe, expect, it } from "vitest";
import { ensureChromium, NoChromiumError } from "./ensure.ts";

/** A machine on which Chromium is, or comes by installing, or neither. */
function machine(there: boolean, install: "works" | "fails" | "does nothing" = "works") {
  let found = there;
  let asked = 0;
  return {
    asked: () => asked,
    find: () => (found ? "/usr/bin/chromium" : undefined),
    install: async () => {
      asked += 1;
      if (install === "fails") throw new Error("apt-get update: ended with code 100: E: no network");
      found = install === "works";
    },
  };
}

describe("a Chromium for the tests", () => {
  it("is the one that is there, with nothing installed", async () => {
    const { asked, ...given } = machine(true);
    expect(await ensureChromium({ ...given, isRoot: true })).toBe("/usr/bin/chromium");
    expect(asked()).toBe(0);
  });

  it("is installed by root where there is none", async () => {
    const { asked, ...given } = machine(false);
    expect(await ensureChromium({ ...given, isRoot: true })).toBe("/usr/bin/chromium");
    expect(asked()).toBe(1);
  });

  it.each([
    ["another user may not", machine(false), false, "only root may install it"],
    ["it fails", machine(false, "fails"), true, "could not be installed (apt-get update: ended with code 100"],
    ["it brings none", machine(false, "does nothing"), true, "not even after apt-get"],
  ] as const)("else says in one line what to do: %s", async (_, { asked, ...given }, isRoot, why) => {
    const error = await ensureChromium({ ...given, isRoot }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NoChromiumError);
    const { message } = error as Error;
    expect(message).toContain(why);
    expect(message).toMatch(/apt-get install chromium.*CHROMIUM_PATH.*npm test -- --no-browser/);
    expect(message.split("\n")).toHaveLength(1);
    expect(asked()).toBe(isRoot ? 1 : 0);
  });
});
