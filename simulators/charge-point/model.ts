/**
 * The physics of one charging process: pure, and wholly decided by its parameters and seed. Time moves in steps of 100 ms,
 * so it does not matter how often anyone looks.
 */
import { nextNormal } from "./random.ts";

export type ModelParameters = {
  /** What connector and vehicle can do together, and what is never exceeded. */
  maxPowerW: number;
  /** From contactor to full power. */
  rampSeconds: number;
  batteryWh: number;
  /** What the battery takes at most, of which the taper is a part; left out: `maxPowerW`. */
  taperOfPowerW?: number;
  /** Where the battery's management begins to lower the power... */
  taperFromSocPercent: number;
  /** ...linearly down to this part of the full power at 100 %. */
  taperToFraction: number;
  /** Where the vehicle stops drawing; left out: 100. */
  endSocPercent?: number;
  /** Deviation of the power around the curve, as a part of it. */
  noiseFraction: number;
};

export type ModelState = {
  elapsedMs: number;
  /** Time given and not yet worked off, below one step. */
  remainderMs: number;
  powerW: number;
  /** Delivered since the beginning: the integral of the power, unrounded. */
  energyWh: number;
  socPercent: number;
  noise: number;
  random: number;
};

export const stepMs = 100;
/** How much of the noise stays from step to step: wandering, not flicker. */
const noiseMemory = 0.9;

export const defaultModelParameters: ModelParameters = {
  maxPowerW: 150_000,
  rampSeconds: 5,
  batteryWh: 77_000,
  taperFromSocPercent: 80,
  taperToFraction: 0.1,
  noiseFraction: 0.01,
};

export function startModel(socPercent: number, seed: number): ModelState {
  return { elapsedMs: 0, remainderMs: 0, powerW: 0, energyWh: 0, socPercent, noise: 0, random: seed >>> 0 };
}

/** The stated curve, without noise: a linear ramp, a plateau, a linear taper by state of charge, nothing when full. */
export function statedPowerW(parameters: ModelParameters, elapsedMs: number, socPercent: number): number {
  const { maxPowerW, rampSeconds, taperFromSocPercent, taperToFraction } = parameters;
  const { taperOfPowerW = maxPowerW, endSocPercent = 100 } = parameters;
  if (socPercent >= endSocPercent) return 0;
  const ramp = rampSeconds <= 0 ? 1 : Math.min(1, elapsedMs / 1000 / rampSeconds);
  const beyond = Math.max(0, socPercent - taperFromSocPercent) / (100 - taperFromSocPercent);
  return Math.min(maxPowerW * ramp, taperOfPowerW * (1 - (1 - taperToFraction) * beyond));
}

/** The state `durationMs` (whole milliseconds) later. Energy is the power integrated by trapezoids. */
export function advanceModel(parameters: ModelParameters, state: ModelState, durationMs: number): ModelState {
  const next = { ...state, remainderMs: state.remainderMs + Math.max(0, Math.trunc(durationMs)) };
  while (next.remainderMs >= stepMs) {
    next.remainderMs -= stepMs;
    next.elapsedMs += stepMs;
    const normal = nextNormal(next.random);
    next.random = normal.state;
    next.noise = noiseMemory * next.noise + Math.sqrt(1 - noiseMemory ** 2) * parameters.noiseFraction * normal.value;
    const stated = statedPowerW(parameters, next.elapsedMs, next.socPercent);
    const powerW = Math.min(parameters.maxPowerW, Math.max(0, stated * (1 + next.noise)));
    const deliveredWh = (((next.powerW + powerW) / 2) * stepMs) / 3_600_000;
    next.powerW = powerW;
    next.energyWh += deliveredWh;
    next.socPercent = Math.min(100, next.socPercent + (100 * deliveredWh) / parameters.batteryWh);
  }
  return next;
}
