import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";
import type { StoredProfile } from "./charging-profiles.ts";
import { tagInfoSchema } from "./tags.ts";

const modelSchema = z.object({
  elapsedMs: z.number(),
  remainderMs: z.number(),
  powerW: z.number(),
  energyWh: z.number(),
  socPercent: z.number(),
  noise: z.number(),
  random: z.number(),
});

const stateSchema = z.object({
  version: z.literal(1),
  connectors: z.array(
    z.object({
      registerWh: z.number(),
      plugged: z.boolean(),
      operative: z.boolean(),
      sessions: z.number(),
      transaction: z
        .object({
          local: z.string(),
          idTag: z.string(),
          startedAtMs: z.number().default(0),
          model: modelSchema,
          readings: z.number(),
          begin: z.unknown(),
        })
        .nullable(),
    }),
  ),
  messages: z.array(
    z.object({
      action: z.enum(["StartTransaction", "MeterValues", "StopTransaction"]),
      local: z.string(),
      payload: z.record(z.string(), z.unknown()),
    }),
  ),
  transactionIds: z.record(z.string(), z.number()),
  /** Times in ms, as `profileSchema` has read them. */
  profiles: z.array(z.object({ connectorId: z.number(), profile: z.custom<StoredProfile["profile"]>() })).default([]),
  localList: z
    .object({ version: z.number(), entries: z.record(z.string(), tagInfoSchema) })
    .default({ version: 0, entries: {} }),
});
/** What a charge point keeps over a loss of power. */
export type ChargePointState = z.infer<typeof stateSchema>;

/** The state saved under a path, or null when there is none. A file that is not ours is an error, never overwritten. */
export function loadState(path: string): ChargePointState | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`state file "${path}" is not a charge point's state: remove it or name another`, { cause });
  }
}

/** Replaces the file as a whole: a reader, or a restart after a kill, sees the old or the new one. */
export function saveState(path: string, state: ChargePointState): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, JSON.stringify(state));
  renameSync(temporary, path);
}
