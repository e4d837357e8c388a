import type { Problem } from "./errors.ts";
import { StopReason } from "./stop-reason.ts";
import type { Period, Statement } from "./types.ts";

export type ExtensionProblemName =
  | "FollowsFinal"
  | "SequenceNotHigher"
  | "WaivedShrinks"
  | "PeriodsRemoved"
  | "PeriodChanged"
  | "PeriodShrinks";

/**
 * Why one statement does not extend another of the same session, or undefined when it does: its sequence is higher,
 * nothing follows a final one, the waived amount never shrinks, and its periods are its predecessor's word for word,
 * except that the last one may grow in seconds and energy, and more may follow. Signing both of a pair that breaks this
 * is what an operator is slashed for.
 */
export function extensionProblem(previous: Statement, next: Statement): Problem<ExtensionProblemName> | undefined {
  if (previous.stopReason !== StopReason.None) {
    return problem("FollowsFinal", "sequence", next.sequence, `none: statement ${previous.sequence} is final`);
  }
  if (next.sequence <= previous.sequence) {
    return problem("SequenceNotHigher", "sequence", next.sequence, `above ${previous.sequence}`);
  }
  if (next.waived < previous.waived) {
    return problem("WaivedShrinks", "waived", next.waived, `at least ${previous.waived}`);
  }
  const count = previous.periods.length;
  if (next.periods.length < count) {
    return problem("PeriodsRemoved", "periods.length", next.periods.length, `at least ${count}`);
  }
  for (const [index, before] of previous.periods.entries()) {
    const after = next.periods[index];
    if (after === undefined) break;
    const found = periodProblem(before, after, `periods[${index}]`, index === count - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether `next` may follow `previous`; `extensionProblem` says why not. */
export function extendsPredecessor(previous: Statement, next: Statement): boolean {
  return extensionProblem(previous, next) === undefined;
}

function periodProblem(before: Period, after: Period, path: string, mayGrow: boolean) {
  for (const field of ["kind", "start"] as const) {
    if (after[field] !== before[field])
      return problem("PeriodChanged", `${path}.${field}`, after[field], before[field]);
  }
  for (const field of ["seconds", "energyWh"] as const) {
    if (after[field] === before[field]) continue;
    if (!mayGrow) return problem("PeriodChanged", `${path}.${field}`, after[field], before[field]);
    if (after[field] < before[field]) {
      return problem("PeriodShrinks", `${path}.${field}`, after[field], `at least ${before[field]}`);
    }
  }
  return undefined;
}

function problem(
  name: ExtensionProblemName,
  field: string,
  value: unknown,
  expected: string | number,
): Problem<ExtensionProblemName> {
  return { name, field, value, expected: String(expected) };
}
