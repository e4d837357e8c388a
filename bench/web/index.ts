import { buildWeb } from "../../scripts/local/web/build.ts";
import type { Figure } from "../figure.ts";
import { benchPages } from "./pages.ts";
import { INITIAL_SCRIPT_KB, webSizes } from "./sizes.ts";

/** What the built app brings to a browser, and what its pages are like on a telephone. */
export async function benchWeb(): Promise<Figure[]> {
  return [...(await benchSizes()), ...(await benchPages())];
}

/** What the built app brings to a browser, against all of it at once. */
async function benchSizes(): Promise<Figure[]> {
  const sizes = webSizes(await buildWeb());
  const figure = (name: string, bytes: number, target?: Figure["target"]): Figure => ({
    area: "web",
    name,
    unit: "kB",
    value: bytes / 1000,
    reference: sizes.everything / 1000,
    referenceName: "all pages and the wallet at once",
    ...(target && { target }),
  });
  return [
    figure("initial JavaScript, gzip", sizes.initialScript, {
      value: INITIAL_SCRIPT_KB,
      words: `${INITIAL_SCRIPT_KB} kB`,
    }),
    figure("initial CSS, gzip", sizes.initialStyle),
    ...Object.entries(sizes.lazy).map(([part, bytes]) => figure(`added by: ${part}, gzip`, bytes)),
  ];
}
