import { readFrom } from "../../../scripts/local/logs.ts";
import { waitFor } from "../../../scripts/local/wait.ts";
import type { TestNetwork } from "./network.ts";

/** One line that the charge point has written. */
export interface ChargePointEvent {
  event: string;
  time: string;
  /** Of a message that waits. */
  action?: string;
  connector?: number;
  transactionId?: number | null;
  meterStartWh?: number;
  meterStopWh?: number;
  energyWh?: number;
  reason?: string;
  accepted?: boolean;
}

/** Everything that the charge point has told since the network was started, in all its incarnations. */
export function chargePointEvents({ chargePoint }: TestNetwork): ChargePointEvent[] {
  return readFrom(chargePoint.logFile, 0)
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as ChargePointEvent];
      } catch {
        // The line is still being written, or its writer was killed.
        return [];
      }
    });
}

/** Waits for something that the charge point tells. */
export function untilChargePoint(
  network: TestNetwork,
  label: string,
  found: (event: ChargePointEvent) => boolean,
): Promise<ChargePointEvent> {
  return waitFor(label, () => chargePointEvents(network).findLast(found), { timeoutSeconds: 30 });
}

/** Does something to the charge point: see its README. */
export function commandChargePoint({ chargePoint }: TestNetwork, command: { do: string } & Record<string, unknown>) {
  chargePoint.send(JSON.stringify(command));
}

/**
 * What the register of a connector has counted in its last transaction, Wh: the charge point's own word, which no part of
 * the oracle has touched. Waits until the charge point has got rid of its StopTransaction.
 */
export async function registeredWh(network: TestNetwork, connector: number): Promise<number> {
  const stopped = await untilChargePoint(
    network,
    `connector ${connector} has reported its stop`,
    (event) => event.event === "transactionStopped" && event.connector === connector,
  );
  const started = chargePointEvents(network).findLast(
    ({ event, transactionId }) => event === "transactionStarted" && transactionId === stopped.transactionId,
  );
  return Number(stopped.meterStopWh) - Number(started?.meterStartWh);
}
