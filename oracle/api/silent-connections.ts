import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Connections on which no request has come yet: Node counts them as busy, so that one of them would hold up a shutdown for as long
 * as a request may take to arrive.
 */
export function trackSilentConnections(server: Server): { closeAll(): void } {
  const silent = new Set<Socket>();
  server.on("connection", (socket) => {
    silent.add(socket);
    socket.once("close", () => silent.delete(socket));
  });
  server.on("request", ({ socket }) => silent.delete(socket));
  return {
    closeAll() {
      for (const socket of silent) socket.destroy();
    },
  };
}
