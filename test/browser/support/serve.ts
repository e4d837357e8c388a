import { localAccount } from "../../../scripts/local/accounts.ts";
import { startNetworkWeb } from "../../../scripts/local/web/network-web.ts";
import { localPricing } from "../../../scripts/local/world.ts";
import { startTestNetwork } from "../../e2e/support/network.ts";
import { createTestRun } from "../../local/support/run.ts";
import { startControl } from "./control.ts";
import { createGate } from "./gate.ts";
import type { Site } from "./site.ts";

/**
 * The program behind global-setup.ts: starts an inhabited network with its app and tells where everything is. It lasts as
 * long as whoever has started it.
 */

const tell = (message: { readonly progress: string } | { readonly site: Site }) => process.send?.(message);
const onProgress = (text: string) => tell({ progress: text });

const run = createTestRun();
const starting = startTestNetwork({
  stations: "inhabited",
  withSubgraph: true,
  meterSeconds: 1,
  // A second of charging costs more than the least price: what is shown then follows from the energy.
  pricing: { ...localPricing, minimum: 505_000n },
  onProgress,
});
async function end(): Promise<never> {
  await run.stop();
  await starting.then((network) => network.stop()).catch(() => {});
  process.exit();
}
process.once("disconnect", () => void end());

const network = await starting;
const { chain, graphNode, world, oracleUrl } = network;
if (graphNode === undefined) throw new Error("unreachable: the network was asked for a subgraph");
const gate = await createGate(graphNode.port);
run.onStop(gate.close);
const subgraphUrl = graphNode.url.replace(`:${graphNode.port}/`, `:${gate.port}/`);
const gated = { ...network, graphNode: { ...graphNode, url: subgraphUrl } };
const web = await startNetworkWeb({ run, network: gated, port: 0, onProgress });
const { url: controlUrl } = await startControl(network, gate);
const { stationId, config, terms, pricing, committee, deployment } = world;
tell({
  site: {
    webUrl: web.url,
    chainUrl: chain.url,
    chainId: chain.chainId,
    subgraphUrl,
    oracleUrl,
    controlUrl,
    deployment,
    station: { stationId, owner: localAccount("owner").address, config, terms, pricing, committee },
  },
});
