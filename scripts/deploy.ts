import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeDeployment } from "@openjoule/sdk/deployments";
import { type Address, createPublicClient, http, isAddress, parseUnits } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { compileContracts } from "./deploy/compile.ts";
import { defaultParameters, deployContract, deployNetwork } from "./deploy/contracts.ts";
import { localAccount } from "./local/accounts.ts";
import { createSender } from "./local/sender.ts";

const LOCAL_CHAIN_ID = 31_337;
/** 1,000 of a currency with 6 decimals. */
const DEFAULT_BOND = "1000000000";

const usage = `node scripts/bootstrap.mjs run scripts/deploy.ts -- --rpc <url> [options]

Deploys the contracts and writes deployments/<chainId>.json.

  --rpc <url>             JSON-RPC of the chain
  --bond-currency <addr>  ERC-20 of the operators' bonds; on a local chain (${LOCAL_CHAIN_ID}) a test currency is deployed without it
  --minimum-bond <units>  least bond in base units, default ${DEFAULT_BOND}
  --out <folder>          default deployments/

The deployer's private key is read from the file that DEPLOYER_KEY_FILE names (on a local chain a development key is
used without it). Its account must send nothing else meanwhile.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rpc: { type: "string" },
    "bond-currency": { type: "string" },
    "minimum-bond": { type: "string", default: DEFAULT_BOND },
    out: { type: "string", default: fileURLToPath(new URL("../deployments", import.meta.url)) },
    help: { type: "boolean" },
  },
});

/** An option that is not what it should be. */
function invalid(name: string, value: string | undefined, expected: string): Error {
  return new Error(`--${name} is ${value === undefined ? "missing" : `"${value}"`}, expected ${expected}`);
}

function deployerAccount(chainId: number) {
  const file = process.env.DEPLOYER_KEY_FILE;
  if (!file) {
    if (chainId === LOCAL_CHAIN_ID) return localAccount("deployer");
    throw new Error("DEPLOYER_KEY_FILE is missing, expected a file with the deployer's private key");
  }
  const key = readFileSync(file, "utf8").trim().replace(/^0x/, "");
  // The value itself never appears in a message.
  if (!/^[0-9a-fA-F]{64}$/.test(key)) throw new Error(`${file} holds no private key, expected 64 hex digits`);
  return privateKeyToAccount(`0x${key}`);
}

async function main() {
  if (positionals.length > 0) throw new Error(`unexpected argument "${positionals[0]}"`);
  const rpcUrl = values.rpc;
  if (!rpcUrl || !URL.canParse(rpcUrl)) throw invalid("rpc", rpcUrl, "the URL of a JSON-RPC endpoint");
  const given = values["bond-currency"];
  if (given !== undefined && !isAddress(given))
    throw invalid("bond-currency", given, "an address with a right checksum");
  const bondText = values["minimum-bond"];
  if (!/^[1-9]\d{0,37}$/.test(bondText))
    throw invalid("minimum-bond", bondText, "a whole number of base units above 0");

  const chainId = await createPublicClient({ transport: http(rpcUrl, { retryCount: 1 }) })
    .getChainId()
    .catch((cause) => {
      // viem's message repeats the URL, which may hold a key.
      throw new Error("--rpc: the endpoint does not answer eth_chainId", { cause });
    });
  if (given === undefined && chainId !== LOCAL_CHAIN_ID) {
    throw invalid("bond-currency", given, `the bond's ERC-20 on chain ${chainId}`);
  }
  await compileContracts();
  const sender = createSender({ rpcUrl, chainId });
  const clients = { wallet: sender.walletOf(deployerAccount(chainId)), public: sender.publicClient };

  const first = await sender.publicClient.getBlockNumber();
  const currency = given === undefined ? await deployContract(clients, "contracts/local/TestCurrency.sol") : undefined;
  const bondCurrency = (currency?.address ?? given) as Address;
  const minimumBond = parseUnits(bondText, 0);
  const contracts = await deployNetwork(clients, { ...defaultParameters, bondCurrency, minimumBond });
  const file = await writeDeployment(values.out, {
    chainId,
    startBlock: Number(first) + 1,
    contracts: {
      ...contracts,
      ...(currency && {
        TestCurrency: { address: currency.address, constructorArguments: currency.constructorArguments },
      }),
    },
  });
  for (const [name, { address }] of Object.entries(contracts)) console.log(`${name.padEnd(17)} ${address}`);
  if (currency) console.log(`${"TestCurrency".padEnd(17)} ${currency.address}`);
  console.log(`wrote ${file}`);
}

if (values.help) console.log(usage);
else {
  try {
    await main();
  } catch (error) {
    console.error(`deploying failed: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
