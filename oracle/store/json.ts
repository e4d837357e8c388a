/**
 * JSON that keeps bigints: `10n` is written as `{"$bigint":"10"}`. Only for documents that we write ourselves; what comes from
 * outside is parsed by its own schema.
 */

export function encodeJson(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) =>
    typeof entry === "bigint" ? { $bigint: entry.toString() } : entry,
  );
}

/** Reads what `encodeJson` wrote. The type is the writer's word: tables are written by this code alone. */
export function decodeJson<T>(text: string): T {
  return JSON.parse(text, (_key, entry: unknown) => (isTagged(entry) ? BigInt(entry.$bigint) : entry)) as T;
}

function isTagged(entry: unknown): entry is { $bigint: string } {
  return (
    typeof entry === "object" &&
    entry !== null &&
    "$bigint" in entry &&
    typeof entry.$bigint === "string" &&
    Object.keys(entry).length === 1
  );
}
