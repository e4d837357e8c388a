/**
 * A charge point as its own process: `node simulators/charge-point/main.ts --url ws://127.0.0.1:9000/ocpp --id CP1 ...`. It
 * speaks OCPP 1.6J, writes what happens as JSON lines to standard output and takes commands as JSON lines on standard input.
 */
import { createInterface } from "node:readline";
import { createChargePoint } from "./charge-point.ts";
import { parseControl } from "./control.ts";
import { type ChargePointOptions, OptionsError, parseOptions } from "./options.ts";

/** Exit code for a command line or a state file that cannot be used. */
const usageError = 2;

function emit(event: string, fields: object): void {
  process.stdout.write(`${JSON.stringify({ event, time: new Date().toISOString(), ...fields })}\n`);
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(usageError);
}

function readOptions(): ChargePointOptions {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    if (error instanceof OptionsError) return fail(error);
    throw error;
  }
}

const options = readOptions();
const chargePoint = (() => {
  try {
    return createChargePoint(options, { nowMs: Date.now, emit });
  } catch (error) {
    return fail(error);
  }
})();

let leaving = false;
async function leave(reason: string): Promise<void> {
  if (leaving) return;
  leaving = true;
  await chargePoint.stop();
  emit("exit", { reason });
  process.exit(0);
}

// Whoever followed has gone: there is nobody left to tell.
process.stdout.on("error", () => void leave("output closed"));
process.on("SIGTERM", () => void leave("SIGTERM"));
process.on("SIGINT", () => void leave("SIGINT"));

const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
lines.on("line", (line) => {
  if (line.trim() === "") return;
  try {
    const command = parseControl(line);
    chargePoint.control(command);
    emit("commandDone", { do: command.do });
    if (command.do === "exit") void leave("command");
  } catch (error) {
    emit("commandRefused", { reason: (error as Error).message });
  }
});
lines.on("close", () => {
  if (options["exit-with-stdin"]) void leave("input closed");
});

chargePoint.start();
