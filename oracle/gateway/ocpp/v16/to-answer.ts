import type { DeviceEvent, DeviceEventOf, DeviceEventReplies, DeviceEventReply } from "../../../bus/types.ts";
import { RpcError } from "../rpc-error.ts";
import { authorizations, dateTime, given } from "./words.ts";

const registrations = { accepted: "Accepted", pending: "Pending", rejected: "Rejected" } as const;

type AuthorizationOf = Omit<DeviceEventReplies["authorize"] | DeviceEventReplies["transactionStarted"], "type">;

const maxTransactionId = 2 ** 31 - 1;

/** PEM of a PKCS #10 request (RFC 7468 §7), as the security whitepaper has SignCertificate carry it. */
const certificateRequest =
  /^\s*-----BEGIN (NEW )?CERTIFICATE REQUEST-----\s[\sA-Za-z0-9+/=]+-----END \1?CERTIFICATE REQUEST-----\s*$/;

/** The payload of the CALLRESULT to an event's call, from the core's reply. @throws RpcError For what OCPP 1.6 cannot say. */
export function toAnswer(event: DeviceEvent, reply: DeviceEventReply, nowMs: number): object {
  const currentTime = new Date(nowMs).toISOString();
  switch (reply.type) {
    case "boot":
      return { status: registrations[reply.status], currentTime, interval: reply.intervalSeconds };
    case "authorization":
      return { idTagInfo: idTagInfo(reply) };
    case "transaction": {
      const transactionId = /^[1-9]\d{0,9}$/.test(reply.transactionId) ? Number(reply.transactionId) : 0;
      if (transactionId < 1 || transactionId > maxTransactionId) {
        const description = `transactionId is "${reply.transactionId}", expected the decimal form of 1 to ${maxTransactionId}`;
        throw new RpcError("InternalError", description);
      }
      return { transactionId, idTagInfo: idTagInfo(reply) };
    }
    case "taken":
      if (event.type === "heartbeat") return { currentTime };
      return event.type === "reported" ? toReport(event) : {};
  }
}

function idTagInfo({ status, expiresAtSeconds = null, parentIdToken = null }: AuthorizationOf): object {
  return {
    status: authorizations[status],
    ...given({ expiryDate: dateTime(expiresAtSeconds), parentIdTag: parentIdToken }),
  };
}

function toReport({ kind, detail }: DeviceEventOf<"reported">): object {
  // Kept for the owner to read; nothing here speaks a maker's own language (OCPP 1.6 §4.3).
  if (kind === "dataTransfer") return { status: "UnknownVendorId" };
  // Kept too: the certificate follows by CertificateSigned, whenever the owner has had it signed.
  if (kind === "certificateRequest") return { status: certificateRequest.test(detail ?? "") ? "Accepted" : "Rejected" };
  return {};
}
