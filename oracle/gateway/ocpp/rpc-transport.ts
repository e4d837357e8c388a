import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import ocppRpc from "ocpp-rpc";
import type { Logger } from "pino";
import { clientAddressOf, type IsTrustedProxy } from "../../client-address.ts";
import type {
  Authenticate,
  AuthenticationResult,
  RpcCall,
  RpcConnection,
  RpcOutcome,
  RpcTransport,
} from "../transport.ts";

const { RPCServer, NOREPLY, TimeoutError } = ocppRpc;

export type OcppRpcTransportOptions = {
  host: string;
  /** 0: any free port; `listen` says which. */
  port: number;
  /** What stands before the charge point's id in the URL, without a slash at its end: `/ocpp`. */
  path: string;
  /** Subprotocols, the preferred first. */
  protocols: readonly string[];
  /** What a client speaks that names no subprotocol; null refuses it. */
  assumedProtocol: string | null;
  authenticate: Authenticate;
  onConnection: (connection: RpcConnection) => void;
  logger: Logger;
  maxFrameBytes: number;
  pingIntervalMs: number;
  isTrustedProxy: IsTrustedProxy;
};

/** Ids as OCPP 2.0.1 allows them (identifierString, at most 48); the field's 1.6 ids fit. */
const idPattern = /^[A-Za-z0-9*\-_=:+|@.]{1,48}$/;

/** How a device is turned away. One that is let in has none. */
const refusals: Readonly<Record<Exclude<AuthenticationResult, "accepted">, readonly [status: number, reason: string]>> =
  {
    unknownDevice: [404, "unknown charge point"],
    wrongPassword: [401, "wrong password"],
    tooManyFailures: [429, "too many wrong passwords from this address"],
    busy: [503, "too many connections at once"],
  };

/** How long a device has to answer the closing of its socket. */
const closingMs = 2_000;

/** The part of ocpp-rpc's server-side client that is used; its own types name neither events nor `null` replies. */
type LibraryClient = {
  protocol: string;
  on(event: "message", handler: (message: { message: string; outbound: boolean }) => void): void;
  on(event: "badMessage", handler: (bad: { buffer: Buffer; error: Error }) => void): void;
  on(event: "close", handler: (closed: { code: number; reason: string }) => void): void;
  handle(handler: (call: { messageId: string; method: string; params: unknown }) => unknown): void;
  call(action: string, payload: object, options: { callTimeoutMs: number }): Promise<unknown>;
  sendRaw(message: string): void;
  close(options: { code?: number; reason?: string; force?: boolean }): Promise<unknown>;
  handshake: { identity: string; request: IncomingMessage };
  session: { refusal?: string };
  /** Its socket, of `ws`. */
  _ws: { on(event: "message", handler: (data: Buffer) => void): void };
};

/**
 * What the library sends of its own accord: calls as they are; its answers to frames that are no call under a code that OCPP
 * 1.6 knows; and null instead of its error for a message id that repeats one under way, because the first copy is answered.
 */
function translateOwnError(message: string): string | null {
  if (!message.startsWith("[4,")) return message;
  const [, messageId, code, description] = JSON.parse(message) as [4, string, string, string];
  if (description.startsWith("Already processing")) return null;
  const known = code === "RpcFrameworkError" || code === "MessageTypeNotSupported" ? "FormationViolation" : code;
  return JSON.stringify([4, messageId, known, description, {}]);
}

