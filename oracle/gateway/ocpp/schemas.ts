import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import ajvFormats from "ajv-formats";
import ocpp16 from "ocpp-rpc/lib/schemas/ocpp1_6.json" with { type: "json" };
import type { RpcErrorCode } from "./rpc-error.ts";

/** One way in which a payload breaks its schema. */
export type Violation = {
  code: RpcErrorCode;
  keyword: string;
  /** JSON pointer, list positions as `*`, so that a hundred equal faults are one. */
  path: string;
  message: string;
};

export type Direction = "req" | "conf";

export type Schemas = {
  /** Whether the standard has this action (with that direction). */
  has(action: string, direction: Direction): boolean;
  /** All violations, the gravest first; empty for a valid payload. */
  violationsOf(action: string, direction: Direction, payload: unknown): Violation[];
};

/** OCPP-J 1.6 §4.2.3, table 7, by JSON schema keyword; what is not here is an invalid value. */
const codeOfKeyword: ReadonlyMap<string, RpcErrorCode> = new Map([
  ["type", "TypeConstraintViolation"],
  ["required", "OccurenceConstraintViolation"],
  ["minItems", "OccurenceConstraintViolation"],
  ["maxItems", "OccurenceConstraintViolation"],
  ["additionalProperties", "FormationViolation"],
]);

const gravity: readonly RpcErrorCode[] = [
  "TypeConstraintViolation",
  "OccurenceConstraintViolation",
  "PropertyConstraintViolation",
  "FormationViolation",
];

function toViolation(error: ErrorObject): Violation {
  const { keyword, params, instancePath } = error;
  const member: unknown = params.missingProperty ?? params.additionalProperty;
  const pointer = instancePath.replaceAll(/\/\d+(?=\/|$)/g, "/*");
  const path = typeof member === "string" ? `${pointer}/${member.slice(0, 64)}` : pointer;
  const code = codeOfKeyword.get(keyword) ?? "PropertyConstraintViolation";
  return { code, keyword, path, message: `${path === "" ? "payload" : path} ${error.message ?? keyword}` };
}

/**
 * Validators of the OCA's JSON schemas of OCPP 1.6 with the security extension, as ocpp-rpc ships them. Only their `$id`
 * (a URN that newer ajv refuses) and `$schema` are left out. Each is compiled on first use.
 */
export function createOcpp16Schemas(): Schemas {
  const ajv = new Ajv({ allErrors: true, strictSchema: false, multipleOfPrecision: 6 });
  ajvFormats.default(ajv);
  const sources = new Map<string, object>(
    ocpp16.map(({ $id, $schema: _, ...schema }) => [$id.replace(/^urn:/, ""), schema] as const),
  );
  const compiled = new Map<string, ValidateFunction>();

  return {
    has: (action, direction) => sources.has(`${action}.${direction}`),
    violationsOf(action, direction, payload) {
      const name = `${action}.${direction}`;
      if (typeof payload !== "object" || payload === null || Array.isArray(payload)) {
        return [{ code: "FormationViolation", keyword: "object", path: "", message: "payload must be a JSON object" }];
      }
      let validate = compiled.get(name);
      if (validate === undefined) {
        const source = sources.get(name);
        if (source === undefined) throw new Error(`OCPP 1.6 has no schema "${name}"`);
        validate = ajv.compile(source);
        compiled.set(name, validate);
      }
      if (validate(payload)) return [];
      const violations = new Map<string, Violation>();
      for (const error of validate.errors ?? []) {
        const violation = toViolation(error);
        const key = `${violation.keyword} ${violation.path}`;
        if (!violations.has(key)) violations.set(key, violation);
      }
      return [...violations.values()].sort((a, b) => gravity.indexOf(a.code) - gravity.indexOf(b.code));
    },
  };
}
