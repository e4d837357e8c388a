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
  /** Whether the app shows that it is a local network, and has its wallet (default); false: as another network's would be. */
  local?: boolean;
  onProgress?: (text: string) => void;
}

/**
 * The web app on a local network, with two development accounts for its local wallet: a visitor's, and that of the driver
 * whose session was shown.
 * @throws Error when the network has no subgraph, or the app cannot be built
 */
export async function startNetworkWeb(options: NetworkWebOptions): Promise<Web> {
  const { run, network, port, extra, local = true, onProgress } = options;
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
      local,
      ...(local && {
        localAccounts: [
          { name: "Visitor", privateKey: localPrivateKey("visitor") },
          { name: "Driver", privateKey: localPrivateKey("driver") },
        ],
      }),
    },
    ...(extra && { extra }),
    ...(onProgress && { onProgress }),
  });
}
