import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useRef } from "react";
import type { Hex } from "viem";
import { useConfig } from "#config";
import { IndexDown, isDown, useNow } from "#data";
import { ButtonLink, EmptyState, Page, Skeleton } from "#ui";
import { useOracle } from "./hooks.ts";
import { LiveSession } from "./live.ts";
import { ReceiptView } from "./ReceiptView.tsx";
import { isOnItsOwn, isOver, type Stage, stageOf } from "./stage.ts";
import { readOpenedHere } from "./storage.ts";
import { querySessionFacts, type SessionFacts } from "./subgraph.ts";

/** A session: live while it runs, its receipt afterwards. Everything follows from the id, so a reload loses nothing. */
export function SessionPage({ sessionId }: { sessionId: string }) {
  return /^0x[0-9a-fA-F]{64}$/.test(sessionId) ? (
    <KnownId sessionId={sessionId.toLowerCase() as Hex} />
  ) : (
    <NotFoundPage />
  );
}

/** How often the subgraph is asked again, milliseconds: often while it is about to change, never once all is over. */
function pollMs(facts: SessionFacts | null | undefined, stage: Stage): number | false {
  if (facts?.receipt !== undefined) return false;
  if (facts === null || facts === undefined || stage === "settling" || isOver(stage)) return 1_500;
  return isOnItsOwn(stage) ? 4_000 : 10_000;
}

function LookingUp() {
  const { t } = useLingui();
  return (
    <Page
      title={t`Session`}
      intro={
        <Trans>
          What was charged here, what it cost and what came back are being looked up in the network's index.
        </Trans>
      }
    >
      <Skeleton lines={8} />
    </Page>
  );
}

function KnownId({ sessionId }: { sessionId: Hex }) {
  const { t } = useLingui();
  const { subgraphUrl } = useConfig();
  const kept = readOpenedHere(sessionId);
  const latest = useRef<Stage>("confirming");
  const facts = useQuery({
    queryKey: ["subgraph", "session-facts", sessionId],
    queryFn: async ({ signal }) => (await querySessionFacts(subgraphUrl, sessionId, { signal })) ?? null,
    refetchInterval: ({ state }) => pollMs(state.data, latest.current),
  });
  const known = facts.data ?? undefined;
  const ended = known?.record.status === "Settled" || known?.record.status === "Closed";
  const heard = useOracle({
    sessionId,
    evse: known?.record.offer.evse ?? kept?.offer.evse,
    endpoints: known?.endpoints,
    active: !ended && !facts.isPending,
  });
  const stage: Stage = stageOf({
    chain: known?.record,
    openedHere: kept !== undefined,
    link: heard.link,
    oracle: heard.oracle,
    evse: heard.evse,
  });
  latest.current = stage;
  const now = useNow();

  if (facts.isPending && kept === undefined && !isDown(facts)) {
    return <LookingUp />;
  }
  if (known?.receipt !== undefined) {
    return (
      <Page title={t`Receipt`}>
        <ReceiptView facts={known} receipt={known.receipt} />
      </Page>
    );
  }
  const opening = known?.record ?? kept;
  if (opening === undefined) {
    if (isDown(facts)) {
      return (
        <Page title={t`Session`}>
          <IndexDown result={facts}>
            <Trans>A session goes on, and ends, without this page.</Trans>
          </IndexDown>
        </Page>
      );
    }
    return stage === "notFound" ? <NotFoundPage /> : <LookingUp />;
  }
  return (
    <Page title={t`Session`}>
      <Suspense fallback={<Skeleton lines={8} />}>
        <LiveSession
          sessionId={sessionId}
          stage={stage}
          opening={opening}
          facts={known}
          subgraphFailed={facts.isError}
          heard={heard}
          now={now}
          onChanged={() => void facts.refetch()}
        />
      </Suspense>
    </Page>
  );
}

function NotFoundPage() {
  const { t } = useLingui();
  return (
    <Page title={t`Session`}>
      <EmptyState
        title={<Trans>No such session</Trans>}
        action={
          <ButtonLink variant="primary" href="/sessions">
            <Trans>My sessions</Trans>
          </ButtonLink>
        }
      >
        <Trans>
          Neither the network's index nor its oracle knows this session. If you opened it a moment ago, wait a little:
          this page looks again by itself.
        </Trans>
      </EmptyState>
    </Page>
  );
}
