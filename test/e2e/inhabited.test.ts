import { createOffer, EvseKind, evseKey } from "@openjoule/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { InhabitedStation } from "../../scripts/local/inhabit.ts";
import type { LiveSession } from "../../scripts/local/session.ts";
import { waitFor } from "../../scripts/local/wait.ts";
import { startTestNetwork, type TestNetwork } from "./support/network.ts";

/** An EVSE as the oracle's `GET /evses` tells it. */
interface EvseBody {
  evse: string;
  connected: boolean;
  status: string | null;
  sinceSeconds: number | null;
  sessionId: string | null;
  powerCapW: number | null;
  powerW: number | null;
}

let network: TestNetwork;
beforeAll(async () => {
  network = await startTestNetwork({ stations: "inhabited", meterSeconds: 1 });
});
afterAll(() => network?.stop());

async function get<Body>(path: string): Promise<Body> {
  const response = await fetch(`${network.oracleUrl}${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Body;
}
const getEvse = (key: bigint) => get<EvseBody>(`/evses/${key}`);
const until = (label: string, probe: () => Promise<boolean>, timeoutSeconds = 30) =>
  waitFor(label, probe, { timeoutSeconds, intervalMilliseconds: 200, alive: [network.oracle] });

/** A live EVSE of a kind, and the station that it belongs to. */
function liveEvse(kind: number) {
  for (const point of network.livePoints) {
    const index = point.station.config.evses.findIndex((evse) => evse.kind === kind);
    if (index >= 0) return { point, index, key: evseKey(point.station.stationId, index) };
  }
  throw new Error(`no live EVSE of kind ${kind}`);
}

async function open(station: InhabitedStation, index: number) {
  const evse = station.config.evses[index];
  const tariff = station.tariffs[Math.log2(evse?.tariffMask ?? 0)];
  if (tariff === undefined) throw new Error(`EVSE ${index} has no tariff`);
  const offer = createOffer(station, index, tariff);
  const driver = await network.newDriver();
  const choice = { offer, config: station.config, ...tariff };
  const opened = await driver.open(choice, { deposit: 10_000_000n, maxSeconds: 3600 });
  const live = () => get<LiveSession & { socPercent: number | null }>(`/sessions/${opened.sessionId}`);
  return { opened, live, requestStop: () => driver.requestStop(opened) };
}

/** The rest of a session at a live EVSE of a kind. */
async function charge(session: Awaited<ReturnType<typeof open>>, kind: number): Promise<void> {
  const { index, key } = liveEvse(kind);
  await until("energy flows", async () => {
    const { status, energyWh } = await session.live().catch(() => ({ status: "", energyWh: 0 }));
    return status === "charging" && energyWh > 10;
  });
  const { powerW, socPercent } = await session.live();
  const { maxPowerW } = session.opened.config.evses[index] ?? { maxPowerW: 0 };
  expect(powerW).toBeGreaterThan(1_000);
  expect(powerW).toBeLessThanOrEqual(maxPowerW);
  // A charge point does not learn over AC how full a car is.
  expect(socPercent === null).toBe(kind === EvseKind.AC);
  const { sessionId } = session.opened;
  const occupied = { connected: true, status: "charging", sessionId, powerCapW: maxPowerW };
  expect(await getEvse(key)).toMatchObject(occupied);

  await session.requestStop();
  await until("the session is settled", async () => (await session.live()).status === "settled");
  const { energyWh, cost } = await session.live();
  expect(energyWh).toBeGreaterThan(10);
  expect(BigInt(cost)).toBeGreaterThan(0n);
  expect(await getEvse(key)).toMatchObject({ sessionId: null, powerW: null });
  await until("the EVSE is free again", async () => (await getEvse(key)).status === "available");
}

describe("the inhabited network", () => {
  it("has a connected, free charge point behind every live EVSE, and says so to pages on this machine", async () => {
    const keys = network.livePoints.flatMap(({ station }) =>
      station.config.evses.map((_, index) => String(evseKey(station.stationId, index))),
    );
    await until("all say that they are free", async () => {
      const { evses, next } = await get<{ evses: EvseBody[]; next: string | null }>("/evses");
      expect(next).toBeNull();
      const free = evses.filter(({ connected, status }) => connected && status === "available");
      return keys.every((key) => free.some(({ evse }) => evse === key));
    });
    expect(network.livePoints).toHaveLength(12);
    const origin = "http://localhost:5173";
    const response = await fetch(`${network.oracleUrl}/evses`, { headers: { origin } });
    expect(response.headers.get("access-control-allow-origin")).toBe(origin);
    const stranger = await fetch(`${network.oracleUrl}/evses`, { headers: { origin: "https://example.org" } });
    expect(stranger.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("charges at a real station's AC and DC, within their power, free again when the drivers have unplugged", async () => {
    const openAt = async (kind: number) => open(liveEvse(kind).point.station, liveEvse(kind).index);
    const ac = await openAt(EvseKind.AC);
    const dc = await openAt(EvseKind.DC);
    await Promise.all([charge(ac, EvseKind.AC), charge(dc, EvseKind.DC)]);
  });

  it("gives everything back where no hardware is, and knows nothing of that EVSE", async () => {
    const station = network.stations.find(({ sample }) => !sample.live);
    if (station === undefined) throw new Error("every station is live");
    const response = await fetch(`${network.oracleUrl}/evses/${evseKey(station.stationId, 0)}`);
    expect(response.status).toBe(404);
    const session = await open(station, 0);
    await until("the session is settled", async () => {
      const { status } = await session.live().catch(() => ({ status: "" }));
      return status === "settled";
    });
    expect(await session.live()).toMatchObject({ energyWh: 0, cost: "0" });
  });

  it("says when a charge point has gone, and since when its status is what it was", async () => {
    const point = network.livePoints.at(-1);
    if (point === undefined) throw new Error("no live charge point");
    const key = evseKey(point.station.stationId, 0);
    const before = await getEvse(key);
    await point.child.kill();
    await until("its end is seen", async () => !(await getEvse(key)).connected);
    expect(await getEvse(key)).toEqual({ ...before, connected: false });
  });
});
