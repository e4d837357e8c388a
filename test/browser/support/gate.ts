import { connect, createServer, type Server, type Socket } from "node:net";

/** A TCP door before a server: closed, it refuses connections and ends those that are open, as a server that is down. */
export interface Gate {
  readonly port: number;
  open(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a gate on a free port of loopback before `target`, a port of loopback. */
export async function createGate(target: number): Promise<Gate> {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;

  function pass(from: Socket) {
    const to = connect(target, "127.0.0.1");
    for (const [socket, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      // Whichever end fails or leaves takes the other with it.
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  }

  const gate: Gate = {
    get port() {
      return port;
    },
    open: () =>
      new Promise((resolve, reject) => {
        if (server !== undefined) return resolve();
        const opening = createServer(pass);
        opening.once("error", reject);
        opening.listen(port, "127.0.0.1", () => {
          server = opening;
          port = (opening.address() as { port: number }).port;
          resolve();
        });
      }),
    close: () =>
      new Promise((resolve) => {
        const closing = server;
        server = undefined;
        if (closing === undefined) return resolve();
        closing.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  await gate.open();
  return gate;
}
