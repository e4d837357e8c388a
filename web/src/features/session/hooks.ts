import type { SessionId } from "@openjoule/sdk";
import { useCallback, useEffect, useState } from "react";
import { useConfig } from "#config";
import type { ChainReader } from "./chain.ts";
import { followSession, type Heard, nothingHeard } from "./follow-session.ts";
import { oracleUrls } from "./oracle-api.ts";
import { keepStatement } from "./storage.ts";

/** What these pages read from the chain itself; viem comes with the first question, not with the page. */
export function useChainReader(): () => Promise<ChainReader> {
  const config = useConfig();
  return useCallback(async () => (await import("./chain.ts")).createChainReader(config), [config]);
}

/** What is heard of a session from its oracle, while `active`; the last signed statement is kept in this browser. */
export function useOracle(given: {
  readonly sessionId: SessionId;
  readonly evse: bigint | undefined;
  readonly endpoints: readonly string[] | undefined;
  readonly active: boolean;
}): Heard {
  const { sessionId, evse, active } = given;
  const { oracleUrl } = useConfig();
  const [heard, setHeard] = useState(nothingHeard);
  const urls = oracleUrls(given.endpoints ?? [], oracleUrl).join(" ");
  useEffect(() => {
    if (!active) return;
    const stop = new AbortController();
    void followSession({ urls: urls.split(" "), sessionId, evse, onChange: setHeard, signal: stop.signal });
    return () => stop.abort();
  }, [urls, sessionId, evse, active]);
  const last = heard.statements.at(-1);
  useEffect(() => {
    if (last !== undefined) keepStatement(last);
  }, [last]);
  return heard;
}
