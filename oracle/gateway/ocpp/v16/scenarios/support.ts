import type { z } from "zod";
import { type DeviceCommandResult, deviceCommandSchema } from "../../../../bus/types.ts";
import type { Call, RawClient } from "../../testing/raw-client.ts";
import type { Wire } from "../../testing/wire.ts";

/** A command in short: what may be left out is left out. */
export type BareCommand =
  z.input<typeof deviceCommandSchema> extends infer C
    ? C extends unknown
      ? Omit<C, "commandId" | "deviceId">
      : never
    : never;

/** Has the core send a command to CP1. */
export function send(wire: Wire, command: BareCommand): Promise<DeviceCommandResult> {
  return wire.bus.core.send(deviceCommandSchema.parse({ commandId: "k", deviceId: "CP1", ...command }));
}

/** Has the core send a command that the charge point answers with a payload; what it was asked, and what became of the command. */
export async function exchange(
  wire: Wire,
  client: RawClient,
  command: BareCommand,
  payload: object,
): Promise<{ call: Omit<Call, "id">; result: Omit<DeviceCommandResult, "commandId"> }> {
  const sent = send(wire, command);
  const { id, ...call } = await client.nextCall();
  client.send([3, id, payload]);
  const { commandId: _, ...result } = await sent;
  return { call, result };
}

export const accepted = { outcome: "accepted", detail: "Accepted" } as const;
export const refused = (refusal: string, detail: string) => ({ outcome: "rejected", detail, refusal });

/** 2027-01-15T08:00:00Z, and how the wire writes times from there. */
export const at = 1_800_000_000;
export const iso = (seconds: number) => new Date(seconds * 1_000).toISOString();
