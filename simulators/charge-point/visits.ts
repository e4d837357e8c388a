import type { ConnectorOptions } from "./connector.ts";
import { defaultModelParameters } from "./model.ts";
import { type ChargePointOptions, ofConnector } from "./options.ts";
import { drawVisit, type Visit } from "./vehicles.ts";

/** Who comes to a connector: the vehicle that the options describe, each time, or one drawn from the seed for each session. */
export function visitsOf(
  options: ChargePointOptions,
  index: number,
): Pick<ConnectorOptions, "current" | "visit" | "seed"> {
  const current = ofConnector(options.current, index);
  const connector = {
    ...defaultModelParameters,
    maxPowerW: ofConnector(options.power, index),
    rampSeconds: options.ramp,
  };
  const seed = (session: number) => options.seed + (index + 1) * 1_000 + session;
  const given: Visit = {
    parameters: { ...connector, batteryWh: options.battery },
    socPercent: options.soc,
    targetSocPercent: options["target-soc"],
  };
  return {
    current,
    seed,
    visit: (session) => (options.vehicles === "given" ? given : drawVisit(connector, current, seed(session))),
  };
}
