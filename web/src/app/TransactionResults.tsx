import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useConfig } from "#config";
import { refreshAfter } from "#data";
import { useTransactions } from "#transactions";
import { useToast } from "#ui";

/** What follows every write, wherever it was begun: fresh data, and a word to whoever has left its window. */
export function TransactionResults() {
  const transactions = useTransactions();
  const client = useQueryClient();
  const { subgraphUrl } = useConfig();
  const { t, i18n } = useLingui();
  const toast = useToast();
  useEffect(
    () =>
      transactions.onOver(({ key, state, title }) => {
        if (state.phase === "done") void refreshAfter(client, subgraphUrl, state.mined.blockNumber);
        if (title === undefined || transactions.isShown(key)) return;
        const name = i18n._(title);
        if (state.phase === "done") toast({ tone: "success", title: t`Done: ${name}` });
        if (state.phase === "failed") toast({ tone: "danger", title: t`It did not work: ${name}` });
      }),
    [transactions, client, subgraphUrl, t, i18n, toast],
  );
  return null;
}
