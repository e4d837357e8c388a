import {
  changesBetween,
  chargePointLimitW,
  connectorLimitW,
  fromW,
  isSettable,
  type Profile,
  profileSchema,
  type Running,
  type StoredProfile,
  withoutProfiles,
  withoutTransactionProfiles,
  withProfile,
} from "./charging-profiles.ts";

export type SmartChargingOptions = {
  saved: readonly StoredProfile[];
  nowMs: () => number;
  /** What runs on each connector. */
  running: () => ReadonlyMap<number, Running & { maxPowerW: number }>;
  onChange: () => void;
};

type Payload = Record<string, unknown>;

/** Charging profiles: what the central system may say of them, and what they leave a connector. */
export function createSmartCharging({ saved, nowMs, running, onChange }: SmartChargingOptions) {
  let stored: readonly StoredProfile[] = saved;
  /** Profiles that came with a remote start, until its transaction begins. */
  const promised = new Map<number, { idTag: string; profile: Profile }>();

  function change(next: readonly StoredProfile[]): void {
    stored = next;
    onChange();
  }

  /** The connector's own limit and its share of the whole charge point's: what charges shares it alike. */
  function limitW(connectorId: number, atMs: number, own: Running): number {
    const charging = [...running().values()].filter(({ startedAtMs }) => startedAtMs !== null).length;
    return Math.min(
      connectorLimitW(stored, connectorId, own, atMs),
      chargePointLimitW(stored, atMs) / Math.max(1, charging),
    );
  }

  return {
    get stored() {
      return stored;
    },
    limitW(connectorId: number): number {
      const own = running().get(connectorId) ?? { transactionId: null, startedAtMs: null };
      return limitW(connectorId, nowMs(), own);
    },
    /** Of a remote start (§5.11); false for a profile that is not a transaction's own. */
    promise(connectorId: number, idTag: string, chargingProfile: unknown): boolean {
      promised.delete(connectorId);
      if (chargingProfile === undefined) return true;
      const { data } = profileSchema.safeParse(chargingProfile);
      if (data?.chargingProfilePurpose !== "TxProfile" || data.transactionId !== undefined) return false;
      promised.set(connectorId, { idTag, profile: data });
      return true;
    },
    transactionBegan(connectorId: number, idTag: string): void {
      const promise = promised.get(connectorId);
      promised.delete(connectorId);
      if (promise?.idTag === idTag) change(withProfile(stored, connectorId, promise.profile));
    },
    transactionEnded(connectorId: number): void {
      const left = withoutTransactionProfiles(stored, connectorId);
      if (left.length < stored.length) change(left);
    },
    setChargingProfile({ connectorId, csChargingProfiles }: Payload): object {
      const profile = profileSchema.safeParse(csChargingProfiles);
      const id = Number(connectorId);
      if (!profile.success || (id !== 0 && !running().has(id))) return { status: "Rejected" };
      if (!isSettable(id, profile.data, running().get(id))) return { status: "Rejected" };
      change(withProfile(stored, id, profile.data));
      return { status: "Accepted" };
    },
    clearChargingProfile(criteria: Payload): object {
      const left = withoutProfiles(stored, criteria);
      if (left.length === stored.length) return { status: "Unknown" };
      change(left);
      return { status: "Accepted" };
    },
    getCompositeSchedule(payload: Payload): object {
      const connectorId = Number(payload.connectorId);
      const unit = payload.chargingRateUnit === "A" ? "A" : "W";
      const durationSeconds = Number(payload.duration);
      const fromMs = Math.floor(nowMs() / 1_000) * 1_000;
      const found = running().get(connectorId);
      if (connectorId !== 0 && found === undefined) return { status: "Rejected" };
      // Where nothing runs, the answer is for a transaction that began now.
      const own = found && { ...found, startedAtMs: found.startedAtMs ?? fromMs };
      const toMs = fromMs + durationSeconds * 1_000;
      const wholeW = [...running().values()].reduce((sum, { maxPowerW }) => sum + maxPowerW, 0);
      const at = (atMs: number) =>
        own === undefined
          ? Math.min(wholeW, chargePointLimitW(stored, atMs))
          : Math.min(own.maxPowerW, limitW(connectorId, atMs, own));
      const periods: { startPeriod: number; limit: number }[] = [];
      const none = { transactionId: null, startedAtMs: null };
      for (const atMs of changesBetween(stored, own ?? none, fromMs, toMs)) {
        const limit = fromW(at(atMs), unit);
        if (periods.at(-1)?.limit === limit) continue;
        periods.push({ startPeriod: Math.round((atMs - fromMs) / 1_000), limit });
      }
      return {
        status: "Accepted",
        connectorId,
        scheduleStart: new Date(fromMs).toISOString(),
        chargingSchedule: { duration: durationSeconds, chargingRateUnit: unit, chargingSchedulePeriod: periods },
      };
    },
  };
}
export type SmartCharging = ReturnType<typeof createSmartCharging>;
