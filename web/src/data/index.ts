export { createQueryClient } from "./client.ts";
export { DataAge, FreshnessNotice, type FreshnessState, useFreshness } from "./Freshness.tsx";
export type { EvseHardware, Hardware, HardwareStatus } from "./hardware.ts";
export {
  stationOf,
  useBalances,
  useCommittee,
  useIndexed,
  useReceipt,
  useSession,
  useStation,
  useStationIndex,
  useStationsOfEvse,
} from "./hooks.ts";
export { IndexDown, type IndexDownProps, isDown } from "./IndexDown.tsx";
export { useNow } from "./now.ts";
export { Query, type QueryProps } from "./Query.tsx";
export { refreshAfter } from "./refresh.ts";
export { type SubgraphQueryOptions, useSubgraph } from "./subgraph.ts";
export { type HardwareResult, useHardware } from "./use-hardware.ts";
