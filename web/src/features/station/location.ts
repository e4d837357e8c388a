/** What a station's metadata says of the place, where it is inline JSON after OCPI 2.2.1 §8.3.1 Location. */
export interface StationLocation {
  readonly operator: string | undefined;
  readonly postalCode: string | undefined;
  readonly hours: OpeningHours | undefined;
  readonly parking: "onStreet" | "parkingLot" | "garage" | "underground" | undefined;
  /** For people with reduced mobility: a place of their own, one they can use, none. */
  readonly accessibility: "reserved" | "accessible" | "notAccessible" | undefined;
}

/** Always, or stretches of a week in the station's own time. */
export type OpeningHours =
  | { readonly always: true }
  | { readonly always: false; readonly stretches: readonly Stretch[] };

export interface Stretch {
  /** 1 is Monday. */
  readonly weekday: number;
  /** `08:00` */
  readonly begin: string;
  readonly end: string;
}

const parkings = {
  ON_STREET: "onStreet",
  PARKING_LOT: "parkingLot",
  PARKING_GARAGE: "garage",
  UNDERGROUND_GARAGE: "underground",
} as const;

/** Reads what can be read. Anybody may write anything there, so nothing in it is an error. */
export function readLocation(metadata: string): StationLocation {
  const json = parse(metadata);
  const operator = isRecord(json.operator) ? text(json.operator.name) : undefined;
  const { parking_type: parking, accessibility } = json;
  return {
    operator,
    postalCode: text(json.postal_code),
    hours: readHours(json.opening_times),
    parking: typeof parking === "string" && Object.hasOwn(parkings, parking) ? parkings[parking as never] : undefined,
    accessibility:
      accessibility === "reserved" || accessibility === "accessible" || accessibility === "notAccessible"
        ? accessibility
        : undefined,
  };
}

function readHours(value: unknown): OpeningHours | undefined {
  if (!isRecord(value)) return undefined;
  if (value.twentyfourseven === true) return { always: true };
  if (!Array.isArray(value.regular_hours)) return undefined;
  const stretches = value.regular_hours.map(readStretch);
  return stretches.length > 0 && stretches.every((one) => one !== undefined) ? { always: false, stretches } : undefined;
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** OCPI 2.2.1 §8.4.21 RegularHours. */
function readStretch(value: unknown): Stretch | undefined {
  if (!isRecord(value)) return undefined;
  const { weekday, period_begin: begin, period_end: end } = value;
  if (typeof weekday !== "number" || !Number.isInteger(weekday) || weekday < 1 || weekday > 7) return undefined;
  if (typeof begin !== "string" || typeof end !== "string" || !TIME.test(begin)) return undefined;
  return TIME.test(end) || end === "24:00" ? { weekday, begin, end } : undefined;
}

/** Days one after the other with the same hours: `Mo–Fr 08:00–19:00`. */
export interface DayRange {
  readonly from: number;
  readonly to: number;
  /** `08:00–12:00`, in order; none is closed. */
  readonly hours: readonly string[];
}

/** The week in as few lines as it takes, Monday first. */
export function weekOf(stretches: readonly Stretch[]): DayRange[] {
  const ranges: DayRange[] = [];
  for (let day = 1; day <= 7; day += 1) {
    const hours = stretches
      .filter(({ weekday }) => weekday === day)
      .map(({ begin, end }) => `${begin}–${end}`)
      .sort();
    const last = ranges.at(-1);
    if (last !== undefined && last.hours.join() === hours.join()) ranges[ranges.length - 1] = { ...last, to: day };
    else ranges.push({ from: day, to: day, hours });
  }
  return ranges;
}

const text = (value: unknown) => (typeof value === "string" && value.trim() !== "" ? value : undefined);

function parse(metadata: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(metadata);
    return isRecord(json) ? json : {};
  } catch {
    return {};
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
