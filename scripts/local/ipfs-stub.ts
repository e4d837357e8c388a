import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Run } from "./run.ts";

export interface IpfsStub {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * The IPFS server that graph-node insists on and never uses here: subgraphs come from folders. At its start graph-node
 * asks for one small document "only if it is in the cache" (HEAD) and takes the answer 412, "it is not", as the mark of
 * a working gateway. Without this it would ask a public server on the internet.
 */
export async function startIpfsStub({ run, port = 0 }: { run: Run; port?: number }): Promise<IpfsStub> {
  const server = createServer((_request, response) => response.writeHead(412).end());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const forget = run.onStop(close);
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    async stop() {
      forget();
      await close();
    },
  };
}
