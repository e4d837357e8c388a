export { currencyFormat } from "./currency.ts";
export { useChainReader } from "./hooks.ts";
export { PayPage } from "./PayPage.tsx";
export { SessionPage } from "./SessionPage.tsx";
