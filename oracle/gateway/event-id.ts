import { hash } from "node:crypto";

/** JSON of anything that came as JSON. What is nested too deep for the engine's stack is named by its outer levels. */
function contentText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "null";
  } catch {
    let depth = 0;
    const shallow = (item: unknown): unknown => {
      if (typeof item !== "object" || item === null) return item;
      if (depth >= 32) return "(deeper)";
      depth += 1;
      const copy = Array.isArray(item)
        ? item.map(shallow)
        : Object.fromEntries(Object.entries(item).map(([key, member]) => [key, shallow(member)]));
      depth -= 1;
      return copy;
    };
    return JSON.stringify(shallow(value));
  }
}

/**
 * Id of an event known by its content: the same for every copy a device sends. 64 hex digits. Members count in the order
 * they came: a device writes its copies alike, and sorting would cost more than the whole hash.
 */
export function contentEventId(deviceId: string, type: string, content: unknown): string {
  return hash("sha256", `["content",${JSON.stringify(deviceId)},"${type}",${contentText(content)}]`);
}

/** Id of an event known by its arrival: the `sequence`-th of a connection. 64 hex digits. */
export function arrivalEventId(connectionId: string, sequence: number): string {
  return hash("sha256", `["arrival","${connectionId}",${sequence}]`);
}
