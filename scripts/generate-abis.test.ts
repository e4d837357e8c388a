import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("has written the ABIs of the contracts as they are", { timeout: 180_000 }, async () => {
  const script = fileURLToPath(new URL("generate-abis.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, "--check"]);
  expect(stdout).toBe("ABIs are current.\n");
});
