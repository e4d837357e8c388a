import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advanceModel, defaultModelParameters, type ModelParameters, startModel, statedPowerW } from "./model.ts";

const parameters = defaultModelParameters;

/** The stated curve integrated finely and without noise, apart from the model's own code. */
function statedEnergyWh(p: ModelParameters, startSocPercent: number, seconds: number): number {
  let energyWh = 0;
  for (let ms = 0; ms < seconds * 1000; ms += 10) {
    const socPercent = startSocPercent + (100 * energyWh) / p.batteryWh;
    energyWh += (statedPowerW(p, ms + 5, Math.min(100, socPercent)) * 10) / 3_600_000;
  }
  return energyWh;
}

describe("charging model", () => {
  it("states a ramp, a plateau, a taper and an end", () => {
    expect(statedPowerW(parameters, 0, 20)).toBe(0);
    expect(statedPowerW(parameters, 2_500, 20)).toBe(75_000);
    expect(statedPowerW(parameters, 60_000, 20)).toBe(150_000);
    expect(statedPowerW(parameters, 60_000, 90)).toBeCloseTo(82_500, 6);
    expect(statedPowerW(parameters, 60_000, 99.999)).toBeCloseTo(15_000, -2);
    expect(statedPowerW(parameters, 60_000, 100)).toBe(0);
  });

  it("delivers about 1 kWh in 27 s at 150 kW", () => {
    const end = advanceModel(parameters, startModel(20, 1), 27_000);
    expect(end.energyWh).toBeGreaterThan(950);
    expect(end.energyWh).toBeLessThan(1_100);
  });

  it("delivers the stated curve's energy within 5 %, through ramp, plateau and taper, whatever the seed", () => {
    const cases = fc.record({
      seed: fc.nat(),
      seconds: fc.integer({ min: 10, max: 1_800 }),
      socPercent: fc.integer({ min: 0, max: 95 }),
      maxPowerW: fc.integer({ min: 3_700, max: 350_000 }),
    });
    fc.assert(
      fc.property(cases, ({ seed, seconds, socPercent, maxPowerW }) => {
        const own = { ...parameters, maxPowerW };
        const expected = statedEnergyWh(own, socPercent, seconds);
        const { energyWh } = advanceModel(own, startModel(socPercent, seed), seconds * 1000);
        expect(Math.abs(energyWh / expected - 1)).toBeLessThan(0.05);
      }),
      { numRuns: 40 },
    );
  });

  it("integrates its power: the energy of each step lies between those of its powers, and none exceeds the maximum", () => {
    let state = startModel(70, 7);
    for (let step = 0; step < 6_000; step += 1) {
      const next = advanceModel(parameters, state, 100);
      const hours = 0.1 / 3600;
      const [low, high] = [Math.min(state.powerW, next.powerW), Math.max(state.powerW, next.powerW)];
      expect(next.energyWh - state.energyWh).toBeGreaterThanOrEqual(low * hours - 1e-9);
      expect(next.energyWh - state.energyWh).toBeLessThanOrEqual(high * hours + 1e-9);
      expect(next.powerW).toBeLessThanOrEqual(parameters.maxPowerW);
      state = next;
    }
    expect(state.socPercent).toBeLessThanOrEqual(100);
  });

  it("does not depend on how often it is asked, and depends on the seed", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 30 }), fc.nat(), (parts, seed) => {
        const total = parts.reduce((sum, part) => sum + part, 0);
        const stepwise = parts.reduce((state, part) => advanceModel(parameters, state, part), startModel(50, seed));
        expect(stepwise).toEqual(advanceModel(parameters, startModel(50, seed), total));
      }),
    );
    const energies = [1, 2, 3].map((seed) => advanceModel(parameters, startModel(50, seed), 20_000).energyWh);
    expect(new Set(energies).size).toBe(3);
  });

  it("stops at full and stays there", () => {
    const full = advanceModel(parameters, startModel(95, 3), 3_600_000);
    expect(full.socPercent).toBe(100);
    expect(full.powerW).toBe(0);
    expect(advanceModel(parameters, full, 60_000).energyWh).toBe(full.energyWh);
    expect(full.energyWh).toBeCloseTo(parameters.batteryWh * 0.05, -1);
  });
});
