import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { createLogger } from "./logger.ts";

test("values under the names of secrets never reach a line, at any of three depths", () => {
  let text = "";
  const destination = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const logger = createLogger({ destination });
  const secret = "hunter2";
  logger.info({ password: secret, key: { privateKey: secret }, req: { headers: { authorization: secret } } }, "hello");
  logger.child({ token: secret }).warn({ session: "0x01", rpcUrl: secret, device: { idTag: secret } });
  expect(text).not.toContain(secret);
  const [first, second] = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(first).toMatchObject({ msg: "hello", password: "[redacted]", service: "openjoule-oracle" });
  expect(first.time).toMatch(/^\d{4}-.*Z$/);
  expect(second).toMatchObject({ session: "0x01", device: { idTag: "[redacted]" } });
});
