import type { DeviceCommand, DeviceCommandResult } from "../../../bus/types.ts";
import { cutText } from "../../cut-text.ts";
import type { RpcOutcome } from "../../transport.ts";

const triggers = {
  status: "StatusNotification",
  meterValues: "MeterValues",
  boot: "BootNotification",
  heartbeat: "Heartbeat",
} as const;

/** The call of OCPP 1.6 that a command becomes. A connector of null is left out: the charge point chooses. */
export function toCall(command: DeviceCommand): { action: string; payload: object } {
  switch (command.type) {
    case "remoteStart": {
      const connector = command.connectorId === null ? {} : { connectorId: command.connectorId };
      return { action: "RemoteStartTransaction", payload: { ...connector, idTag: command.idToken } };
    }
    case "remoteStop":
      return { action: "RemoteStopTransaction", payload: { transactionId: Number(command.transactionId) } };
    case "trigger": {
      const connector = command.connectorId === null ? {} : { connectorId: command.connectorId };
      return { action: "TriggerMessage", payload: { requestedMessage: triggers[command.message], ...connector } };
    }
    case "changeAvailability": {
      const type = command.operative ? "Operative" : "Inoperative";
      return { action: "ChangeAvailability", payload: { connectorId: command.connectorId, type } };
    }
    case "reset":
      return { action: "Reset", payload: { type: command.kind === "hard" ? "Hard" : "Soft" } };
    case "unlock":
      return { action: "UnlockConnector", payload: { connectorId: command.connectorId } };
  }
}

/** Scheduled: done when the transaction is over. Unlocked: UnlockConnector's word for accepted (OCPP 1.6 §7.45). */
const acceptances = new Set(["Accepted", "Scheduled", "Unlocked"]);

/** What a charge point's answer means. Every 1.6 answer to these calls is `{ status }`. */
export function toResult(commandId: string, outcome: RpcOutcome): DeviceCommandResult {
  switch (outcome.kind) {
    case "result": {
      const status = (outcome.payload as { status?: unknown } | null | undefined)?.status;
      if (typeof status !== "string") return { commandId, outcome: "rejected", detail: "answer without a status" };
      return { commandId, outcome: acceptances.has(status) ? "accepted" : "rejected", detail: cutText(status) };
    }
    case "error":
      return { commandId, outcome: "rejected", detail: cutText(`${outcome.code}: ${outcome.description}`) };
    case "timeout":
      return { commandId, outcome: "timeout", detail: "no answer in time" };
    case "lost":
      return { commandId, outcome: "timeout", detail: "connection lost before the answer" };
    case "unsent":
      return { commandId, outcome: "offline", detail: "not connected" };
  }
}

/** Lower goes first: what stops or protects, then what starts, then questions. */
export function priorityOf(command: DeviceCommand): number {
  if (command.type === "remoteStop" || command.type === "unlock" || command.type === "reset") return 0;
  if (command.type === "changeAvailability") return command.operative ? 1 : 0;
  return command.type === "trigger" ? 2 : 1;
}
