/** A central system of nothing but `ws` frames, and the charge point as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type WebSocket, WebSocketServer } from "ws";

export type Fields = Record<string, unknown>;
export type Call = { id: string; action: string; payload: Fields };

/** Something that grows, and can be waited on. */
function createFeed<T>() {
  const items: T[] = [];
  const waiters = new Set<() => void>();
  return {
    items,
    push(item: T) {
      items.push(item);
      for (const wake of waiters) wake();
      waiters.clear();
    },
    /** The first item from `from` on that fits. */
    async find(fits: (item: T) => boolean, from = 0): Promise<T> {
      for (;;) {
        const found = items.slice(from).find(fits);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => waiters.add(resolve));
      }
    },
  };
}

/** A central system: records every call, answers as OCPP 1.6 wants, or as a test says. */
export async function createCentralSystem() {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  const calls = createFeed<Call>();
  const results = createFeed<{ id: string; payload: Fields }>();
  let socket: WebSocket | undefined;
  let transactions = 0;
  let callNumber = 0;
  const central = {
    calls,
    port: (server.address() as AddressInfo).port,
    authorization: undefined as string | undefined,
    /** The answer to a call; null for none; a text for an error code. */
    answer: (call: Call): Fields | string | null => central.usual(call),
    usual({ action }: Call): Fields {
      const currentTime = new Date().toISOString();
      if (action === "BootNotification") return { status: "Accepted", currentTime, interval: 300 };
      if (action === "Authorize") return { idTagInfo: { status: "Accepted" } };
      if (action === "StartTransaction") {
        transactions += 1;
        return { transactionId: transactions, idTagInfo: { status: "Accepted" } };
      }
      return action === "Heartbeat" ? { currentTime } : {};
    },
    of: (action: string) => calls.items.filter((call) => call.action === action),
    wait: (action: string, fits: (payload: Fields) => boolean = () => true) =>
      calls.find((call) => call.action === action && fits(call.payload)),
    async ask(action: string, payload: Fields): Promise<Fields> {
      callNumber += 1;
      const id = `c${callNumber}`;
      socket?.send(JSON.stringify([2, id, action, payload]));
      return (await results.find((result) => result.id === id)).payload;
    },
    cut: () => socket?.terminate(),
    close: async () => {
      for (const client of server.clients) client.terminate();
      server.close();
      await once(server, "close");
    },
  };
  server.on("connection", (accepted, request) => {
    socket = accepted;
    central.authorization = request.headers.authorization;
    accepted.on("message", (data) => {
      const [type, id, third, fourth] = JSON.parse(String(data));
      if (type !== 2) return results.push({ id, payload: type === 3 ? third : { error: third } });
      const call = { id, action: third, payload: fourth };
      calls.push(call);
      const answer = central.answer(call);
      if (typeof answer === "string") accepted.send(JSON.stringify([4, id, answer, "", {}]));
      else if (answer !== null) accepted.send(JSON.stringify([3, id, answer]));
    });
  });
  return central;
}

export type CentralSystem = Awaited<ReturnType<typeof createCentralSystem>>;

const children = new Set<ChildProcess>();

export function killChargePoints(): void {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
}

/** Starts a quick charge point for a central system. */
export function runChargePoint(central: CentralSystem, ...args: string[]) {
  const main = join(import.meta.dirname, "../main.ts");
  const url = `ws://127.0.0.1:${central.port}/ocpp`;
  const fast = ["--plug-delay", "0.02", "--unplug-delay", "0.02", "--meter-interval", "0.1", "--backoff", "0.02"];
  const child = spawn(process.execPath, [
    main,
    "--url",
    url,
    "--id",
    "CP1",
    ...fast,
    "--retry-interval",
    "0.02",
    ...args,
  ]);
  children.add(child);
  const events = createFeed<Fields & { event: string }>();
  createInterface({ input: child.stdout }).on("line", (line) => events.push(JSON.parse(line)));
  let errors = "";
  child.stderr.on("data", (data) => {
    errors += data;
  });
  const exited = once(child, "exit").then(([code, signal]) => {
    children.delete(child);
    return { code, signal, errors };
  });
  return {
    child,
    events,
    exited,
    do: (command: Fields) => child.stdin.write(`${JSON.stringify(command)}\n`),
    wait: (event: string, fits: (fields: Fields) => boolean = () => true) =>
      events.find((fields) => fields.event === event && fits(fields)),
    async end() {
      child.kill("SIGTERM");
      return exited;
    },
  };
}
