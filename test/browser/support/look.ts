import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { axeFindings } from "./axe.ts";
import { photos } from "./photos.ts";

/** CSS pixels: a small telephone, a laptop. */
export const widths = [360, 1280] as const;
const themes = ["light", "dark"] as const;

/**
 * Looks at a page as it is now in both themes and widths: takes a photograph of each, and expects that axe finds nothing
 * against WCAG 2.2 AA and that nothing lies beyond the right edge.
 */
export async function look(page: Page, name: string): Promise<void> {
  mkdirSync(photos, { recursive: true });
  for (const width of widths) {
    await page.setViewportSize({ width, height: width < 600 ? 740 : 800 });
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const where = `${name} at ${width} px, ${colorScheme}`;
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(beyond, `${where}: pixels beyond the right edge`).toBeLessThanOrEqual(0);
      const found = await axeFindings(page);
      // Last: the map and the chart have drawn themselves anew by then.
      await page.screenshot({ path: join(photos, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      expect(found, `${where}: axe`).toEqual([]);
    }
  }
}
