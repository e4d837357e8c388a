// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { looseStrings } from "./strings.ts";

const src = fileURLToPath(new URL("../src", import.meta.url));
const texts = (source: string) => looseStrings("a.tsx", source).map(({ text }) => text);

describe("words outside the catalogues", () => {
  it.each([
    ["text between tags", "<p>Pay now</p>", ["Pay now"]],
    ["one word", "<b>Pay</b>", ["Pay"]],
    ["text beside a macro", "<p><Trans>Pay</Trans> now</p>", ["now"]],
    ["an expression", '<p>{free ? "free" : "taken"}</p>', ["free", "taken"]],
    ["a fallback", '<p>{name ?? "Nameless"}</p>', ["Nameless"]],
    ["a template", `<p>{\`\${n} free\`}</p>`, ["free"]],
    ["an attribute", '<img alt="A charger" />', ["A charger"]],
    ["an attribute's expression", '<Field label={full ? "Full" : t`Not full`} />', ["Full"]],
    ["a field of an object", 'toast({ title: "Done" })', ["Done"]],
    ["a sentence anywhere", 'const words = ["Please wait here"];', ["Please wait here"]],
    ["the tab's name", 'document.title = "Stations";', ["Stations"]],
    ["other scripts", "<p>充电</p>", ["充电"]],
  ])("finds %s", (_name, source, expected) => {
    expect(texts(source)).toEqual(expected);
  });

  it.each([
    ["macros", '<p title={t`Pay`}><Trans>Pay now</Trans><Plural value={n} one="# free" other="# free" /></p>'],
    ["what is not translated", '<p translate="no">OpenJoule Sessions</p>'],
    ["numbers, symbols, names", "<p>OpenJoule: {n} kWh · 3 kW</p>"],
    ["values that are not shown", '<Icon name="map" /><Badge tone={busy ? "warning" : "success"} />'],
    ["comparisons", '<p>{kind === "Settled" && <Trans>Paid</Trans>}</p>'],
    ["errors for developers", 'throw new Error("useConfig needs a provider above it");'],
    ["types", 'type Status = "Settled by quorum";'],
  ])("leaves %s alone", (_name, source) => {
    expect(texts(source)).toEqual([]);
  });

  it("are nowhere in the app", () => {
    const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter(
      (path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$|^testing\//.test(path),
    );
    expect(files.length).toBeGreaterThan(50);
    const loose = files.flatMap((path) =>
      looseStrings(path, readFileSync(join(src, path), "utf8")).map(({ line, text }) => `${path}:${line}: ${text}`),
    );
    expect(loose).toEqual([]);
  });
});
