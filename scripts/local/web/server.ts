/** Serves a built single-page app as static files: what any file server does that knows about such apps. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".pbf": "application/x-protobuf",
  ".pmtiles": "application/octet-stream",
};
const compressible = /^(?:text\/|application\/(?:json|manifest|x-protobuf)|image\/svg)/;

/**
 * Scripts only from here. Wallets, chains, subgraphs and oracles are anywhere, so pages may connect to all; styles are
 * written into elements by the map and by RainbowKit.
 */
const headers = {
  "content-security-policy": [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob: https:",
    "connect-src *",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

interface File {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
  /** By `content-encoding`; filled by the build or when first asked for. */
  readonly encoded: Map<string, Promise<Buffer>>;
}

export interface StaticServerOptions {
  /** The built app, with an index.html. */
  readonly folder: string;
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Files that are not in the folder, by path: `/config.json`. */
  readonly extra: Readonly<Record<string, string>>;
}

export interface StaticServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the app: files by their path, `index.html` for the app's own addresses, names with a hash for ever, compressed
 * where the browser takes it. Throws when the port is in use.
 */
export async function startStaticServer(options: StaticServerOptions): Promise<StaticServer> {
  const { folder, port, host = "127.0.0.1", extra } = options;
  const files = new Map<string, Promise<File | undefined>>();
  const given = new Map(Object.entries(extra).map(([path, text]) => [path, toFile(path, Buffer.from(text))]));

  const find = (path: string): Promise<File | undefined> => {
    const known = files.get(path);
    if (known !== undefined) return known;
    const read = Promise.all([
      readFile(join(folder, path)),
      // What the build has compressed already.
      readFile(join(folder, `${path}.br`)).catch(() => undefined),
    ]).then(
      ([body, small]) => toFile(path, body, small),
      () => undefined,
    );
    files.set(path, read);
    // What is not there may come: only what is stays in memory.
    void read.then((file) => file ?? files.delete(path));
    return read;
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== "GET" && request.method !== "HEAD") return refuse(response, 405, "method not allowed");
    const path = toPath(request.url ?? "/");
    if (path === undefined) return refuse(response, 400, "not a path");
    // An address of the app has no file extension; what has one is a file, and is there or is not.
    const isFile = extname(path) !== "";
    const file = given.get(path) ?? (await find(isFile ? path : "/index.html"));
    if (file === undefined) return refuse(response, 404, "not found");
    await send(request, response, file, /^\/assets\//.test(path));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => refuse(response, 500, "the file could not be read"));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const actual = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${host}:${actual}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

/** The path without query and `..`; undefined when it is none. */
function toPath(url: string): string | undefined {
  try {
    const path = normalize(decodeURIComponent(new URL(url, "http://localhost").pathname));
    return path.includes("\0") || path.split("/").includes("..") ? undefined : path;
  } catch {
    return undefined;
  }
}

function toFile(path: string, body: Buffer, brotli?: Buffer): File {
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  return {
    body,
    type: types[extname(path)] ?? "application/octet-stream",
    etag,
    encoded: new Map(brotli && [["br", Promise.resolve(brotli)]]),
  };
}

async function send(request: IncomingMessage, response: ServerResponse, file: File, forEver: boolean): Promise<void> {
  const common = {
    ...headers,
    etag: file.etag,
    vary: "accept-encoding",
    "cache-control": forEver ? "public, max-age=31536000, immutable" : "no-cache",
  };
  if (request.headers["if-none-match"] === file.etag) {
    response.writeHead(304, common).end();
    return;
  }
  const encoding = chooseEncoding(request, file);
  const body = encoding === undefined ? file.body : await encode(file, encoding);
  response.writeHead(200, {
    ...common,
    "content-type": file.type,
    "content-length": body.length,
    ...(encoding && { "content-encoding": encoding }),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** Below it, compressing gains nothing. */
const LEAST_COMPRESSED = 512;

function chooseEncoding(request: IncomingMessage, { type, body }: File): "br" | "gzip" | undefined {
  if (!compressible.test(type) || body.length < LEAST_COMPRESSED) return undefined;
  const taken = String(request.headers["accept-encoding"] ?? "");
  return (["br", "gzip"] as const).find((name) => new RegExp(`\\b${name}\\b(?!;q=0)`).test(taken));
}

function encode(file: File, encoding: "br" | "gzip"): Promise<Buffer> {
  const known = file.encoded.get(encoding);
  if (known !== undefined) return known;
  const params = { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } };
  const body = encoding === "br" ? promisify(brotliCompress)(file.body, params) : promisify(gzip)(file.body);
  file.encoded.set(encoding, body);
  return body;
}

function refuse(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { ...headers, "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}
