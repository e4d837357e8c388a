import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { formatEnergy, formatMoney, formatPower } from "@openjoule/sdk";
import { onBrokenPipe } from "./broken-pipe.ts";
import { sessionDocument, toJson } from "./local/document.ts";
import { PortInUseError } from "./local/errors.ts";
import { type Network, type NetworkPorts, startNetwork } from "./local/network.ts";
import { AlreadyRunningError, claim } from "./local/only-one.ts";
import { choosePort, portFromEnvironment } from "./local/ports.ts";
import { receiptText } from "./local/receipt-text.ts";
import { createRun } from "./local/run.ts";
import { performSession } from "./local/session.ts";
import { firstDeath } from "./local/supervise.ts";
import { tellWhileWaiting } from "./local/waiting.ts";
import { startNetworkWeb } from "./local/web/network-web.ts";
import { readOwnOptions } from "./options.ts";

const usage = `npm start [-- options]

Starts the local network, shows one driver's session from wallet to receipt, and leaves the network running.

  --once   stop everything after the session
  --json   print one JSON document on standard output (all else goes to standard error)
  --help   this text

Ports (environment): CHAIN_PORT 8545, SUBGRAPH_PORT 8000, ORACLE_PORT 8080, OCPP_PORT 9000, WEB_PORT 5173
Folders (environment): DEPLOYMENTS_DIR deployments, LOCAL_STATE_DIR .cache/local (logs, and who runs; one network each)`;

const values = readOwnOptions("npm start", {
  once: { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean" },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}

const currency = { decimals: 6, symbol: "tEUR" };
/** About 1 kWh: 20 to 30 seconds at 150 kW with a ramp. */
const session = { index: 0, deposit: 20_000_000n, energyWh: 950, maxSeconds: 3600 };

const started = performance.now();
const out = (text: string) => (values.json ? process.stderr : process.stdout).write(`${text}\n`);
const clock = () => `${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s`;
const say = (text: string) => out(`${clock()}  ${text}`);
const detail = (text: string) => out(`          ${text}`);

function readPorts(): NetworkPorts {
  return {
    chain: portFromEnvironment("CHAIN_PORT", 8545),
    subgraph: portFromEnvironment("SUBGRAPH_PORT", 8000),
    oracle: portFromEnvironment("ORACLE_PORT", 8080),
    ocpp: portFromEnvironment("OCPP_PORT", 9000),
  };
}

function sayUrls(network: Network, webUrl: string) {
  out("");
  out("  The network is running. Ctrl-C stops it.");
  out(`  web app             ${webUrl}`);
  out(`  chain (JSON-RPC)    ${network.chain.url}`);
  out(`  subgraph (GraphQL)  ${network.graphNode?.url}`);
  out(`  oracle (HTTP)       ${network.oracleUrl}  /healthz /readyz /metrics /openapi.json`);
  out(`  charge points       ${network.ocppUrl}/<id> (OCPP 1.6J)`);
  out(
    `  stations            ${network.stations.length + 1}, ${network.livePoints.length + 1} of them with live charge points`,
  );
  out("");
}

async function main() {
  const release = claim();
  process.on("exit", release);
  const run = createRun({ onSignal: () => out("\nstopping the network…") });
  // A signal ends this process without "exit". First in is last out: all else has ended by then.
  run.onStop(release);
  onBrokenPipe(async () => {
    console.error("npm start: nobody reads its output any more; stopping the network…");
    await run.stop().catch(explain);
    // At once: a session may still wait for a part that has been stopped.
    process.exit(1);
  });
  try {
    say("OpenJoule local network");
    const startSeconds: Record<string, number> = {};
    // Told before anything is started, like the others; the app is for people, so not for `--once`.
    const webPort = values.once ? 0 : await choosePort(portFromEnvironment("WEB_PORT", 5173), "web app", "WEB_PORT");
    const network = await startNetwork({
      run,
      ports: readPorts(),
      stations: "inhabited",
      deployments: process.env.DEPLOYMENTS_DIR || join(fileURLToPath(new URL("..", import.meta.url)), "deployments"),
      onProgress: (text) => say(`${text}…`),
      onReady: (part, seconds) => {
        startSeconds[part] = seconds;
        detail(`ready: ${part} (${seconds.toFixed(1)} s)`);
      },
      onStep: ({ name, hash }) => detail(`${name.padEnd(22)} ${hash}`),
    });
    startSeconds.total = (performance.now() - started) / 1000;
    const death = firstDeath(run.running);
    // Whoever races with it below sees the failure; until then it is not unhandled.
    death.catch(() => {});

    // Built while the session runs.
    const web = values.once ? undefined : startNetworkWeb({ run, network, port: webPort });
    // Whoever awaits it below sees the failure; until then it is not unhandled.
    web?.catch(() => {});

    say(`a driver pays ${formatMoney(session.deposit, currency)} into escrow and plugs in…`);
    const performed = performSession(network, {
      ...session,
      onProgress: (text) => say(`${text}…`),
      onStep: (text, hash) => {
        say(text);
        if (hash) detail(`transaction ${hash}`);
      },
      onStatement: ({ sequence, cost, signatures }) =>
        detail(`statement ${sequence} signed by ${signatures.length} of 1: ${formatMoney(BigInt(cost), currency)}`),
      onLive: ({ status, energyWh, powerW, cost }) =>
        say(
          `${status.padEnd(10)} ${formatPower(Math.round(powerW ?? 0)).padStart(10)}  ${formatEnergy(energyWh).padStart(10)}  ${formatMoney(BigInt(cost), currency)}`,
        ),
    });
    performed.catch(() => {});
    const record = await Promise.race([performed, death]);
    out(receiptText(record));
    if (values.json) process.stdout.write(`${toJson(sessionDocument(network, record, startSeconds))}\n`);
    if (!web) return await run.stop();
    say("building the web app…");
    const { url } = await tellWhileWaiting("the web app to be built", Promise.race([web, death]), (text) =>
      say(`${text}…`),
    );
    sayUrls(network, url);
    await death;
  } catch (error) {
    // Being stopped looks like a failure from inside; whoever stops us ends the process.
    if (run.stopping) return await run.stop();
    explain(error);
    await run.stop();
    // At once: a session may still wait for the part that has died.
    process.exit(1);
  }
}

/** What went wrong and where to look; the stack only where it is our fault. */
function explain(error: unknown) {
  const known = error instanceof PortInUseError || error instanceof AlreadyRunningError;
  console.error(`\nnpm start failed: ${error instanceof Error ? error.message : error}`);
  if (!known && process.env.DEBUG && error instanceof Error) console.error(error.stack);
}

try {
  await main();
} catch (error) {
  explain(error);
  process.exitCode = 1;
}
