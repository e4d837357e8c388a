import type { WebSocket } from "ws";

export type Call = { id: string; action: string; payload: Record<string, unknown> };

/** A charge point of nothing but frames. */
export function createRawClient(socket: WebSocket) {
  const inbox: unknown[] = [];
  const waiters: (() => void)[] = [];
  let number = 0;
  socket.on("message", (data) => {
    inbox.push(JSON.parse(String(data)));
    waiters.shift()?.();
  });
  socket.on("error", () => undefined);
  const client = {
    socket,
    inbox,
    closed: new Promise<{ code: number; reason: string }>((resolve) => {
      socket.on("close", (code, reason) => resolve({ code, reason: String(reason) }));
    }),
    send: (frame: unknown) => socket.send(typeof frame === "string" ? frame : JSON.stringify(frame)),
    async next(): Promise<unknown> {
      while (inbox.length === 0) await new Promise<void>((resolve) => waiters.push(resolve));
      return inbox.shift();
    },
    async ask(frame: unknown): Promise<unknown> {
      client.send(frame);
      return client.next();
    },
    /** A call under a new message id; its result's payload. Throws with the whole frame for anything else. */
    async call(action: string, payload: object): Promise<Record<string, unknown>> {
      number += 1;
      const id = `m${number}`;
      const answer = await client.ask([2, id, action, payload]);
      const [type, answered, result] = answer as [number, string, Record<string, unknown>];
      if (type !== 3 || answered !== id) throw new Error(`no result of ${action} ${id}: ${JSON.stringify(answer)}`);
      return result;
    },
    /** The central system's next call. */
    async nextCall(): Promise<Call> {
      const frame = await client.next();
      const [type, id, action, payload] = frame as [number, string, string, Record<string, unknown>];
      if (type !== 2) throw new Error(`no call: ${JSON.stringify(frame)}`);
      return { id, action, payload };
    },
  };
  return client;
}
export type RawClient = ReturnType<typeof createRawClient>;
