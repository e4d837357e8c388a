import lighthouse from "lighthouse";

/** What Lighthouse says of one visit with an empty cache. */
export interface PageScores {
  /** 0 to 100. */
  readonly performance: number;
  readonly accessibility: number;
  readonly bestPractices: number;
  /** Largest contentful paint, seconds. */
  readonly lcpSeconds: number;
  /** Total blocking time, milliseconds. */
  readonly tbtMs: number;
  /** Cumulative layout shift. */
  readonly cls: number;
}

const categories = ["performance", "accessibility", "best-practices"] as const;

/**
 * Looks at a page as Lighthouse's mobile visitor: a telephone of the middle class on slow 4G, simulated from what was
 * observed. `port` is the debugging port of a Chromium.
 *
 * @throws Error in Lighthouse's words when the page cannot be measured
 */
export async function visitWithLighthouse(url: string, port: number): Promise<PageScores> {
  const result = await lighthouse(url, {
    port,
    output: "json",
    logLevel: "error",
    onlyCategories: [...categories],
    formFactor: "mobile",
    throttlingMethod: "simulate",
  });
  if (result === undefined) throw new Error(`Lighthouse measured nothing at ${url}`);
  const { lhr } = result;
  if (lhr.runtimeError !== undefined) throw new Error(`Lighthouse at ${url}: ${lhr.runtimeError.message}`);
  const score = (category: (typeof categories)[number]) => {
    const value = lhr.categories[category]?.score;
    if (typeof value !== "number") throw new Error(`Lighthouse gave no ${category} score at ${url}`);
    return Math.round(value * 100);
  };
  const number = (audit: string) => {
    const value = lhr.audits[audit]?.numericValue;
    if (typeof value !== "number") throw new Error(`Lighthouse gave no ${audit} at ${url}`);
    return value;
  };
  return {
    performance: score("performance"),
    accessibility: score("accessibility"),
    bestPractices: score("best-practices"),
    lcpSeconds: number("largest-contentful-paint") / 1000,
    tbtMs: number("total-blocking-time"),
    cls: number("cumulative-layout-shift"),
  };
}

/** The middle one of each figure, over an odd number of visits. */
export function medianScores(visits: readonly PageScores[]): PageScores {
  const middle = (figure: keyof PageScores): number => {
    const sorted = visits.map((visit) => visit[figure]).sort((a, b) => a - b);
    const value = sorted[Math.floor(sorted.length / 2)];
    if (value === undefined) throw new Error("a median needs at least one visit");
    return value;
  };
  return {
    performance: middle("performance"),
    accessibility: middle("accessibility"),
    bestPractices: middle("bestPractices"),
    lcpSeconds: middle("lcpSeconds"),
    tbtMs: middle("tbtMs"),
    cls: middle("cls"),
  };
}
