/** The real OCPP server on a free port, before a core in memory, and charge points of raw `ws` frames. */
import { once } from "node:events";
import { pino } from "pino";
import { WebSocket } from "ws";
import { createInProcessBus, type InProcessBus } from "../../../bus/in-process.ts";
import { createAuthenticator } from "../../authenticator.ts";
import { hashPassword } from "../../password.ts";
import { createOcppServer, type OcppServer, type OcppServerOptions } from "../server.ts";
import { createMemoryCore, type MemoryCore } from "./memory-core.ts";
import { createRawClient, type RawClient } from "./raw-client.ts";

export const password = "station-secret";
const passwordHash = hashPassword(password);

export type OpenOptions = { secret?: string | null; protocols?: string[]; path?: string };

export type Wire = {
  bus: InProcessBus;
  core: MemoryCore;
  server: OcppServer;
  port: number;
  /** All that was logged. */
  logged(): string;
  open(id: string, options?: OpenOptions): WebSocket;
  join(id?: string, options?: OpenOptions): Promise<RawClient>;
  close(): Promise<void>;
};

/** Charge points whose id begins with CP are known, all with the same password. */
export async function startWire(options: Partial<OcppServerOptions> = {}): Promise<Wire> {
  const bus = createInProcessBus({ retryDelaysMs: [1] });
  const core = createMemoryCore(bus);
  const sockets: WebSocket[] = [];
  let logged = "";
  const destination = {
    write(line: string) {
      logged += line;
    },
  };
  const server = createOcppServer({
    bus: bus.gateway,
    logger: pino({ level: "trace" }, destination),
    authenticate: createAuthenticator({ passwordHashOf: async (id) => (id.startsWith("CP") ? passwordHash : null) }),
    port: 0,
    ...options,
  });
  const { port } = await server.listen();

  function open(id: string, { secret = password, protocols = ["ocpp1.6"], path = `/ocpp/${id}` }: OpenOptions = {}) {
    const headers =
      secret === null ? {} : { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` };
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, { headers });
    sockets.push(socket);
    return socket;
  }

  return {
    bus,
    core,
    server,
    port,
    logged: () => logged,
    open,
    async join(id = "CP1", openOptions = {}) {
      const socket = open(id, openOptions);
      const client = createRawClient(socket);
      await once(socket, "open");
      return client;
    },
    async close() {
      for (const socket of sockets) socket.terminate();
      await server.close(100);
      await bus.close();
    },
  };
}
