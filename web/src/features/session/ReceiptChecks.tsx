import { Plural, Trans } from "@lingui/react/macro";
import type { Receipt } from "@openjoule/sdk";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useConfig } from "#config";
import { Button, Card, cx, Icon, Skeleton } from "#ui";
import styles from "./session.module.css";
import type { SessionFacts } from "./subgraph.ts";
import type { Check } from "./verify.ts";
import { verifyAside } from "./verify-aside.ts";

/** What this browser has checked by itself, on the chain. */
export function ReceiptChecks({ facts, receipt }: { facts: SessionFacts; receipt: Receipt }) {
  const { rpcUrl, deployment } = useConfig();
  const { record } = facts;
  const verification = useQuery({
    queryKey: ["verify", deployment.chainId, record.sessionId, receipt.paidTransaction],
    queryFn: () =>
      verifyAside({
        config: { rpcUrl, deployment },
        receipt: {
          sessionId: record.sessionId,
          session: record.session,
          offer: record.offer,
          tariff: record.tariff,
          receipt: { ...receipt, cost: receipt.lines.total },
        },
        exitTransaction: receipt.paidTransaction,
      }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { data } = verification;
  return (
    <Card title={<Trans>Checked in this browser</Trans>}>
      {verification.isPending && <Skeleton lines={4} />}
      {verification.isError && (
        <div className={styles.stack}>
          <p>
            <Trans>
              The chain does not answer, so nothing could be checked now. The receipt itself stays as it is.
            </Trans>
          </p>
          <Button size="small" onClick={() => void verification.refetch()}>
            <Trans>Check again</Trans>
          </Button>
        </div>
      )}
      {data && (
        <ul className={styles.checks}>
          {data.checks.map((check) => (
            <CheckLine key={check.key} check={check} signatures={data.signers.length} threshold={data.threshold} />
          ))}
        </ul>
      )}
      {data && data.signers.length > 0 && (
        <details className={styles.details}>
          <summary>
            <Trans>Who signed</Trans>
          </summary>
          <ul className={styles.hashes}>
            {data.signers.map(({ key, operator }) => (
              <li key={key} className={styles.hash} translate="no">
                {operator ?? key}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Card>
  );
}

interface CheckLineProps {
  readonly check: Check;
  readonly signatures: number;
  readonly threshold: number | undefined;
}

function CheckLine({ check: { key, result }, signatures, threshold }: CheckLineProps) {
  const words: Record<Check["key"], Record<Check["result"], ReactNode>> = {
    parameters: {
      right: <Trans>Price and terms are those that you agreed to when you paid.</Trans>,
      wrong: <Trans>Price and terms are not those that you agreed to.</Trans>,
      skipped: <Trans>Price and terms could not be compared.</Trans>,
    },
    arithmetic: {
      right: <Trans>The cost follows from the meter's periods, to the last unit, and is what the contract took.</Trans>,
      wrong: <Trans>The cost does not follow from the meter's periods.</Trans>,
      skipped: <Trans>The cost could not be computed.</Trans>,
    },
    signatures: {
      right: (
        <Trans>
          <Plural value={signatures} one="# valid signature" other="# valid signatures" /> of {threshold} needed, by the
          operators whom you agreed to.
        </Trans>
      ),
      wrong: <Trans>The signatures are not those of the operators whom you agreed to.</Trans>,
      skipped: <Trans>There is no final statement in this transaction whose signatures could be checked.</Trans>,
    },
    refund: {
      right: <Trans>Payment, fee and refund are exactly what you locked.</Trans>,
      wrong: <Trans>Payment, fee and refund do not add up to what you locked.</Trans>,
      skipped: <Trans>The refund could not be checked.</Trans>,
    },
  };
  return (
    <li className={cx(styles.check, styles[result])}>
      <Icon name={result === "right" ? "check" : result === "wrong" ? "alert" : "info"} />
      <span>{words[key][result]}</span>
    </li>
  );
}
