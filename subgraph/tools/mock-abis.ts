/**
 * `gnd test` cannot mock an event with a struct: it finds no type for it. But an anonymous event is recognised by whatever
 * topic the manifest names and decoded by the ABI alone. So, for tests only, such an event becomes anonymous, with
 * the topic as its first parameter; the test emits its data as plain words. The mappings are compiled from the same
 * sources and read their parameters by name, so they notice nothing.
 */
import { type AbiEvent, toEventSelector } from "viem";
import type { Abis } from "./abis.ts";
import type { MockTopics } from "./manifest.ts";

/** Words of data of a mocked event with structs: more than any test needs; what is behind the real data is ignored. */
export const MOCK_WORDS = 256;

/** Whether the event has a struct or a list of structs. */
export function hasStructs(event: AbiEvent): boolean {
  return event.inputs.some(({ type }) => type.startsWith("tuple"));
}

/** An event with structs as `gnd test` takes it: indexed parameters by their names, all others together as words. */
export function wordsSignature(event: AbiEvent): string {
  const indexed = event.inputs.filter((input) => input.indexed).map(({ type, name }) => `${type} indexed ${name}`);
  return `${event.name}(${[...indexed, `bytes32[${MOCK_WORDS}] words`].join(", ")})`;
}

/** The ABIs to compile a subgraph with that `gnd test` can test, and the topics that its manifest needs. */
export function mockAbis(abis: Abis): { abis: Abis; topics: MockTopics } {
  const topics = new Map<string, string>();
  const mocked = Object.entries(abis).map(([contract, entries]) => {
    const replaced = entries.map((entry): AbiEvent => {
      if (!hasStructs(entry)) return entry;
      topics.set(`${contract}.${entry.name}`, toEventSelector(`event ${wordsSignature(entry)}`));
      return {
        ...entry,
        anonymous: true,
        inputs: [{ name: "topic", type: "bytes32", indexed: true }, ...entry.inputs],
      };
    });
    return [contract, replaced] as const;
  });
  return { abis: Object.fromEntries(mocked) as unknown as Abis, topics };
}
