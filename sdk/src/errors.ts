/**
 * What is wrong with a value, as plain data: pure code returns it, the border throws it as an `OpenJouleError`.
 */
export interface Problem<Name extends string = string> {
  /** Stable name of the error; the contract's own name where the contract refuses the same thing. */
  readonly name: Name;
  /** The field that is wrong, with its path: `elements[3].flat`. */
  readonly field: string;
  /** What was given. */
  readonly value: unknown;
  /** What is allowed instead, in words. */
  readonly expected: string;
}

/** An error of this package: `name` says which rule was broken, `field`, `value` and `expected` say how. */
export class OpenJouleError<Name extends string = string> extends Error implements Problem<Name> {
  override readonly name: Name;
  readonly field: string;
  readonly value: unknown;
  readonly expected: string;

  constructor(problem: Problem<Name>, options?: ErrorOptions) {
    super(`${problem.name}: ${problem.field} is ${show(problem.value)}, expected ${problem.expected}`, options);
    this.name = problem.name;
    this.field = problem.field;
    this.value = problem.value;
    this.expected = problem.expected;
  }
}

/** Longest value that a message repeats, characters: a hostile input must not flood a log. */
const LONGEST_SHOWN = 120;

function show(value: unknown): string {
  if (value === undefined) return "missing";
  const text =
    typeof value === "string"
      ? JSON.stringify(value)
      : typeof value === "object" && value !== null
        ? JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? part.toString() : part))
        : String(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

/** Throws the problem, if there is one. */
export function throwProblem(problem: Problem | undefined): void {
  if (problem !== undefined) throw new OpenJouleError(problem);
}
