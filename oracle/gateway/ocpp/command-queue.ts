import type { DeviceCommand, DeviceCommandResult } from "../../bus/types.ts";
import { cutText } from "../cut-text.ts";
import type { RpcConnection } from "../transport.ts";
import type { Schemas } from "./schemas.ts";
import { priorityOf } from "./v16/priority.ts";
import { toCall } from "./v16/to-call.ts";
import { toResult } from "./v16/to-result.ts";

export type CommandQueueOptions = {
  /** The device's connection at this moment. */
  connection: () => RpcConnection | undefined;
  schemas: Schemas;
  timeoutMs: number;
  /** Commands that may wait for one device. */
  limit: number;
  onAnswerInvalid: (action: string, detail: string) => void;
};

export type CommandQueue = { run(command: DeviceCommand): Promise<DeviceCommandResult> };

/**
 * Commands to one device: one under way at a time (OCPP-J 1.6 §4.1.1 allows no second call before the first is answered), the
 * protecting ones first. A command that waits goes out on whatever connection the device then has.
 */
export function createCommandQueue(options: CommandQueueOptions): CommandQueue {
  const { connection, schemas, timeoutMs, limit, onAnswerInvalid } = options;
  const waiting: { command: DeviceCommand; resolve: (result: DeviceCommandResult) => void }[] = [];
  let busy = false;

  async function perform(command: DeviceCommand): Promise<DeviceCommandResult> {
    const { commandId } = command;
    const { action, payload } = toCall(command);
    const [violation] = schemas.violationsOf(action, "req", payload);
    if (violation !== undefined) {
      const detail = cutText(`not sent: ${violation.message}`);
      return { commandId, outcome: "rejected", detail, refusal: "notSent" };
    }
    const target = connection();
    if (target === undefined) return { commandId, outcome: "offline", detail: "not connected" };
    const outcome = await target.call(action, payload, timeoutMs);
    if (outcome.kind === "result") {
      const [invalid] = schemas.violationsOf(action, "conf", outcome.payload);
      if (invalid !== undefined) onAnswerInvalid(action, invalid.message);
    }
    return toResult(command, outcome, Date.now());
  }

  async function drain(): Promise<void> {
    busy = true;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { command, resolve } = next;
      resolve(
        await perform(command).catch(
          (cause): DeviceCommandResult => ({ commandId: command.commandId, outcome: "timeout", detail: String(cause) }),
        ),
      );
    }
    busy = false;
  }

  return {
    run(command) {
      const { commandId } = command;
      if (connection() === undefined)
        return Promise.resolve({ commandId, outcome: "offline", detail: "not connected" });
      if (waiting.length >= limit) {
        const detail = `not sent: ${limit} commands are waiting`;
        return Promise.resolve({ commandId, outcome: "rejected", detail, refusal: "notSent" });
      }
      return new Promise((resolve) => {
        const priority = priorityOf(command);
        const place = waiting.findIndex((other) => priorityOf(other.command) > priority);
        waiting.splice(place === -1 ? waiting.length : place, 0, { command, resolve });
        if (!busy) void drain();
      });
    },
  };
}
