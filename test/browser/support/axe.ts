import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright-core";

/** What WCAG 2.2 AA asks for, as axe names its rules. */
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe finds on a page as it is now against WCAG 2.2 AA: a line for each rule and element. */
export async function axeFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}
