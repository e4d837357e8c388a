import { Trans, useLingui } from "@lingui/react/macro";
import type { Offer, Session, SessionId, Tariff } from "@openjoule/sdk";
import { lazy, type ReactNode, Suspense } from "react";
import { type Address, isAddressEqual } from "viem";
import { useConfig } from "#config";
import { currencyFormat } from "#features/stations";
import { SentenceGap, useFormat } from "#i18n";
import { Card, Row, Rows, SkeletonBar } from "#ui";
import { useWallet } from "#wallet";
import type { Heard } from "./follow-session.ts";
import { refundOf } from "./money.ts";
import { Recovery } from "./Recovery.tsx";
import { StageNotice } from "./StageNotice.tsx";
import { StopButton } from "./StopButton.tsx";
import { joinSamples, samplesOf } from "./samples.ts";
import styles from "./session.module.css";
import { isOnItsOwn, isRunning, type Stage } from "./stage.ts";
import { readStatement } from "./storage.ts";
import type { SessionFacts } from "./subgraph.ts";

/** uPlot is for those who charge. */
const PowerChart = lazy(async () => ({ default: (await import("./PowerChart.tsx")).PowerChart }));

export interface LiveProps {
  readonly sessionId: SessionId;
  readonly stage: Stage;
  readonly opening: { readonly session: Session; readonly offer: Offer; readonly tariff: Tariff };
  readonly facts: SessionFacts | undefined;
  readonly subgraphFailed: boolean;
  readonly heard: Heard;
  /** UTC seconds. */
  readonly now: number;
  /** Something was written that the subgraph should be asked about. */
  readonly onChanged: () => void;
}

/** A running session: what flows, what it costs, what comes back, and how to end it. */
export function LiveSession(props: LiveProps) {
  const { sessionId, stage, opening, facts, heard, now } = props;
  const { session, offer, tariff } = opening;
  const { t } = useLingui();
  const format = useFormat();
  const { address } = useWallet();
  const { deployment } = useConfig();
  const { oracle } = heard;
  const currency = currencyFormat(facts ?? tokenFacts(offer, deployment.contracts.TestCurrency?.address));
  const money = (amount: bigint) => format.money(amount, currency, 2);

  // The oracle says it first; without it, the last statement that the chain or this browser has.
  const kept = oracle === undefined ? readStatement(sessionId) : undefined;
  const energyWh = oracle?.energyWh ?? Math.max(facts?.record.energyWh ?? 0, energyOf(kept));
  const cost = oracle?.cost ?? larger(facts?.record.cost ?? 0n, kept?.cost ?? 0n);
  const locked = facts?.record.locked ?? oracle?.locked ?? session.deposit;
  const live = heard.link === "live" && !isOnItsOwn(stage);
  const powerW = live && stage !== "settling" ? oracle?.powerW : undefined;
  const samples = joinSamples(samplesOf(session.openedAt, heard.statements), heard.samples);
  const elapsed = Math.max(0, now - session.openedAt);
  const isDriver = address !== undefined && isAddressEqual(address, session.driver);
  const { minimum, maximum } = tariff.pricing;

  return (
    <>
      <div className={styles.place}>
        <p className={styles.placeName}>{facts?.stationName ?? facts?.evseId ?? <SkeletonBar width="12rem" />}</p>
        {facts && (
          <p className={styles.muted}>
            <span translate="no">{facts.evseId}</span>
            {facts.stationCity && ` · ${facts.stationCity}`}
          </p>
        )}
      </div>
      <StageNotice stage={stage} heard={heard} facts={facts} subgraphFailed={props.subgraphFailed} now={now} />
      <div className={styles.columns}>
        <div className={styles.stack}>
          <section className={styles.meter} aria-label={t`Meter`}>
            {isRunning(stage) && (
              <p className={styles.power}>
                {powerW === undefined ? "–" : format.number(Math.round(powerW / 100) / 10)} <small>kW</small>
              </p>
            )}
            <dl className={styles.figures}>
              <Figure label={<Trans>Energy</Trans>}>{format.energy(energyWh)}</Figure>
              <Figure label={<Trans>Cost so far</Trans>}>{format.money(cost, currency, 2)}</Figure>
              <Figure label={<Trans>Time</Trans>}>{format.duration(elapsed)}</Figure>
              {oracle?.socPercent !== undefined && (
                <Figure label={<Trans>Battery</Trans>}>{format.number(Math.round(oracle.socPercent))} %</Figure>
              )}
            </dl>
          </section>
          {isRunning(stage) && (
            <StopButton
              sessionId={sessionId}
              opening={opening}
              api={live ? heard.api : undefined}
              stopRequested={facts?.record.stopRequestedAt !== undefined}
              isDriver={isDriver}
              onChanged={props.onChanged}
            />
          )}
          {samples.length > 1 && (
            <Card title={<Trans>Power</Trans>}>
              <Suspense fallback={<SkeletonBar height="12rem" />}>
                <PowerChart samples={samples} />
              </Suspense>
            </Card>
          )}
        </div>
        <div className={styles.stack}>
          <Card title={<Trans>Your money</Trans>}>
            <Rows>
              <Row label={<Trans>Locked in the contract</Trans>}>{money(locked)}</Row>
              <Row label={<Trans>Cost so far</Trans>}>{money(cost)}</Row>
              <Row label={<Trans>Would come back now</Trans>} strong>
                {money(refundOf(locked, cost))}
              </Row>
              <Row label={<Trans>Most you can pay</Trans>}>
                {money(maximum > 0n && maximum < locked ? maximum : locked)}
              </Row>
            </Rows>
            <p className={styles.small}>
              <Trans>
                The contract holds your deposit, nobody else. The station is paid only what the signed meter says; the
                rest comes back to your OpenJoule balance as soon as the session is settled.
              </Trans>
              <SentenceGap />
              {minimum > 0n && (
                <Trans>The cost includes the least price of {money(minimum)} once charging began.</Trans>
              )}
            </p>
          </Card>
          <Recovery {...props} currency={currency} isDriver={isDriver} />
        </div>
      </div>
    </>
  );
}

function Figure({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const larger = (a: bigint, b: bigint) => (a > b ? a : b);
const energyOf = (kept: ReturnType<typeof readStatement>) =>
  kept?.statement.periods.reduce((sum, { energyWh }) => sum + energyWh, 0) ?? 0;

/** Until the subgraph has answered: the test currency's name is known, any other's address is. */
function tokenFacts(offer: Offer, testCurrency: string | undefined) {
  const token: Address = `0x${offer.currency.toString(16).padStart(40, "0")}`;
  const isTest = testCurrency?.toLowerCase() === token;
  return { token, symbol: isTest ? "tEUR" : undefined, decimals: isTest ? 6 : undefined };
}
