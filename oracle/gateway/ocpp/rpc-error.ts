/**
 * Error codes of a CALLERROR in OCPP-J 1.6 (§4.2.3, table 7). Two carry the standard's spelling mistakes, which its errata
 * (v1.0, §5) keep: FormationViolation and OccurenceConstraintViolation are what chargers know.
 */
export type RpcErrorCode =
  | "NotImplemented"
  | "NotSupported"
  | "InternalError"
  | "ProtocolError"
  | "SecurityError"
  | "FormationViolation"
  | "PropertyConstraintViolation"
  | "OccurenceConstraintViolation"
  | "TypeConstraintViolation"
  | "GenericError";

/** A call that is answered with a CALLERROR. */
export class RpcError extends Error {
  readonly code: RpcErrorCode;
  readonly details: object;
  constructor(code: RpcErrorCode, description: string, details: object = {}, cause?: unknown) {
    super(description, { cause });
    this.name = "RpcError";
    this.code = code;
    this.details = details;
  }
}
