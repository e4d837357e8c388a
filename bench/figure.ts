/** One measured figure and the reference measured in the same run. */
export interface Figure {
  area: string;
  name: string;
  unit: string;
  value: number;
  reference: number;
  /** What the reference is. */
  referenceName: string;
  /** What the value must not exceed, or must reach (`atLeast`), if there is a target. */
  target?: { value: number; words: string; atLeast?: true };
}

const number = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

/** None over a reference of nothing, e.g. the layout shift of a page on which nothing moves. */
export function ratio({ value, reference }: Figure): string {
  return reference === 0 ? "none" : (value / reference).toFixed(3);
}

function verdict({ value, target }: Figure): string {
  if (!target) return "";
  const words = `${target.words} (${number.format(target.value)})`;
  if (target.atLeast) return value >= target.value ? `reaches ${words}` : `BELOW ${words}`;
  return value <= target.value ? `within ${words}` : `ABOVE ${words}`;
}

/** One line for a terminal. */
export function line(figure: Figure): string {
  const { area, name, unit, value, reference, referenceName } = figure;
  const against = `${number.format(reference)} ${unit} ${referenceName}, ratio ${ratio(figure)}`;
  return [`${area}: ${name}: ${number.format(value)} ${unit} against ${against}`, verdict(figure)]
    .filter(Boolean)
    .join("; ");
}

/** The table of `bench/results.md`. */
export function table(figures: readonly Figure[]): string {
  const head =
    "| area | figure | value | reference in the same run | ratio | target |\n| --- | --- | ---: | ---: | ---: | --- |";
  const rows = figures.map((figure) => {
    const { area, name, unit, value, reference, referenceName } = figure;
    const cells = [
      area,
      name,
      `${number.format(value)} ${unit}`,
      `${number.format(reference)} ${unit} (${referenceName})`,
      ratio(figure),
      verdict(figure) || "none",
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [head, ...rows].join("\n");
}
