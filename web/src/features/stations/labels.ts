import { useLingui } from "@lingui/react/macro";
import { useFormat } from "#i18n";
import type { ConnectorFamily } from "./connectors.ts";
import type { EvseGroup } from "./groups.ts";

/** Names of connectors as plain text, for options, which hold nothing else; words.tsx has them for everywhere else. */
export function useConnectorLabel(): (family: ConnectorFamily) => string {
  const { t } = useLingui();
  const words: Record<ConnectorFamily, string> = {
    type2: t`Type 2`,
    ccs: "CCS",
    chademo: "CHAdeMO",
    type1: t`Type 1`,
    household: t`Household socket`,
    gbt: "GB/T",
    tesla: "NACS / Tesla",
    other: t`Other connector`,
  };
  return (family) => words[family];
}

/** `22 kW · Type 2` as plain text. */
export function useGroupLabel(): (group: EvseGroup) => string {
  const format = useFormat();
  const connector = useConnectorLabel();
  return ({ maxPowerW, connectors }) =>
    `${format.power(maxPowerW)} · ${(connectors.length > 0 ? connectors : (["other"] as const)).map(connector).join(", ")}`;
}
