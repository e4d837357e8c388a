import { parseArgs } from "node:util";
import { z } from "zod";
import { defaultModelParameters } from "./model.ts";

export const misbehaviours = [
  /** Says Accepted to a remote stop and goes on charging. */
  "ignore-remote-stop",
  /** Says Rejected to a remote stop. */
  "refuse-remote-stop",
  /** Says Rejected to a remote start. */
  "refuse-remote-start",
  /** Never answers a remote start. */
  "mute-remote-start",
  /** Sends each StartTransaction twice, the second time with another message id. */
  "duplicate-start",
  /** Sends each StopTransaction twice. */
  "duplicate-stop",
  /** Every third register reading is 100 Wh too low. */
  "meter-backwards",
  /** Energy in kWh with three decimals. */
  "meter-kwh",
] as const;
export type Misbehaviour = (typeof misbehaviours)[number];

const number = (text: string) => z.coerce.number({ error: `expected ${text}` });
const positive = (text: string) => number(text).positive(`expected ${text}`);
const notNegative = (text: string) => number(text).nonnegative(`expected ${text}`);

/** One for each connector, or one for all: separated by commas. */
const perConnector = <Item>(item: z.ZodType<Item>, otherwise: string) =>
  z
    .string()
    .default(otherwise)
    .transform((text): unknown => text.split(","))
    .pipe(z.array(item));

const schema = z.object({
  url: z.url({ protocol: /^wss?$/, error: "expected a WebSocket URL such as ws://127.0.0.1:9000/ocpp" }),
  id: z.string().regex(/^[A-Za-z0-9*\-_=:+|@.]{1,48}$/, "expected a charge point id"),
  password: z.string().optional(),
  connectors: number("a whole number of connectors, 1 to 100").int().min(1).max(100).default(1),
  power: perConnector(positive("the power of a connector in W"), String(defaultModelParameters.maxPowerW)),
  current: perConnector(z.enum(["ac", "dc"], { error: "expected ac or dc" }), "dc"),
  vehicles: z.enum(["given", "drawn"], { error: "expected given or drawn" }).default("given"),
  battery: positive("the vehicle's battery in Wh").default(defaultModelParameters.batteryWh),
  soc: notNegative("the state of charge at the start in per cent").max(100).default(20),
  ramp: notNegative("seconds to full power").default(defaultModelParameters.rampSeconds),
  seed: number("a whole number").int().default(1),
  "meter-start": notNegative("the register's value at first in Wh").default(1_000_000),
  "meter-interval": positive("seconds between meter values").default(5),
  "plug-delay": number("seconds from a remote start to the plug; negative: only by command").default(1),
  "unplug-delay": number("seconds from the end to the unplugging; negative: only by command").default(1),
  "connection-timeout": positive("seconds an authorization waits for the plug").default(60),
  "target-energy": positive("energy in Wh at which the vehicle ends").optional(),
  "target-soc": positive("state of charge in per cent at which the vehicle ends").max(100).default(100),
  "at-target": z.enum(["stop", "suspend"], { error: "expected stop or suspend" }).default("stop"),
  "call-timeout": positive("seconds to wait for an answer").default(30),
  "retry-interval": notNegative("seconds between attempts of a transaction message").default(1),
  "message-attempts": notNegative("attempts of a transaction message answered with an error; 0: for ever")
    .int()
    .default(0),
  backoff: positive("seconds before the first new attempt to connect").default(0.5),
  "max-backoff": positive("seconds at most between attempts to connect").default(10),
  "time-skew": number("seconds by which the clock is ahead").default(0),
  "job-step": notNegative("seconds between the states of a firmware update or an upload").default(1),
  "state-file": z.string().min(1, "expected a path").optional(),
  "exit-with-stdin": z.boolean().default(false),
  misbehave: z
    .string()
    .default("")
    .transform((text) => text.split(",").filter((word) => word !== ""))
    .pipe(z.array(z.enum(misbehaviours, { error: `expected some of ${misbehaviours.join(", ")}` }))),
});

export type ChargePointOptions = z.output<typeof schema>;

/** What of a list belongs to a connector. */
export function ofConnector<Item>(list: readonly Item[], index: number): Item {
  const item = list[list.length === 1 ? 0 : index];
  if (item === undefined) throw new RangeError(`no item for connector ${index + 1} of ${list.length}`);
  return item;
}

/** What is wrong with a command line: one line for each fault, with the option, its value and what was expected. */
export class OptionsError extends Error {
  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
    this.name = "OptionsError";
  }
}

/** `--time-skew -60` as `--time-skew=-60`: parseArgs takes the former for an option. */
function joinNegatives(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const last = joined.at(-1);
    if (/^-\d/.test(arg) && last !== undefined && /^--[a-z-]+$/.test(last))
      joined[joined.length - 1] = `${last}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

/** Reads the command line (without node and script). Throws `OptionsError` naming every fault at once. */
export function parseOptions(args: readonly string[]): ChargePointOptions {
  const names = Object.keys(schema.shape);
  const config = Object.fromEntries(
    names.map((name) => [name, { type: name === "exit-with-stdin" ? "boolean" : "string" } as const]),
  );
  let values: Record<string, unknown>;
  try {
    values = { ...parseArgs({ args: joinNegatives(args), options: config, strict: true }).values };
  } catch (error) {
    throw new OptionsError([(error as Error).message]);
  }
  const result = schema.safeParse(values);
  if (result.success) {
    const { connectors } = result.data;
    const faults = (["power", "current"] as const)
      .filter((name) => result.data[name].length !== 1 && result.data[name].length !== connectors)
      .map((name) => `--${name}: "${values[name]}": expected one for all, or ${connectors}: one for each connector`);
    if (faults.length > 0) throw new OptionsError(faults);
    return result.data;
  }
  throw new OptionsError(
    result.error.issues.map(({ path, message }) => {
      const name = String(path[0]);
      const value = values[name];
      return `--${name}: ${value === undefined ? "missing" : `"${name === "password" ? "***" : value}"`}: ${message}`;
    }),
  );
}
