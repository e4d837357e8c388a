/** The manifest: a template, filled with a deployment's addresses and with the signatures of the ABIs' events. */
import type { AbiParameter } from "viem";
import { type AbiName, type Abis, findEvent } from "./abis.ts";

export const dataSources = ["StationRegistry", "OracleRegistry", "ChargingSessions"] as const;
export type DataSource = (typeof dataSources)[number];

/** How a currency is shown. */
export interface CurrencyName {
  readonly name: string;
  readonly symbol: string;
  /** 10^decimals base units are one unit. */
  readonly decimals: number;
}

/** What differs from chain to chain. */
export interface Place {
  /** The Graph's name of the chain. */
  readonly network: string;
  /** The block of the first deployed contract. */
  readonly startBlock: number;
  readonly addresses: Readonly<Record<DataSource, string>>;
  /** The token that operators' bonds are in. */
  readonly bondCurrency: string;
  /** Currencies that have a name here, by their token's address (ERC-7528's for the native one). */
  readonly currencies: Readonly<Record<string, CurrencyName>>;
}

/**
 * Stands for a place while compiling, so that one compiled subgraph serves every place. No real deployment has any of
 * these values: the addresses are the contracts' names in ASCII.
 */
export const nowhere: Place = {
  network: "nowhere-yet",
  startBlock: 1_987_654_321,
  addresses: {
    StationRegistry: "0x53746174696f6e52656769737472790000000000",
    OracleRegistry: "0x4f7261636c655265676973747279000000000000",
    ChargingSessions: "0x4368617267696e6753657373696f6e7300000000",
  },
  bondCurrency: "0x626f6e6443757272656e63790000000000000000",
  currencies: {},
};

/** Puts a place where `nowhere` stands. Throws when one of its parts is missing, as then something else was compiled. */
export function fillManifest(manifest: string, place: Place): string {
  const pairs: [from: string | RegExp, to: string][] = [
    [nowhere.network, place.network],
    [String(nowhere.startBlock), String(place.startBlock)],
    ...dataSources.map((name): [string, string] => [nowhere.addresses[name], place.addresses[name]]),
    // The context's one entry makes place for all of them.
    [/^( *)bondCurrency:\n *type: String\n *data: .*$/gm, `$1${contextOf(place).join("\n$1")}`],
  ];
  let filled = manifest;
  for (const [from, to] of pairs) {
    const before = filled;
    filled = filled.replaceAll(from, to);
    if (filled === before) throw new Error(`The manifest has no ${from} to put ${to} in its place`);
  }
  return filled;
}

/** The context that mappings read, a line each; see src/store/currency.ts. */
function contextOf({ bondCurrency, currencies }: Place): string[] {
  const values: [key: string, type: "String" | "Int", data: string | number][] = [
    ["bondCurrency", "String", bondCurrency.toLowerCase()],
  ];
  for (const [token, { name, symbol, decimals }] of Object.entries(currencies)) {
    const key = token.toLowerCase();
    values.push([`${key}.name`, "String", name], [`${key}.symbol`, "String", symbol]);
    values.push([`${key}.decimals`, "Int", decimals]);
  }
  return values.map(([key, type, data]) => `"${key}": { type: ${type}, data: ${JSON.stringify(data)} }`);
}

/** The topic by which a mocked event is recognised, by contract and event name: see mock-abis.ts. */
export type MockTopics = ReadonlyMap<string, string>;

/** The manifest of `nowhere`: event names become the signatures that graph-cli wants. */
export function renderManifest(template: string, abis: Abis, mockTopics: MockTopics = new Map()): string {
  let source: AbiName | undefined;
  const lines = template.split("\n").map((line) => {
    const name = /^ {4}name: (\w+)$/.exec(line)?.[1];
    if (name !== undefined) source = name as AbiName;
    const event = /^( +)- event: (\w+)$/.exec(line);
    if (event === null || source === undefined) return line;
    const [, indent = "", eventName = ""] = event;
    const signature = `${indent}- event: ${graphSignature(abis, source, eventName)}`;
    const topic = mockTopics.get(`${source}.${eventName}`);
    return topic === undefined ? signature : `${signature}\n${indent}  topic0: "${topic}"`;
  });
  return lines.join("\n").replaceAll(/\$\{(\w+)\}/g, (_, key: string) => {
    if (key === "network") return nowhere.network;
    if (key === "startBlock") return String(nowhere.startBlock);
    if (key === "bondCurrency") return nowhere.bondCurrency;
    const address = nowhere.addresses[key as DataSource];
    if (address === undefined) throw new Error(`The manifest's template has an unknown value ${key}`);
    return address;
  });
}

/** `Name(indexed uint256,(address,bytes32[]))` */
function graphSignature(abis: Abis, contract: AbiName, name: string): string {
  const inputs = findEvent(abis, contract, name).inputs.map(
    (input) => `${"indexed" in input && input.indexed ? "indexed " : ""}${typeOf(input)}`,
  );
  return `${name}(${inputs.join(",")})`;
}

function typeOf(parameter: AbiParameter): string {
  if (!("components" in parameter)) return parameter.type;
  return `(${parameter.components.map(typeOf).join(",")})${parameter.type.slice("tuple".length)}`;
}
