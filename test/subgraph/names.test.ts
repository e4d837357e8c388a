/** AssemblyScript cannot import the sdk: what both say alike is compared here. */
import { readFileSync } from "node:fs";
import { connectorCodes, EvseKind, PeriodKind, StopReason } from "@openjoule/sdk";
import { describe, expect, it } from "vitest";

const read = (file: string) => readFileSync(new URL(`../../subgraph/${file}`, import.meta.url), "utf8");

/** The strings of a constant array in a mapping. */
function listIn(file: string, name: string): string[] {
  const list = new RegExp(`const ${name} = \\[([^\\]]*)\\]`).exec(read(file))?.[1];
  if (list === undefined) throw new Error(`${file} has no list ${name}`);
  return [...list.matchAll(/"([^"]+)"/g)].map((match) => String(match[1]));
}

/** The values of an enum in the schema, without their descriptions. */
function enumIn(name: string): string[] {
  const values = new RegExp(`enum ${name} {([^}]*)}`).exec(read("schema.graphql"))?.[1];
  if (values === undefined) throw new Error(`the schema has no enum ${name}`);
  return values.replaceAll(/"[^"]*"/g, "").match(/\w+/g) ?? [];
}

describe("names in the subgraph are the sdk's", () => {
  it("connectors, by their codes", () => {
    const names = listIn("src/lib/connectors.ts", "NAMES");
    expect(Object.fromEntries(names.map((name, index) => [name, index + 1]))).toEqual(connectorCodes);
  });

  it("stop reasons and kinds of EVSE, by their codes", () => {
    expect(listIn("src/lib/enums.ts", "STOP_REASONS")).toEqual(Object.keys(StopReason));
    expect(listIn("src/lib/enums.ts", "EVSE_KINDS")).toEqual(Object.keys(EvseKind));
  });

  it("the schema's enums", () => {
    expect(["None", ...enumIn("StopReason")]).toEqual(Object.keys(StopReason));
    expect(enumIn("EvseKind")).toEqual(Object.keys(EvseKind));
    expect(enumIn("PeriodKind")).toEqual(Object.keys(PeriodKind));
  });
});
