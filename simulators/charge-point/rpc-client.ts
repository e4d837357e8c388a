import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";

/** The other side answered a call with a CALLERROR; or, thrown by a handler, the CALLERROR to answer with. */
export class CallError extends Error {
  readonly code: string;
  constructor(code: string, description: string) {
    super(description);
    this.name = "CallError";
    this.code = code;
  }
}

/** A call has no answer: it was not sent, or its answer did not come. It may have been worked on. */
export class NoAnswerError extends Error {
  readonly reason: "timeout" | "disconnected";
  constructor(reason: "timeout" | "disconnected") {
    super(`no answer: ${reason}`);
    this.name = "NoAnswerError";
    this.reason = reason;
  }
}

/** Thrown by a handler: answer nothing at all. */
export class Silence extends Error {}

export type RpcClientOptions = {
  /** Without the id, which is put behind it. */
  url: string;
  id: string;
  password: string | undefined;
  callTimeoutMs: number;
  backoffMs: number;
  maxBackoffMs: number;
  /** 0 to 1, for the spread of the waits. */
  random: () => number;
  onCall: (action: string, payload: Record<string, unknown>) => object | Promise<object>;
  onOpen: () => void;
  onClose: (code: number, reason: string) => void;
  /** A connection refused, by HTTP status or by the network. */
  onRefused: (reason: string, nextAttemptMs: number) => void;
};

export type RpcClient = {
  /** Starts connecting, and reconnecting for as long as it is not stopped. */
  start(): void;
  readonly connected: boolean;
  /** One call at a time leaves (OCPP-J 1.6 §4.1.1); later ones wait their turn. Rejects with CallError or NoAnswerError. */
  call(action: string, payload: object): Promise<Record<string, unknown>>;
  /** Cuts the socket as a lost network does, and stays away so long before connecting again. */
  drop(offlineMs: number): void;
  stop(): Promise<void>;
};

type Pending = { id: string; resolve: (payload: Record<string, unknown>) => void; reject: (error: Error) => void };

/** The charge point's end of OCPP-J 1.6 over a real socket, by `ws` alone: it shares no OCPP code with any server. */
export function createRpcClient(options: RpcClientOptions): RpcClient {
  let socket: WebSocket | undefined;
  let pending: Pending | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let attempts = 0;
  let offlineMs = 0;
  const stopping = new AbortController();

  function headers(): Record<string, string> {
    if (options.password === undefined) return {};
    return { authorization: `Basic ${Buffer.from(`${options.id}:${options.password}`).toString("base64")}` };
  }

  async function answer(from: WebSocket, id: string, action: string, payload: Record<string, unknown>): Promise<void> {
    const send = (frame: unknown[]) => from.readyState === WebSocket.OPEN && from.send(JSON.stringify(frame));
    try {
      send([3, id, await options.onCall(action, payload)]);
    } catch (error) {
      if (error instanceof Silence) return;
      send([4, id, error instanceof CallError ? error.code : "InternalError", (error as Error).message, {}]);
    }
  }

  function receive(from: WebSocket, text: string): void {
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    if (!Array.isArray(frame)) return;
    const [type, id, third, fourth] = frame;
    if (type === 2 && typeof id === "string" && typeof third === "string") {
      void answer(from, id, third, typeof fourth === "object" && fourth !== null ? fourth : {});
    } else if (pending !== undefined && id === pending.id) {
      if (type === 3) pending.resolve(typeof third === "object" && third !== null ? third : {});
      if (type === 4) pending.reject(new CallError(String(third), String(fourth ?? "")));
    }
  }

  function connect(): void {
    if (stopping.signal.aborted) return;
    const own = new WebSocket(`${options.url}/${encodeURIComponent(options.id)}`, ["ocpp1.6"], {
      headers: headers(),
      handshakeTimeout: 10_000,
    });
    socket = own;
    let opened = false;
    let refusal: string | undefined;
    own.on("error", (error) => {
      refusal ??= error.message || (error as NodeJS.ErrnoException).code || "connection failed";
    });
    own.on("unexpected-response", (request, response) => {
      refusal = `HTTP ${response.statusCode} ${response.statusMessage}`;
      response.resume();
      request.destroy();
    });
    own.on("open", () => {
      opened = true;
      attempts = 0;
      options.onOpen();
    });
    own.on("message", (data) => receive(own, String(data)));
    own.on("close", (code, reason) => {
      pending?.reject(new NoAnswerError("disconnected"));
      const waitMs = Math.min(options.maxBackoffMs, options.backoffMs * 2 ** Math.min(attempts, 20));
      const nextMs = offlineMs > 0 ? offlineMs : waitMs * (0.75 + 0.5 * options.random());
      offlineMs = 0;
      attempts += 1;
      if (opened) options.onClose(code, String(reason));
      else if (!stopping.signal.aborted) options.onRefused(refusal ?? "connection closed", Math.round(nextMs));
      sleep(nextMs, undefined, { signal: stopping.signal }).then(connect, () => undefined);
    });
  }

  async function exchange(action: string, payload: object): Promise<Record<string, unknown>> {
    const target = socket;
    if (target?.readyState !== WebSocket.OPEN) throw new NoAnswerError("disconnected");
    const id = randomUUID();
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        pending = { id, resolve, reject };
        timer = setTimeout(() => reject(new NoAnswerError("timeout")), options.callTimeoutMs);
        target.send(JSON.stringify([2, id, action, payload]));
      });
    } finally {
      clearTimeout(timer);
      pending = undefined;
    }
  }

  return {
    start: connect,
    get connected() {
      return socket?.readyState === WebSocket.OPEN;
    },
    call(action, payload) {
      const result = turn.then(() => exchange(action, payload));
      turn = result.catch(() => undefined);
      return result;
    },
    drop(milliseconds) {
      offlineMs = milliseconds;
      socket?.terminate();
    },
    async stop() {
      stopping.abort();
      const own = socket;
      if (own === undefined || own.readyState === WebSocket.CLOSED) return;
      const closed = new Promise<void>((resolve) => own.once("close", () => resolve()));
      const cut = setTimeout(() => own.terminate(), 500);
      own.close(1000);
      await closed;
      clearTimeout(cut);
    },
  };
}
