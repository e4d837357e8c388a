import { fileURLToPath } from "node:url";
import { evseKey } from "@openjoule/sdk";
import type { InhabitedStation } from "./inhabit.ts";
import { nodeEnvironment } from "./node-environment.ts";
import type { Child } from "./processes.ts";
import type { Run } from "./run.ts";
import { isDirectCurrent } from "./stations/irve.ts";
import { waitFor } from "./wait.ts";

const program = fileURLToPath(new URL("../../simulators/charge-point/main.ts", import.meta.url));

/** A charge point of its own, behind the EVSEs of one station of the sample: a connector for each, in their order. */
export interface LivePoint {
  readonly station: InhabitedStation;
  readonly deviceId: string;
  readonly password: string;
}

/** The charge points of all stations that the sample marks as live. */
export function livePointsOf(stations: readonly InhabitedStation[]): LivePoint[] {
  return stations
    .filter(({ sample }) => sample.live)
    .map((station) => {
      const deviceId = `CP-${station.sample.id}`;
      // Only for the local network, where everything listens on loopback.
      return { station, deviceId, password: `local-network-only-${deviceId}` };
    });
}

/** A charge point as the oracle's devices file has it (oracle/devices.ts). */
export function deviceOf({ station, deviceId, password }: LivePoint) {
  const connectors = station.config.evses.map((_, index) => ({
    connectorId: index + 1,
    evse: evseKey(station.stationId, index).toString(),
  }));
  return { deviceId, password, connectors };
}

export type RunningPoint = LivePoint & { readonly child: Child };

export interface LivePointsOptions {
  run: Run;
  ocppUrl: string;
  points: readonly LivePoint[];
  /** Seconds between meter values. */
  meterSeconds: number;
}

/**
 * Starts them, each as a process of its own, with the real powers of its station and a car drawn for each session. Resolves
 * when all are connected; they end together, before what was started before them.
 */
export async function startLivePoints({
  run,
  ocppUrl,
  points,
  meterSeconds,
}: LivePointsOptions): Promise<RunningPoint[]> {
  const running = await Promise.all(points.map(start));
  run.onStop(async () => void (await Promise.all(running.map(({ child }) => child.stop()))));
  return running;

  async function start(point: LivePoint, index: number): Promise<RunningPoint> {
    const { station, deviceId, password } = point;
    const { evses } = station.sample;
    const child = await run.start({
      name: `charge-point-${station.sample.id}`,
      command: process.execPath,
      args: [
        program,
        ...["--url", ocppUrl, "--id", deviceId, "--password", password, "--connectors", String(evses.length)],
        ...["--power", evses.map(({ powerW }) => powerW).join(",")],
        ...["--current", evses.map(({ connectors }) => (isDirectCurrent(connectors) ? "dc" : "ac")).join(",")],
        ...["--vehicles", "drawn", "--at-target", "suspend", "--seed", String((index + 1) * 100_000)],
        // A driver plugs in after some seconds, and is back at his car after some more.
        ...["--plug-delay", String(2 + (index % 4)), "--unplug-delay", String(8 + 3 * (index % 5))],
        ...["--ramp", "4", "--meter-interval", String(meterSeconds)],
      ],
      env: nodeEnvironment(),
      stdin: "pipe",
    });
    await waitFor(`${deviceId} is connected`, () => child.output().includes('"event":"connected"'), {
      timeoutSeconds: 60,
      intervalMilliseconds: 200,
      alive: [child],
    });
    return { ...point, child };
  }
}
