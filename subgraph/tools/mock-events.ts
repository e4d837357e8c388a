/** Test files of subgraph/tests/ into what `gnd test` reads. */
import { type AbiEvent, type AbiParameter, encodeAbiParameters, type Hex, size, slice, zeroHash } from "viem";
import { type AbiName, type Abis, findEvent } from "./abis.ts";
import type { Place } from "./manifest.ts";
import { hasStructs, MOCK_WORDS, wordsSignature } from "./mock-abis.ts";

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

export interface TestEvent {
  contract: AbiName;
  event: string;
  /** By name; structs are objects; a packed period may be given as { kind, start, seconds, energyWh }. */
  params: { [name: string]: Json };
  /** Default: one for each block. */
  txHash?: Hex;
}

export interface TestBlock {
  /** UTC seconds. */
  timestamp: number;
  events?: TestEvent[];
}

/**
 * A test: blocks of events, and GraphQL queries with what they must answer. `<name>` anywhere in it stands for the hex
 * digits (without 0x) of that name in tests/fixtures/values.json.
 */
export interface TestFile {
  name: string;
  /** Fixtures whose blocks come first: names of files in tests/fixtures/. */
  after?: string[];
  blocks?: TestBlock[];
  assertions: { query: string; expected: Json }[];
}

/** Puts values where their names stand. Throws for a name that has no value. */
export function substitute(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/<(\w+)>/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`There is no value <${name}> in tests/fixtures/values.json`);
    return value;
  });
}

/** The file that `gnd test` reads. `blocks` are all blocks, those of fixtures included. */
export function toGndTest(test: TestFile, blocks: readonly TestBlock[], abis: Abis, place: Place): Json {
  const numbered = blocks.map((block, index) => {
    const number = place.startBlock + 1 + index;
    return {
      number,
      timestamp: block.timestamp,
      events: (block.events ?? []).map((event) => toGndEvent(event, number, abis, place)),
    };
  });
  // gnd passes over the first block of a file.
  return { name: test.name, blocks: [{}, ...numbered], assertions: test.assertions };
}

function toGndEvent(event: TestEvent, blockNumber: number, abis: Abis, place: Place): Json {
  const { contract, params } = event;
  const abi = findEvent(abis, contract, event.event);
  const unknown = Object.keys(params).filter((name) => !abi.inputs.some((input) => input.name === name));
  if (unknown.length > 0) throw new Error(`${contract}.${event.event} has no parameter ${unknown.join(", ")}`);
  return {
    address: place.addresses[contract as keyof Place["addresses"]],
    txHash: event.txHash ?? (`0x${blockNumber.toString(16).padStart(64, "0")}` as const),
    ...(hasStructs(abi) ? asWords(abi, params) : asNamed(abi, params)),
  };
}

function asNamed(abi: AbiEvent, params: TestEvent["params"]) {
  const signature = abi.inputs.map(({ type, indexed, name }) => `${type} ${indexed ? "indexed " : ""}${name}`);
  const values = abi.inputs.map((input) => [input.name ?? "", toText(toValue(input, given(input, params)))]);
  return { event: `${abi.name}(${signature.join(", ")})`, params: Object.fromEntries(values) };
}

function asWords(abi: AbiEvent, params: TestEvent["params"]) {
  const data = abi.inputs.filter((input) => !input.indexed);
  const encoded = encodeAbiParameters(
    data,
    data.map((input) => toValue(input, given(input, params))),
  );
  const count = size(encoded) / 32;
  if (count > MOCK_WORDS) throw new Error(`${abi.name} has ${count} words of data, ${MOCK_WORDS} fit`);
  const words = Array.from({ length: MOCK_WORDS }, (_, i) =>
    i < count ? slice(encoded, 32 * i, 32 * i + 32) : zeroHash,
  );
  const indexed = abi.inputs
    .filter((input) => input.indexed)
    .map((input) => [input.name ?? "", toText(toValue(input, given(input, params)))]);
  return { event: wordsSignature(abi), params: { ...Object.fromEntries(indexed), words } };
}

function given(input: AbiParameter, params: { [name: string]: Json }): Json {
  const value = params[input.name ?? ""];
  if (value === undefined) throw new Error(`The parameter ${input.name} is missing`);
  return value;
}

/** JSON by its Solidity type as viem takes it. */
function toValue(parameter: AbiParameter, value: Json): unknown {
  const list = /^(.*)\[\]$/.exec(parameter.type);
  if (list !== null) {
    const internalType = parameter.internalType?.replace(/\[\]$/, "");
    const item = { ...parameter, type: list[1] ?? "", ...(internalType !== undefined && { internalType }) };
    return (value as Json[]).map((element) => toValue(item as AbiParameter, element));
  }
  if ("components" in parameter) {
    const parts = value as { [name: string]: Json };
    return Object.fromEntries(parameter.components.map((part) => [part.name, toValue(part, given(part, parts))]));
  }
  if (parameter.internalType === "Period" && typeof value === "object") return pack(value as { [name: string]: Json });
  return /^u?int/.test(parameter.type) ? BigInt(value as string) : value;
}

/** See contracts/types/Statement.sol. */
function pack({ kind, start, seconds, energyWh }: { [name: string]: Json }): bigint {
  const code = ["Charging", "Idle"].indexOf(String(kind));
  if (code < 0) throw new Error(`A period is Charging or Idle, not ${kind}`);
  const number = (value: Json | undefined) => BigInt(value as number);
  return (number(start) << 72n) | (number(seconds) << 40n) | (number(energyWh) << 8n) | BigInt(code);
}

function toText(value: unknown): Json {
  if (Array.isArray(value)) return value.map(toText);
  return typeof value === "bigint" ? value.toString() : (value as Json);
}
