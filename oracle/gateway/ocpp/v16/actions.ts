import type { RpcErrorCode } from "../rpc-error.ts";
import type { Schemas, Violation } from "../schemas.ts";

/** How an action that a charge point may send is judged (OCPP 1.6 §4, security whitepaper edition 3). Each becomes an event. */
export type ActionRule = {
  /**
   * Transaction-related: a charger repeats such a message until it is answered, so an error strands the session or loops
   * for ever. Every violation is tolerated.
   */
  transactional: boolean;
  /** For the others: violations that the field is full of and that hide nothing needed here. */
  tolerates: (violation: Violation) => boolean;
};

const vendorFields = ({ keyword }: Violation) => keyword === "additionalProperties";
const isOf = (...keywords: string[]) => {
  const set = new Set(["additionalProperties", ...keywords]);
  return ({ keyword }: Violation) => set.has(keyword);
};
const transaction: ActionRule = { transactional: true, tolerates: () => true };
/** What a device says of itself: a text too long or a status of its own is still news. */
const report: ActionRule = { transactional: false, tolerates: isOf("maxLength", "format", "enum") };

/** Actions from charge point to central system. A Map, so that no name ("constructor") finds what is not there. */
export const inboundActions: ReadonlyMap<string, ActionRule> = new Map<string, ActionRule>([
  ["StartTransaction", transaction],
  ["StopTransaction", transaction],
  ["MeterValues", transaction],
  // Serial numbers longer than 25 are common, and refusing the boot keeps the whole charge point away.
  ["BootNotification", { transactional: false, tolerates: isOf("maxLength") }],
  ["Heartbeat", { transactional: false, tolerates: vendorFields }],
  ["Authorize", { transactional: false, tolerates: vendorFields }],
  [
    "StatusNotification",
    {
      transactional: false,
      // A fault must not be missed because its code is the maker's own or its text too long.
      tolerates: (violation) => isOf("maxLength", "format")(violation) || violation.path === "/errorCode",
    },
  ],
  ["FirmwareStatusNotification", report],
  ["DiagnosticsStatusNotification", report],
  ["LogStatusNotification", report],
  ["SecurityEventNotification", report],
  ["SignedFirmwareStatusNotification", report],
  ["DataTransfer", { transactional: false, tolerates: vendorFields }],
  ["SignCertificate", { transactional: false, tolerates: vendorFields }],
]);

export type Verdict =
  | { kind: "valid"; flags: string[] }
  | { kind: "invalid"; code: RpcErrorCode; description: string; details: object };

const maxFlags = 16;

/** Whether an inbound call is to be worked on, with a flag `schema-<keyword>:<path>` for each violation tolerated. */
export function judge(schemas: Schemas, action: string, payload: unknown): Verdict {
  const rule = inboundActions.get(action);
  if (rule === undefined) {
    const known = schemas.has(action, "req");
    return {
      kind: "invalid",
      code: known ? "NotSupported" : "NotImplemented",
      description: known ? `${action} is not for the central system` : `unknown action "${action.slice(0, 64)}"`,
      details: {},
    };
  }
  const violations = schemas.violationsOf(action, "req", payload);
  const grave = violations.filter((violation) => !rule.tolerates(violation));
  const [first] = grave;
  if (first !== undefined) {
    const details = { violations: grave.slice(0, maxFlags).map(({ path, message }) => ({ path, message })) };
    return { kind: "invalid", code: first.code, description: first.message, details };
  }
  return {
    kind: "valid",
    flags: violations.slice(0, maxFlags).map(({ keyword, path }) => `schema-${keyword}:${path}`),
  };
}
