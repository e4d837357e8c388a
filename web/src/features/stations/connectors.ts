import type { ConnectorType } from "@openjoule/sdk";

/** Connectors as drivers tell them apart. */
export const connectorFamilies = ["type2", "ccs", "chademo", "type1", "household", "gbt", "tesla", "other"] as const;
export type ConnectorFamily = (typeof connectorFamilies)[number];

const families: Partial<Record<ConnectorType, ConnectorFamily>> = {
  IEC_62196_T1: "type1",
  IEC_62196_T1_COMBO: "ccs",
  IEC_62196_T2: "type2",
  IEC_62196_T2_COMBO: "ccs",
  CHADEMO: "chademo",
  GBT_AC: "gbt",
  GBT_DC: "gbt",
  TESLA_R: "tesla",
  TESLA_S: "tesla",
  SAE_J3400: "tesla",
};

export function connectorFamily(connector: ConnectorType): ConnectorFamily {
  return families[connector] ?? (connector.startsWith("DOMESTIC_") ? "household" : "other");
}

/** The families of some connectors, each once, in the order of the list above. */
export function familiesOf(connectors: readonly ConnectorType[]): ConnectorFamily[] {
  const there = new Set(connectors.map(connectorFamily));
  return connectorFamilies.filter((family) => there.has(family));
}
