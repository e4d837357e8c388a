import type { Session, TariffTerms } from "@openjoule/sdk";
import { isOnItsOwn, type Stage } from "./stage.ts";

/** Stopping and settling take an oracle seconds; after so long without news a driver should see the other ways. */
const PATIENCE_SECONDS = 60;

/** From when on anybody may `close` a session, UTC seconds (IChargingSessions.close). */
export function closableFrom(
  { openedAt, maxSeconds }: Pick<Session, "openedAt" | "maxSeconds">,
  { settlementWindowSeconds }: Pick<TariffTerms, "settlementWindowSeconds">,
  stopRequestedAt: number | undefined,
): number {
  const end = openedAt + maxSeconds;
  return Math.min(stopRequestedAt ?? end, end) + settlementWindowSeconds;
}

/** Whether a driver is shown the ways out that need nobody's help. */
export function needsRecovery(given: {
  readonly stage: Stage;
  /** When the oracle last changed something, UTC seconds. */
  readonly updatedAt: number | undefined;
  readonly closableFrom: number;
  readonly now: number;
}): boolean {
  const { stage, updatedAt, now } = given;
  if (stage === "settled" || stage === "closed" || stage === "undone") return false;
  if (isOnItsOwn(stage) || now >= given.closableFrom) return true;
  const ending = stage === "stopping" || stage === "settling";
  return ending && updatedAt !== undefined && now - updatedAt > PATIENCE_SECONDS;
}
