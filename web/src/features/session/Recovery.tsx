import { msg } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import {
  type CurrencyFormat,
  chargingSessionsAbi,
  encodeStatement,
  pricingHash,
  quorumSignatures,
  StopReason,
  termsHash,
} from "@openjoule/sdk";
import { encodeFunctionData } from "viem";
import { useConfig } from "#config";
import { useFormat } from "#i18n";
import { TransactionDialog, useTransaction } from "#transactions";
import { Button, Card, Row, Rows } from "#ui";
import type { LiveProps } from "./LiveSession.tsx";
import { refundOf } from "./money.ts";
import { closableFrom, needsRecovery } from "./recovery.ts";
import styles from "./session.module.css";
import { readStatement } from "./storage.ts";

/** The ways out that need nobody's help: file the signed statement, or close when the settlement time has passed. */
export function Recovery(props: LiveProps & { readonly currency: CurrencyFormat; readonly isDriver: boolean }) {
  const { sessionId, opening, facts, heard, stage, now, currency, onChanged } = props;
  const { session, offer, tariff } = opening;
  const format = useFormat();
  const { deployment } = useConfig();
  const to = deployment.contracts.ChargingSessions.address;
  const settling = useTransaction(`settle:${sessionId}`, { onDone: onChanged });
  const closing = useTransaction(`close:${sessionId}`, { onDone: onChanged });

  const from = closableFrom(session, tariff.terms, facts?.record.stopRequestedAt);
  const busy = settling.state.phase !== "idle" || closing.state.phase !== "idle";
  if (!busy && !needsRecovery({ stage, updatedAt: heard.oracle?.updatedAt, closableFrom: from, now })) return null;

  const committee = facts?.committee;
  const signed = heard.statements.at(-1) ?? readStatement(sessionId);
  const final = signed !== undefined && signed.statement.stopReason !== StopReason.None ? signed : undefined;
  const canSettle = final !== undefined && committee !== undefined && final.signatures.length >= committee.threshold;
  const canClose = now >= from;
  const locked = facts?.record.locked ?? session.deposit;
  const checkpointCost = facts?.record.cost ?? 0n;
  const money = (amount: bigint) => format.money(amount, currency);
  const window = format.duration(tariff.terms.settlementWindowSeconds);

  const settle = () => {
    if (final === undefined || committee === undefined) return;
    settling.review({
      title: msg`Settle with the signed statement`,
      call: () => {
        const statement = encodeStatement(final.statement);
        const given = final.signatures.map(({ operator, ...signature }) => ({ operator, signature }));
        const signatures = quorumSignatures(given, committee.threshold);
        const filing = {
          ...{ offer, session, statement, committee, signatures },
          pricing: tariff.pricing,
          termsHash: termsHash(tariff.terms),
        };
        return { to, data: encodeFunctionData({ abi: chargingSessionsAbi, functionName: "settle", args: [filing] }) };
      },
    });
  };
  const close = () =>
    closing.review({
      title: msg`Close the session`,
      call: () => {
        const args = [offer, session, tariff.terms, pricingHash(tariff.pricing)] as const;
        return { to, data: encodeFunctionData({ abi: chargingSessionsAbi, functionName: "close", args }) };
      },
    });

  return (
    <Card title={<Trans>If nobody settles</Trans>}>
      {canSettle && (
        <div className={styles.stack}>
          <p>
            <Trans>
              This browser holds the final statement, signed by the operators. You can file it yourself: the contract
              then pays {money(final.cost)} and returns {money(refundOf(locked, final.cost))} at once.
            </Trans>
          </p>
          <Button variant="primary" onClick={settle}>
            <Trans>Settle it myself</Trans>
          </Button>
        </div>
      )}
      <div className={styles.stack}>
        {canClose ? (
          <p>
            <Trans>
              The time to settle has passed. Anybody can close the session now: the station gets what the chain has seen
              signed, you get the rest.
            </Trans>
          </p>
        ) : (
          <p>
            <Trans>
              If no statement is filed, you can close the session yourself from {format.dateTime(from)} on: the station
              gets what the chain has seen signed, you get the rest.
            </Trans>
          </p>
        )}
        <Rows>
          {!canClose && (
            <Row label={<Trans>You can close it in</Trans>} strong>
              {format.duration(from - now)}
            </Row>
          )}
          <Row label={<Trans>Comes back when closed</Trans>}>{money(refundOf(locked, checkpointCost))}</Row>
        </Rows>
        {facts?.record.stopRequestedAt === undefined && !canClose && (
          <p className={styles.small}>
            <Trans>If you ask the contract to stop, this time shortens to {window} from then.</Trans>
          </p>
        )}
        {canClose && (
          <Button variant={canSettle ? "secondary" : "primary"} onClick={close}>
            <Trans>Close the session</Trans>
          </Button>
        )}
      </div>
      <TransactionDialog
        transaction={settling}
        review={
          final && (
            <Rows>
              <Row label={<Trans>To the station and its operators</Trans>}>{money(final.cost)}</Row>
              <Row label={<Trans>Back to your OpenJoule balance</Trans>} strong>
                {money(refundOf(locked, final.cost))}
              </Row>
            </Rows>
          )
        }
        confirmLabel={<Trans>Settle</Trans>}
        done={<Trans>Settled. The rest is in your OpenJoule balance.</Trans>}
        money={<Trans>Your deposit stays in the contract, and the session as it was.</Trans>}
      />
      <TransactionDialog
        transaction={closing}
        review={
          <Rows>
            <Row label={<Trans>To the station</Trans>}>{money(checkpointCost)}</Row>
            <Row label={<Trans>Back to your OpenJoule balance</Trans>} strong>
              {money(refundOf(locked, checkpointCost))}
            </Row>
          </Rows>
        }
        confirmLabel={<Trans>Close the session</Trans>}
        done={<Trans>Closed. The rest is in your OpenJoule balance.</Trans>}
        money={<Trans>Your deposit stays in the contract, and the session as it was.</Trans>}
      />
    </Card>
  );
}
