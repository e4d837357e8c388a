import { z } from "zod";
import { misbehaviours } from "./options.ts";

const connector = z.number().int().positive();

/** Commands on standard input, one JSON object a line. */
const controlSchema = z.discriminatedUnion("do", [
  z.object({ do: z.literal("plug"), connector }),
  z.object({ do: z.literal("unplug"), connector }),
  /** A card is held to the reader: authorizes, or ends the session it began. */
  z.object({ do: z.literal("swipe"), connector, idTag: z.string().min(1).max(20) }),
  z.object({ do: z.literal("fault"), connector }),
  z.object({ do: z.literal("clear"), connector }),
  z.object({ do: z.literal("stop-meter"), connector }),
  z.object({ do: z.literal("refuse-remote-start") }),
  z.object({
    do: z.literal("misbehave"),
    add: z.array(z.enum(misbehaviours)).default([]),
    remove: z.array(z.enum(misbehaviours)).default([]),
  }),
  /** The network is gone for so long. */
  z.object({ do: z.literal("offline"), seconds: z.number().positive() }),
  z.object({ do: z.literal("exit") }),
]);
export type Control = z.infer<typeof controlSchema>;

/** Reads one line. Throws an Error in words for anything that is no command. */
export function parseControl(line: string): Control {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error(`not JSON: ${line.slice(0, 100)}`);
  }
  const result = controlSchema.safeParse(value);
  if (result.success) return result.data;
  throw new Error(
    result.error.issues.map(({ path, message }) => `${path.join(".") || "command"}: ${message}`).join("; "),
  );
}
