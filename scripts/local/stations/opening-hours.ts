/** One stretch of a week: OCPI 2.2.1 §8.4.21 RegularHours, weekday 1 is Monday. */
export type RegularHours = readonly [weekday: number, begin: string, end: string];

const days = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
const day = `(?:${days.join("|")})`;
const time = "([01]\\d|2[0-3]):([0-5]\\d)";
const span = new RegExp(`^(${day}(?:\\s*[-,]\\s*${day})*)\\s+(${time})-(${time})\\s*(?:[,;]\\s*|$)`);

/**
 * The part of OSM's opening hours that station lists use: `24/7`, `Mo-Fr 08:00-19:00`, `Sa,We,Mo 07:45-20:15, Fr 08:00-12:00`.
 *
 * @returns "24/7", or the stretches of a week in order; undefined for anything else, for a stretch past midnight and for one
 *   that overlaps another
 */
export function parseOpeningHours(text: string): "24/7" | RegularHours[] | undefined {
  let rest = text.trim();
  if (rest === "24/7") return rest;
  const hours: RegularHours[] = [];
  while (rest !== "") {
    const match = span.exec(rest);
    if (match === null) return undefined;
    const [whole, list = "", begin = "", , , end = ""] = match;
    for (const weekday of weekdaysOf(list)) hours.push([weekday, begin, end]);
    rest = rest.slice(whole.length);
  }
  hours.sort((a, b) => a[0] - b[0] || a[1].localeCompare(b[1]));
  if (hours.length === 0 || hours.some(([, begin, end]) => begin >= end)) return undefined;
  const overlaps = hours.some(([weekday, begin], index) => {
    const before = hours[index - 1];
    return before !== undefined && before[0] === weekday && begin < before[2];
  });
  if (overlaps) return undefined;
  const always = hours.length === 7 && hours.every(([, begin, end]) => begin === "00:00" && end === "23:59");
  return always ? "24/7" : hours;
}

/** `Mo-We,Sa` as 1, 2, 3, 6; a range may pass the week's end. */
function weekdaysOf(list: string): number[] {
  const weekdays = list.split(",").flatMap((part) => {
    const [from = 0, to = from] = part.split("-").map((name) => days.indexOf(name.trim()));
    return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, index) => ((from + index) % 7) + 1);
  });
  return [...new Set(weekdays)];
}
