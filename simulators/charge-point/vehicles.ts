/** Who comes to charge: the vehicle on the cable and how full its driver wants it. Pure, and decided by a seed. */
import type { ModelParameters } from "./model.ts";
import { nextRandom } from "./random.ts";

/** What of a vehicle its charging shows. */
export type Vehicle = {
  batteryWh: number;
  /** Its own charger, which alternating current goes through, W. */
  acPowerW: number;
  /** What its battery takes at most as direct current, W. */
  dcPowerW: number;
  /** From here on it takes linearly less direct current, down to `taperToFraction` of `dcPowerW` when full. */
  taperFromSocPercent: number;
  taperToFraction: number;
};

/** Kinds of cars as they are on the road. */
export const vehicles: readonly Vehicle[] = [
  { batteryWh: 40_000, acPowerW: 7_400, dcPowerW: 50_000, taperFromSocPercent: 70, taperToFraction: 0.2 },
  { batteryWh: 52_000, acPowerW: 22_000, dcPowerW: 130_000, taperFromSocPercent: 50, taperToFraction: 0.12 },
  { batteryWh: 60_000, acPowerW: 11_000, dcPowerW: 170_000, taperFromSocPercent: 45, taperToFraction: 0.1 },
  { batteryWh: 75_000, acPowerW: 11_000, dcPowerW: 100_000, taperFromSocPercent: 75, taperToFraction: 0.2 },
  { batteryWh: 77_000, acPowerW: 11_000, dcPowerW: 230_000, taperFromSocPercent: 60, taperToFraction: 0.15 },
  { batteryWh: 100_000, acPowerW: 22_000, dcPowerW: 270_000, taperFromSocPercent: 50, taperToFraction: 0.1 },
];

/** Alternating or direct: what a connector gives. */
export type Current = "ac" | "dc";

/** One visit: the physics of its charging, and where it begins and ends by itself. */
export type Visit = { parameters: ModelParameters; socPercent: number; targetSocPercent: number };

/** Near full, the cells are balanced, and any charger slows down. */
const BALANCING_FROM_SOC_PERCENT = 97;
const BALANCING_TO_FRACTION = 0.3;

/** How a vehicle charges at a connector: the lesser of what the one gives and the other takes. */
export function parametersOf(
  vehicle: Vehicle,
  connector: Pick<ModelParameters, "maxPowerW" | "rampSeconds" | "noiseFraction">,
  current: Current,
): ModelParameters {
  const taken = current === "ac" ? vehicle.acPowerW : vehicle.dcPowerW;
  return {
    ...connector,
    maxPowerW: Math.min(connector.maxPowerW, taken),
    batteryWh: vehicle.batteryWh,
    taperOfPowerW: current === "ac" ? Math.min(connector.maxPowerW, taken) : taken,
    taperFromSocPercent: current === "ac" ? BALANCING_FROM_SOC_PERCENT : vehicle.taperFromSocPercent,
    taperToFraction: current === "ac" ? BALANCING_TO_FRACTION : vehicle.taperToFraction,
  };
}

/** The vehicle of a seed, between 10 and 60 % full; at AC it stays until 90 to 100 %, at DC until 75 to 90 %. */
export function drawVisit(
  connector: Pick<ModelParameters, "maxPowerW" | "rampSeconds" | "noiseFraction">,
  current: Current,
  seed: number,
): Visit {
  let state = seed >>> 0;
  const between = (least: number, greatest: number) => {
    const next = nextRandom(state);
    state = next.state;
    return least + Math.floor(next.value * (greatest - least + 1));
  };
  const vehicle = vehicles[between(0, vehicles.length - 1)] as Vehicle;
  return {
    parameters: parametersOf(vehicle, connector, current),
    socPercent: between(10, 60),
    targetSocPercent: current === "ac" ? between(90, 100) : between(75, 90),
  };
}
