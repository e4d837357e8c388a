import type { AuthorizationStatus, DeviceEventReply } from "../../../bus/types.ts";
import { RpcError } from "../rpc-error.ts";

/** OCPP 1.6 §7.2 AuthorizationStatus. */
const authorizations: { readonly [S in AuthorizationStatus]: string } = {
  accepted: "Accepted",
  blocked: "Blocked",
  expired: "Expired",
  invalid: "Invalid",
  concurrentTx: "ConcurrentTx",
};
const registrations = { accepted: "Accepted", pending: "Pending", rejected: "Rejected" } as const;

const maxTransactionId = 2 ** 31 - 1;

/** The payload of the CALLRESULT for an action, from the core's reply to its event. */
export function toAnswer(action: string, reply: DeviceEventReply, nowMs: number): object {
  const currentTime = new Date(nowMs).toISOString();
  switch (reply.type) {
    case "boot":
      return { status: registrations[reply.status], currentTime, interval: reply.intervalSeconds };
    case "authorization": {
      const expiryDate =
        reply.expiresAtSeconds === null ? {} : { expiryDate: new Date(reply.expiresAtSeconds * 1000).toISOString() };
      return { idTagInfo: { status: authorizations[reply.status], ...expiryDate } };
    }
    case "transaction": {
      const transactionId = /^[1-9]\d{0,9}$/.test(reply.transactionId) ? Number(reply.transactionId) : 0;
      if (transactionId < 1 || transactionId > maxTransactionId) {
        const description = `transactionId is "${reply.transactionId}", expected the decimal form of 1 to ${maxTransactionId}`;
        throw new RpcError("InternalError", description);
      }
      return { transactionId, idTagInfo: { status: authorizations[reply.status] } };
    }
    case "taken":
      return action === "Heartbeat" ? { currentTime } : {};
  }
}

/** Answers that need no core: actions acknowledged, or refused in the action's own words. */
export function fixedAnswer(action: string): object {
  if (action === "DataTransfer") return { status: "UnknownVendorId" };
  if (action === "SignCertificate") return { status: "Rejected" };
  return {};
}
