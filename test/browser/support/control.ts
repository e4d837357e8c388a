import { createServer, type Server } from "node:http";
import type { Network } from "../../../scripts/local/network.ts";
import type { Gate } from "./gate.ts";

/** What tests do to the network, which runs in another process than they do. */
export type Command =
  /** As a crash does it; and from its database again. */
  | { readonly do: "kill-oracle" | "restart-oracle" }
  /** The app can reach the subgraph, or cannot. */
  | { readonly do: "open-subgraph" | "close-subgraph" }
  /** To the made-up station's charge point: see simulators/charge-point/README.md. */
  | { readonly do: "charge-point"; readonly command: { readonly do: string } & Record<string, unknown> };

/** Carries out commands that come over HTTP on loopback. */
export async function startControl(network: Network, subgraph: Gate): Promise<Server & { url: string }> {
  async function carryOut(command: Command): Promise<unknown> {
    switch (command.do) {
      case "kill-oracle":
        return network.oracle.kill();
      case "restart-oracle":
        return network.restartOracle();
      case "open-subgraph":
        return subgraph.open();
      case "close-subgraph":
        return subgraph.close();
      case "charge-point":
        return network.chargePoint.send(JSON.stringify(command.command));
    }
  }
  const server = createServer(async (request, response) => {
    try {
      const chunks: Buffer[] = await request.toArray();
      await carryOut(JSON.parse(Buffer.concat(chunks).toString()) as Command);
      response.end();
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return Object.assign(server, { url: `http://127.0.0.1:${port}` });
}

/** Sends a command and waits until it is carried out. @throws Error with the words of whoever failed */
export async function control(url: string, command: Command): Promise<void> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(command) });
  if (!response.ok) throw new Error(`${command.do}: ${await response.text()}`);
}