function wrap(client: LibraryClient, assumedProtocol: string, remoteAddress: string): RpcConnection {
  const { identity, request } = client.handshake;
  const { socket } = request;
  let open = true;
  let lastFrame = "";
  let onCall: (call: RpcCall) => void = () => undefined;
  let onClose: (code: number, reason: string) => void = () => undefined;
  let onBadFrame: (frame: string, reason: string) => void = () => undefined;

  client.on("message", ({ message, outbound }) => {
    if (!outbound) lastFrame = message;
  });
  client.on("badMessage", ({ buffer, error }) => onBadFrame(buffer.toString("utf8"), error.message));
  // The library passes over empty messages without a word: chargers send them, as often as they like.
  client._ws.on("message", (data) => {
    if (data.length === 0) onBadFrame("", "empty message");
  });
  client.on("close", ({ code, reason }) => {
    open = false;
    onClose(code, reason);
  });
  // The library would send what this returns, with error codes spelt otherwise than OCPP 1.6 has them; answers go apart.
  client.handle(({ messageId, method, params }) => {
    onCall({ messageId, action: method, payload: params, frame: lastFrame });
    return NOREPLY;
  });

  const sendRaw = client.sendRaw.bind(client);
  client.sendRaw = (message) => {
    const translated = translateOwnError(message);
    if (translated !== null) sendRaw(translated);
  };

  const send = (frame: unknown[]) => {
    if (!open) return;
    try {
      sendRaw(JSON.stringify(frame));
    } catch {
      // The socket closed in this very turn; the device will ask again.
    }
  };

  return {
    connectionId: randomUUID(),
    deviceId: identity,
    protocol: client.protocol || assumedProtocol,
    remoteAddress,
    onCall(handler) {
      onCall = handler;
    },
    onClose(handler) {
      onClose = handler;
    },
    onBadFrame(handler) {
      onBadFrame = handler;
    },
    reply: (messageId, payload) => send([3, messageId, payload]),
    replyError: (messageId, code, description, details) =>
      send([4, messageId, code, description.slice(0, 255), details]),
    async call(action, payload, timeoutMs): Promise<RpcOutcome> {
      if (!open) return { kind: "unsent" };
      try {
        return { kind: "result", payload: await client.call(action, payload, { callTimeoutMs: timeoutMs }) };
      } catch (cause) {
        if (cause instanceof TimeoutError) return { kind: "timeout" };
        const error = cause as Error & { rpcErrorCode?: string };
        if (error.name === "AbortError") return { kind: "lost" };
        if (error.rpcErrorCode === undefined) return { kind: "unsent" };
        return { kind: "error", code: error.rpcErrorCode, description: error.message };
      }
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    get unsentBytes() {
      return socket.writableLength;
    },
    close(code, reason) {
      // The library's promise rejects when the socket fails while closing.
      client.close({ code, reason }).catch(() => undefined);
      setTimeout(() => socket.destroy(), closingMs).unref();
    },
    terminate: () => void socket.destroy(),
  };
}

function refuse(socket: Duplex, status: string): void {
  socket.on("error", () => undefined);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

/** OCPP-J over npm `ocpp-rpc`: HTTP upgrade, Basic authentication, subprotocols, framing, pings. Not validation. */
export function createOcppRpcTransport(options: OcppRpcTransportOptions): RpcTransport {
  const { logger, authenticate, protocols, assumedProtocol, isTrustedProxy } = options;
  const connections = new Map<RpcConnection, Promise<void>>();
  let closing = false;

  const rpc = new RPCServer({
    protocols: [...protocols],
    wssOptions: { maxPayload: options.maxFrameBytes },
    pingIntervalMs: options.pingIntervalMs,
    deferPingsOnActivity: true,
    strictMode: false,
    // Its own closing after bad frames leaves a promise that nobody can catch: the gateway counts and closes.
    maxBadMessages: Number.POSITIVE_INFINITY,
  });
  rpc.on("error", (error: Error) => logger.error({ err: error }, "OCPP socket server failed"));

  rpc.auth(async (accept, reject, handshake) => {
    const { identity: deviceId } = handshake;
    const remoteAddress = clientAddressOf(handshake.request, isTrustedProxy);
    const turnAway = (status: number, reason: string) => {
      logger.warn({ deviceId, remoteAddress, status, reason }, "OCPP connection refused");
      reject(status, reason);
    };
    if (handshake.endpoint !== options.path || !idPattern.test(deviceId)) return turnAway(404, "no such path");
    try {
      const result = await authenticate(deviceId, handshake.password ?? null, remoteAddress);
      if (result !== "accepted") return turnAway(...refusals[result]);
    } catch (error) {
      logger.error({ err: error, deviceId }, "authentication could not be checked");
      return turnAway(503, "authentication unavailable");
    }
    if (closing) return turnAway(503, "going away");
    const protocol = protocols.find((name) => handshake.protocols.has(name));
    if (protocol !== undefined) return accept({}, protocol);
    if (handshake.protocols.size === 0 && assumedProtocol !== null) return accept({}, false);
    // OCPP-J 1.6 §3.1.2: complete the handshake without a subprotocol, then close.
    accept({ refusal: `no common subprotocol, offered: ${[...handshake.protocols].join(" ").slice(0, 200)}` }, false);
  });

  rpc.on("client", (client: LibraryClient) => {
    const { refusal } = client.session;
    const remoteAddress = clientAddressOf(client.handshake.request, isTrustedProxy);
    const connection = wrap(client, assumedProtocol ?? "", remoteAddress);
    const { deviceId } = connection;
    connections.set(connection, new Promise((resolve) => client.on("close", () => resolve())));
    client.on("close", () => connections.delete(connection));
    if (refusal !== undefined) {
      logger.warn({ deviceId, remoteAddress, reason: refusal }, "OCPP connection refused");
      connection.close(1000, "unsupported subprotocol");
    } else if (closing) connection.close(1001, "going away");
    else options.onConnection(connection);
  });

  const http = createServer((_request, response) => {
    response.writeHead(426, { Connection: "close", Upgrade: "websocket", "Content-Type": "text/plain" });
    response.end("This is an OCPP server: connect with a WebSocket.\n");
  });
  http.on("upgrade", (request, socket, head) => {
    if (closing) return refuse(socket, "503 Service Unavailable");
    // The library throws outside its own catch for paths that are no URL, such as /%zz.
    rpc.handleUpgrade(request, request.socket, head).catch(() => refuse(socket, "400 Bad Request"));
  });
  http.on("clientError", (_error, socket) => refuse(socket, "400 Bad Request"));

  return {
    async listen() {
      await new Promise<void>((resolve, reject) => {
        http.once("error", reject);
        http.listen(options.port, options.host, () => {
          http.off("error", reject);
          resolve();
        });
      });
      const { address, port } = http.address() as AddressInfo;
      return { host: address, port };
    },
    async close(graceMs) {
      closing = true;
      const httpClosed = new Promise<void>((resolve) => http.close(() => resolve()));
      for (const connection of connections.keys()) connection.close(1001, "going away");
      const cut = setTimeout(() => {
        for (const connection of connections.keys()) connection.terminate();
      }, graceMs);
      await Promise.all(connections.values());
      clearTimeout(cut);
      await rpc.close({});
      http.closeAllConnections();
      await httpClosed;
    },
  };
}
