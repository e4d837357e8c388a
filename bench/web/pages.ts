import type { Browser } from "playwright-core";
import { launchChromium } from "../../scripts/browser/launch.ts";
import { startNetwork } from "../../scripts/local/network.ts";
import { findFreePort } from "../../scripts/local/ports.ts";
import { createRun } from "../../scripts/local/run.ts";
import { performSession } from "../../scripts/local/session.ts";
import { startNetworkWeb } from "../../scripts/local/web/network-web.ts";
import { axeFindings } from "../../test/browser/support/axe.ts";
import type { Figure } from "../figure.ts";
import { medianScores, type PageScores, visitWithLighthouse } from "./lighthouse.ts";

/** Odd, for a median. */
const VISITS = 3;

/** What the web app must keep to, as a telephone sees it. */
const targets = { performance: 95, lcpSeconds: 2, tbtMs: 150, cls: 0.05 } as const;

/** A page that asks for nothing: what Lighthouse says of server, machine and simulated telephone alone. */
const referencePath = "/reference.html";
const referencePage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="description" content="A page that asks for nothing.">
    <link rel="icon" href="data:,">
    <title>Reference</title>
  </head>
  <body><main><h1>Reference</h1><p>This page asks for nothing.</p></main></body>
</html>
`;

/** A page of the app, and the text by which one sees that it has arrived. */
interface MeasuredPage {
  readonly name: string;
  readonly path: string;
  readonly arrived: RegExp;
  /** Draws a map: without a graphics card its time says nothing of a telephone's, so it has no target. */
  readonly draws?: true;
}

/** A session at the network's own station, as short as it gets: for its receipt. */
const session = { index: 0, deposit: 20_000_000n, energyWh: 100, maxSeconds: 3600 };
const quickChargePoint = ["--ramp", "0", "--plug-delay", "0", "--unplug-delay", "0", "--meter-interval", "1"];

/**
 * The pages that a driver comes by, on a whole local network with about 200 stations: Lighthouse's mobile figures, each the
 * median of three visits, and what axe finds in both themes. The reference is a static page from the same server.
 */
export async function benchPages(): Promise<Figure[]> {
  const run = createRun();
  try {
    const network = await startNetwork({
      run,
      stations: "inhabited",
      deployments: run.temporaryFolder("deployments"),
      meterSeconds: 1,
      chargePointOptions: quickChargePoint,
    });
    // Without the local network's banner, which is a larger paint than what a page of another network begins with.
    const web = await startNetworkWeb({
      run,
      network,
      port: 0,
      local: false,
      extra: { [referencePath]: referencePage },
    });
    const { opened } = await performSession(network, session);
    const port = await findFreePort();
    const browser = await launchChromium({ flags: [`--remote-debugging-port=${port}`] });
    run.onStop(() => browser.close());
    const evse = `/evse/${encodeURIComponent("FR*OJE*E0002")}`;
    const pages: MeasuredPage[] = [
      { name: "map", path: "/", arrived: /^\d+ stations?$/, draws: true },
      { name: "list of stations", path: "/stations", arrived: /^\d+ stations?$/ },
      { name: "station", path: evse, arrived: /^Who signs the meter$/ },
      { name: "pay", path: `${evse}/pay`, arrived: /^Who signs the meter$/ },
      { name: "receipt", path: `/sessions/${opened.sessionId}`, arrived: /exactly what you locked/ },
      { name: "my sessions", path: "/sessions", arrived: /^Connect your wallet/ },
    ];
    return await measure({ pages, baseUrl: web.url, port, browser });
  } finally {
    await run.stop();
  }
}

interface Place {
  readonly pages: readonly MeasuredPage[];
  readonly baseUrl: string;
  readonly port: number;
  readonly browser: Browser;
}

async function measure({ pages, baseUrl, port, browser }: Place): Promise<Figure[]> {
  const visits = new Map<string, PageScores[]>();
  const paths = [referencePath, ...pages.map(({ path }) => path)];
  // Round by round, so that a busy moment of the machine does not fall on one page alone.
  for (let round = 0; round < VISITS; round += 1) {
    for (const path of paths) {
      const scores = await visitWithLighthouse(`${baseUrl}${path}`, port);
      visits.set(path, [...(visits.get(path) ?? []), scores]);
    }
  }
  const scoresOf = (path: string) => medianScores(visits.get(path) ?? []);
  const reference = scoresOf(referencePath);
  const figures = pages.flatMap((page) => pageFigures(page, scoresOf(page.path), reference));
  const axe = await axeFigure({ pages, baseUrl, browser });
  return [...figures, axe];
}

function pageFigures(page: MeasuredPage, scores: PageScores, reference: PageScores): Figure[] {
  const figure = (what: string, unit: string, key: keyof PageScores, target?: Figure["target"]): Figure => ({
    area: "web",
    name: `${page.name}: ${what}`,
    unit,
    value: scores[key],
    reference: reference[key],
    referenceName: "a static page",
    ...(target && { target }),
  });
  const { performance, lcpSeconds, tbtMs, cls } = targets;
  const unlessDrawn = (target: Figure["target"]) => (page.draws ? undefined : target);
  return [
    figure(
      "Lighthouse performance, mobile",
      "of 100",
      "performance",
      unlessDrawn({ value: performance, words: `${performance}`, atLeast: true }),
    ),
    figure("largest contentful paint", "s", "lcpSeconds", { value: lcpSeconds, words: `${lcpSeconds} s` }),
    figure("total blocking time", "ms", "tbtMs", unlessDrawn({ value: tbtMs, words: `${tbtMs} ms` })),
    figure("cumulative layout shift", "score", "cls", { value: cls, words: `${cls}` }),
    figure("Lighthouse accessibility", "of 100", "accessibility"),
    figure("Lighthouse best practices", "of 100", "bestPractices"),
  ];
}

type AxePlace = Omit<Place, "port">;

/** What axe finds on all pages together, as a telephone in both themes shows them. */
async function axeFigure({ pages, baseUrl, browser }: AxePlace): Promise<Figure> {
  const context = await browser.newContext({
    baseURL: baseUrl,
    viewport: { width: 360, height: 740 },
    locale: "en",
    // What is still fading in has no contrast yet.
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  let found = 0;
  const count = async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      found += (await axeFindings(page)).length;
    }
  };
  await page.goto(referencePath);
  await count();
  const ofReference = found;
  found = 0;
  for (const { path, arrived } of pages) {
    await page.goto(path);
    await page.getByText(arrived).filter({ visible: true }).first().waitFor();
    await count();
  }
  await context.close();
  return {
    area: "web",
    name: "axe, WCAG 2.2 AA, all pages, light and dark",
    unit: "violations",
    value: found,
    reference: ofReference,
    referenceName: "a static page",
    target: { value: 0, words: "none" },
  };
}
