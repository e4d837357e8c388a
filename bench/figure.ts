/** One measured figure and the reference measured in the same run. */
export interface Figure {
  area: string;
  name: string;
  unit: string;
  value: number;
  reference: number;
  /** What the reference is. */
  referenceName: string;
  /** What the value must not exceed, if there is a target. */
  target?: { value: number; words: string };
}

const number = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

export function ratio(figure: Figure): string {
  return (figure.value / figure.reference).toFixed(3);
}

function verdict({ value, target }: Figure): string {
  if (!target) return "";
  return `${value <= target.value ? "within" : "ABOVE"} ${target.words} (${number.format(target.value)})`;
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
