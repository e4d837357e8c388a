import { useLingui } from "@lingui/react";
import { type CurrencyFormat, durationParts, formatDecimal, kilowattHours, kilowatts } from "@openjoule/sdk";
import { useMemo } from "react";

type DecimalText = Intl.StringNumericLiteral;

/** Numbers, money and times in the words of one language; exact, as `Intl` takes decimal texts without floats. */
export interface Format {
  /** `1.50 tEUR`; base units. More than two decimals only where they matter, at most `maximumFractionDigits` (default 6). */
  money(amount: bigint, currency: CurrencyFormat, maximumFractionDigits?: number): string;
  /** `12.35 kWh`; at most `maximumFractionDigits` decimals (default 2). */
  energy(energyWh: number | bigint, maximumFractionDigits?: number): string;
  /** `150.5 kW`; at most one decimal. */
  power(powerW: number | bigint): string;
  /** `1,234.5` */
  number(value: number | bigint, options?: Intl.NumberFormatOptions): string;
  /** `2 %`; 200 basis points are 2. */
  basisPoints(bps: number): string;
  /** `1 h 5 min`, `2 min 3 s`; seconds. */
  duration(seconds: number): string;
  /** A short name; 0 is Monday. */
  weekday(day: number): string;
  /** `12 km`, `350 m`; metres. */
  distance(metres: number): string;
  /** Date and time of day; UTC seconds, shown in the reader's zone. */
  dateTime(seconds: number): string;
  date(seconds: number): string;
  /** `14:05:09` */
  time(seconds: number): string;
  /** `5 minutes ago`; both UTC seconds. */
  ago(seconds: number, now: number): string;
}

const tags: Record<string, string> = { zh: "zh-Hans" };

const formats = new Map<string, Format>();

/** Formats for a language tag; always the same ones, as `Intl`'s are slow to make. */
export function createFormat(locale: string): Format {
  const known = formats.get(locale) ?? newFormat(locale);
  formats.set(locale, known);
  return known;
}

/** Made when it is first needed, and only then. */
function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function newFormat(locale: string): Format {
  const tag = tags[locale] ?? locale;
  const numbers = new Map<string, Intl.NumberFormat>();
  const numberFormat = (options: Intl.NumberFormatOptions) => {
    const key = JSON.stringify(options);
    const known = numbers.get(key) ?? new Intl.NumberFormat(tag, options);
    numbers.set(key, known);
    return known;
  };
  const decimal = (text: string, options: Intl.NumberFormatOptions) =>
    numberFormat(options).format(text as DecimalText);
  const unit = (text: string | number, unitName: string, options: Intl.NumberFormatOptions = {}) =>
    numberFormat({ style: "unit", unit: unitName, unitDisplay: "short", ...options }).format(text as DecimalText);
  const dates = once(() => new Intl.DateTimeFormat(tag, { dateStyle: "medium" }));
  const dateTimes = once(() => new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "short" }));
  const weekdays = once(() => new Intl.DateTimeFormat(tag, { weekday: "short", timeZone: "UTC" }));
  const times = once(() => new Intl.DateTimeFormat(tag, { timeStyle: "medium" }));
  const relative = once(() => new Intl.RelativeTimeFormat(tag, { numeric: "auto" }));

  return {
    money(amount, { decimals, symbol }, maximumFractionDigits = 6) {
      const options = { minimumFractionDigits: Math.min(2, decimals), maximumFractionDigits };
      // No unit of Intl knows a token: number, no-break space, symbol is right in all our languages.
      return `${decimal(formatDecimal(amount, decimals), options)}\u00a0${symbol}`;
    },
    energy(energyWh, maximumFractionDigits = 2) {
      return `${decimal(kilowattHours(energyWh), { maximumFractionDigits })}\u00a0kWh`;
    },
    power(powerW) {
      return `${decimal(kilowatts(powerW), { maximumFractionDigits: 1 })}\u00a0kW`;
    },
    number: (value, options = {}) => numberFormat(options).format(value),
    basisPoints: (bps) => numberFormat({ style: "percent", maximumFractionDigits: 2 }).format(bps / 10_000),
    duration(seconds) {
      const parts = durationParts(Math.max(0, Math.round(seconds)));
      const named = (["days", "hours", "minutes", "seconds"] as const).map((name) => [name, parts[name]] as const);
      const first = named.findIndex(([, value]) => value > 0);
      if (first === -1) return unit(0, "second");
      return named
        .slice(first, first + 2)
        .filter(([, value]) => value > 0)
        .map(([name, value]) => unit(value, name.slice(0, -1)))
        .join(" ");
    },
    distance: (metres) =>
      metres < 950
        ? unit(Math.round(metres / 10) * 10, "meter")
        : unit(metres / 1000, "kilometer", { maximumFractionDigits: metres < 9_950 ? 1 : 0 }),
    // The fifth day of the era was a Monday.
    weekday: (day) => weekdays().format((4 + day) * 86_400_000),
    dateTime: (seconds) => dateTimes().format(seconds * 1000),
    date: (seconds) => dates().format(seconds * 1000),
    time: (seconds) => times().format(seconds * 1000),
    ago(seconds, now) {
      const past = Math.max(0, now - seconds);
      if (past < 60) return relative().format(-Math.floor(past), "second");
      if (past < 3600) return relative().format(-Math.floor(past / 60), "minute");
      if (past < 86_400) return relative().format(-Math.floor(past / 3600), "hour");
      return relative().format(-Math.floor(past / 86_400), "day");
    },
  };
}

/** Formats in the reader's language. */
export function useFormat(): Format {
  const { i18n } = useLingui();
  return useMemo(() => createFormat(i18n.locale), [i18n.locale]);
}
