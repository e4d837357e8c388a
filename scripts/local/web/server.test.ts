import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type StaticServer, startStaticServer } from "./server.ts";

const folder = mkdtempSync(join(tmpdir(), "openjoule-static-"));
const page = "<!doctype html><title>app</title>";
const script = `export const text = "${"open joule ".repeat(200)}";\n`;
let server: StaticServer;

beforeAll(async () => {
  mkdirSync(join(folder, "app", "assets"), { recursive: true });
  writeFileSync(join(folder, "secret.txt"), "secret");
  writeFileSync(join(folder, "app", "index.html"), page);
  writeFileSync(join(folder, "app", "assets", "index-abc.js"), script);
  server = await startStaticServer({
    folder: join(folder, "app"),
    port: 0,
    extra: { "/config.json": '{"chainId":1}' },
  });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** As it comes over the wire: `fetch` would tidy the path up and decompress the body. */
function get(path: string, headers: Record<string, string> = {}, method = "GET") {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    const sent = request(new URL(server.url), { path, headers, method }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.on("error", reject).end();
  });
}

describe("the static server of the app", () => {
  it("answers the app's own addresses with the page, never cached without asking", async () => {
    for (const path of ["/", "/stations", "/evse/FR*OJE*E0001", "/sessions/0x12?tab=1"]) {
      const { status, headers, body } = await get(path);
      expect([status, body.toString(), headers["cache-control"]], path).toEqual([200, page, "no-cache"]);
    }
  });

  it("gives files with a hash for ever, compressed where the browser takes it", async () => {
    const plain = await get("/assets/index-abc.js");
    expect(plain.body.toString()).toBe(script);
    expect(plain.headers["content-encoding"]).toBeUndefined();
    const small = await get("/assets/index-abc.js", { "accept-encoding": "gzip, br" });
    expect(small.headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "content-encoding": "br",
      "cache-control": "public, max-age=31536000, immutable",
      "x-content-type-options": "nosniff",
    });
    expect(brotliDecompressSync(small.body).toString()).toBe(script);
    expect((await get("/assets/index-abc.js", { "accept-encoding": "gzip;q=1, br;q=0" })).headers).toMatchObject({
      "content-encoding": "gzip",
    });
  });

  it("gives what the build has compressed, to who takes it", async () => {
    const made = brotliCompressSync("made by the build");
    writeFileSync(join(folder, "app", "assets", "app-def.js"), script);
    writeFileSync(join(folder, "app", "assets", "app-def.js.br"), made);
    const small = await get("/assets/app-def.js", { "accept-encoding": "br" });
    expect([small.headers["content-encoding"], small.body.equals(made)]).toEqual(["br", true]);
    expect((await get("/assets/app-def.js")).body.toString()).toBe(script);
  });

  it("says that a known file has not changed", async () => {
    const { headers } = await get("/");
    const again = await get("/", { "if-none-match": String(headers.etag) });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  it("gives the configuration that it was started with", async () => {
    expect((await get("/config.json")).body.toString()).toBe('{"chainId":1}');
  });

  it("says what is not there, instead of the page", async () => {
    expect((await get("/assets/index-old.js")).status).toBe(404);
    expect((await get("/favicon.ico")).status).toBe(404);
  });

  it("gives nothing from outside its folder", async () => {
    for (const path of ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/%00.js", "/%"]) {
      const { status, body } = await get(path);
      expect([400, 404], `${path}: ${status}`).toContain(status);
      expect(body.toString()).not.toContain("secret");
    }
  });

  it("takes no other method, and sends no body to HEAD", async () => {
    expect((await get("/", {}, "POST")).status).toBe(405);
    const head = await get("/", {}, "HEAD");
    expect([head.status, head.body.length]).toEqual([200, 0]);
  });
});
