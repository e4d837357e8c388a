import { localPrivateKey } from "../accounts.ts";
import type { Network } from "../network.ts";
import type { Run } from "../run.ts";
import { startWeb, type Web } from "./web.ts";

export interface NetworkWebOptions {
  run: Run;
  network: Network;
  /** TCP port on loopback; 0 for a free one. */
  port: number;
  /** More files to serve, by path. */
  extra?: Readonly<Record<string, string>>;
  onProgress?: (text: string) => void;
}

/**
 * The web app on a local network, with two development accounts for its local wallet: a visitor's, and that of the driver
 * whose session was shown.
 * @throws Error when the network has no subgraph, or the app cannot be built
 */
export async function startNetworkWeb({ run, network, port, extra, onProgress }: NetworkWebOptions): Promise<Web> {
  const { chain, graphNode, oracleUrl, world } = network;
  if (!graphNode) throw new Error("the web app reads from the subgraph, and no graph-node was started");
  return startWeb({
    run,
    port,
    config: {
      chainId: chain.chainId,
      chainName: "OpenJoule local",
      rpcUrl: chain.url,
      subgraphUrl: graphNode.url,
      oracleUrl,
      deployment: world.deployment,
      local: true,
      localAccounts: [
        { name: "Visitor", privateKey: localPrivateKey("visitor") },
        { name: "Driver", privateKey: localPrivateKey("driver") },
      ],
    },
    ...(extra && { extra }),
    ...(onProgress && { onProgress }),
  });
}
