export { chargingSessionsAbi } from "./charging-sessions-abi.ts";
export { keeperAbi } from "./keeper-abi.ts";
export { lensAbi } from "./lens-abi.ts";
export { oracleRegistryAbi } from "./oracle-registry-abi.ts";
export { stationRegistryAbi } from "./station-registry-abi.ts";
export { testCurrencyAbi } from "./test-currency-abi.ts";
