import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useConfig } from "#config";
import { fetchHardware, type Hardware } from "./hardware.ts";

const EVERY_MS = 8_000;

export interface HardwareResult {
  /** Undefined while it loads and while the oracle does not answer: the chain's own word is all there is then. */
  readonly hardware: Hardware | undefined;
  /** The oracle was asked and did not answer. */
  readonly down: boolean;
  /** When it was read, UTC seconds. */
  readonly readAt: number | undefined;
}

/** What the chargers themselves say, by the network's oracle. */
export function useHardware(): HardwareResult {
  const { oracleUrl } = useConfig();
  const { data, isError, dataUpdatedAt } = useQuery({
    queryKey: ["hardware", oracleUrl],
    queryFn: ({ signal }) => fetchHardware(oracleUrl, signal),
    refetchInterval: EVERY_MS,
    retry: 1,
    placeholderData: keepPreviousData,
  });
  const hardware = isError ? undefined : data;
  return { hardware, down: isError, readAt: hardware && Math.floor(dataUpdatedAt / 1000) };
}
