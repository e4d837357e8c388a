import type { Committee, Deployment, StationConfig, TariffPricing, TariffTerms } from "@openjoule/sdk";
import { inject } from "vitest";

/** The local network and its web app, as global-setup.ts has started them for all files of this suite. */
export interface Site {
  readonly webUrl: string;
  readonly chainUrl: string;
  readonly chainId: number;
  /** Behind a gate (see control.ts), as the app knows it. */
  readonly subgraphUrl: string;
  readonly oracleUrl: string;
  readonly controlUrl: string;
  readonly deployment: Deployment;
  /** The made-up station: four DC EVSEs of 150 kW that start at once. */
  readonly station: {
    readonly stationId: bigint;
    readonly owner: `0x${string}`;
    readonly config: StationConfig;
    readonly terms: TariffTerms;
    readonly pricing: TariffPricing;
    readonly committee: Committee;
  };
}

declare module "vitest" {
  export interface ProvidedContext {
    site: Site;
  }
}

export const site = (): Site => inject("site");

/** EVSE id of the made-up station's EVSE, 0 to 3. */
export const evseIdOf = (index: number): string => `FR*OJE*E000${index + 1}`;
