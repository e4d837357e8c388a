import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advanceModel, defaultModelParameters, startModel, statedPowerW } from "./model.ts";
import { type Current, drawVisit, parametersOf, type Vehicle, vehicles } from "./vehicles.ts";

const connector = { ...defaultModelParameters, rampSeconds: 4 };
/** 230 kW at most, 11 kW by its own charger. */
const fast = vehicles[4] as Vehicle;

describe("vehicles", () => {
  it("take with AC what their own charger takes, evenly until they are nearly full", () => {
    const at22 = parametersOf(fast, { ...connector, maxPowerW: 22_000 }, "ac");
    for (const soc of [10, 50, 90, 97]) expect(statedPowerW(at22, 60_000, soc)).toBe(11_000);
    expect(statedPowerW(at22, 60_000, 98.5)).toBeCloseTo(7_150, 6);
    const at7 = parametersOf(fast, { ...connector, maxPowerW: 7_400 }, "ac");
    expect(statedPowerW(at7, 60_000, 96)).toBe(7_400);
  });

  it("taper with DC below what the battery takes, not below what the connector gives", () => {
    const at50 = parametersOf(fast, { ...connector, maxPowerW: 50_000 }, "dc");
    expect(statedPowerW(at50, 60_000, 90)).toBe(50_000);
    expect(statedPowerW(at50, 60_000, 99)).toBeLessThan(50_000);
    const at300 = parametersOf(fast, { ...connector, maxPowerW: 300_000 }, "dc");
    expect(statedPowerW(at300, 60_000, 30)).toBe(230_000);
    expect(statedPowerW(at300, 60_000, 80)).toBeCloseTo(230_000 * 0.575, 3);
    expect(statedPowerW(at300, 2_000, 30)).toBe(115_000);
  });

  it("come as their seed says, all of them, and never beyond what the connector gives", () => {
    const drawn = Array.from({ length: 200 }, (_, seed) => drawVisit({ ...connector, maxPowerW: 150_000 }, "dc", seed));
    expect(drawVisit({ ...connector, maxPowerW: 150_000 }, "dc", 7)).toEqual(drawn[7]);
    expect(new Set(drawn.map(({ parameters }) => parameters.batteryWh)).size).toBe(vehicles.length);
    for (const { parameters, socPercent, targetSocPercent } of drawn) {
      expect(parameters.maxPowerW).toBeLessThanOrEqual(150_000);
      expect(targetSocPercent).toBeGreaterThan(socPercent);
    }
  });

  it("are given their curve's energy within 5 %, at every connector, to the end of the visit", () => {
    const cases = fc.record({
      seed: fc.nat(),
      current: fc.constantFrom<Current>("ac", "dc"),
      maxPowerW: fc.constantFrom(7_400, 22_000, 50_000, 150_000, 300_000),
      seconds: fc.integer({ min: 20, max: 3_600 }),
    });
    fc.assert(
      fc.property(cases, ({ seed, current, maxPowerW, seconds }) => {
        const visit = drawVisit({ ...connector, maxPowerW }, current, seed);
        const parameters = { ...visit.parameters, endSocPercent: visit.targetSocPercent };
        let expected = 0;
        for (let ms = 0; ms < seconds * 1000; ms += 50) {
          const socPercent = visit.socPercent + (100 * expected) / parameters.batteryWh;
          expected += (statedPowerW(parameters, ms + 25, socPercent) * 50) / 3_600_000;
        }
        const end = advanceModel(parameters, startModel(visit.socPercent, seed), seconds * 1000);
        expect(Math.abs(end.energyWh / expected - 1)).toBeLessThan(0.05);
        expect(end.socPercent).toBeLessThan(visit.targetSocPercent + 0.1);
      }),
      { numRuns: 30 },
    );
  });
});
