/** Flags that the reading of a timestamp may raise. */
export type TimestampFlag =
  | "timestamp-missing"
  | "timestamp-unreadable"
  | "timestamp-without-zone"
  | "clock-unset"
  | "clock-ahead";

export type ParsedTimestamp = { seconds: number | null; flags: TimestampFlag[] };

const pattern =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:[.,]\d+)?\s*(?:([Zz])|([+-])(\d{2}):?(\d{2})?)?$/;

/** Clocks that were never set start in 1970, 2000 or 2010; no OCPP 1.6 device is older than its standard (2015). */
const firstPlausibleSeconds = Date.UTC(2015, 0, 1) / 1000;
const aheadSeconds = 300;

/**
 * A device's timestamp as UTC seconds, as forgiving as the field needs (OCPP-J 1.6 §4.2: ISO 8601 in UTC is recommended, not
 * required). Without a zone it is read as UTC. It is returned even when the clock is plainly wrong, with a flag.
 */
export function parseTimestamp(value: unknown, receivedAtMs: number): ParsedTimestamp {
  if (value === undefined || value === null || value === "") return { seconds: null, flags: ["timestamp-missing"] };
  const match = typeof value === "string" ? pattern.exec(value.trim()) : null;
  if (match === null) return { seconds: null, flags: ["timestamp-unreadable"] };
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || hour > 24 || minute > 59 || second > 60) {
    return { seconds: null, flags: ["timestamp-unreadable"] };
  }
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1) return { seconds: null, flags: ["timestamp-unreadable"] };
  const [, , , , , , , zulu, sign, zoneHours, zoneMinutes] = match;
  const offsetMinutes =
    sign === undefined ? 0 : (sign === "-" ? -1 : 1) * (Number(zoneHours) * 60 + Number(zoneMinutes ?? 0));
  const seconds = date.getTime() / 1000 + hour * 3600 + minute * 60 + second - offsetMinutes * 60;
  const flags: TimestampFlag[] = [];
  if (zulu === undefined && sign === undefined) flags.push("timestamp-without-zone");
  if (seconds < firstPlausibleSeconds) flags.push("clock-unset");
  else if (seconds > receivedAtMs / 1000 + aheadSeconds) flags.push("clock-ahead");
  return { seconds, flags };
}
