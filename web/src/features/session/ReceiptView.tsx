import { Trans } from "@lingui/react/macro";
import { type Receipt, StopReason, sessionCost } from "@openjoule/sdk";
import { useEffect } from "react";
import { currencyFormat } from "#features/stations";
import { useFormat } from "#i18n";
import { TransactionLink } from "#transactions";
import { Button, ButtonLink, Card, Icon, Notice, Row, Rows } from "#ui";
import { ReceiptChecks } from "./ReceiptChecks.tsx";
import styles from "./session.module.css";
import { neverBegan } from "./stage.ts";
import { StopReasonText } from "./stop-reason-text.tsx";
import { forget } from "./storage.ts";
import type { SessionFacts } from "./subgraph.ts";

/** What was paid and why, line by line; printable. */
export function ReceiptView({ facts, receipt }: { facts: SessionFacts; receipt: Receipt }) {
  const format = useFormat();
  const { record } = facts;
  const currency = currencyFormat(receipt.currency);
  const money = (amount: bigint) => format.money(amount, currency);
  const { lines } = receipt;
  // Computed here, by the rule that the driver agreed to; the checks below compare it with the contract's event.
  const computed = sessionCost({
    pricing: record.tariff.pricing,
    periods: receipt.periods,
    waived: lines.waived,
    locked: receipt.locked,
  });
  const [element] = record.tariff.pricing.elements;
  const refused = neverBegan(receipt.stopReason === undefined ? undefined : StopReason[receipt.stopReason]);
  useEffect(() => forget(record.sessionId), [record.sessionId]);

  return (
    <div className={styles.receipt}>
      <div className={styles.place}>
        <p className={styles.placeName}>{facts.stationName ?? receipt.evseId}</p>
        <p className={styles.muted}>
          <span translate="no">{receipt.evseId}</span>
          {[facts.stationAddress, facts.stationCity].filter(Boolean).map((part) => ` · ${part}`)}
        </p>
      </div>
      {refused && (
        <Notice tone="info" title={<StopReasonText reason={receipt.stopReason} />}>
          <Trans>Nothing was delivered, so nothing was charged: your whole deposit came back at once.</Trans>
        </Notice>
      )}
      {receipt.exit === "Closed" && (
        <Notice tone="warning" title={<Trans>Closed without a final statement</Trans>}>
          <Trans>
            No final reading came in time. The station was paid what the chain had seen signed; the rest came back to
            you.
          </Trans>
        </Notice>
      )}
      <div className={styles.columns}>
        <div className={styles.stack}>
          <Card>
            <div className={styles.total}>
              <p className={styles.muted}>
                <Trans>You paid</Trans>
              </p>
              <p className={styles.totalAmount}>{money(lines.total)}</p>
              <p className={styles.muted}>
                <Trans>
                  {format.energy(receipt.energyWh, 3)} in{" "}
                  {format.duration(receipt.chargingSeconds + receipt.idleSeconds)}
                </Trans>
              </p>
            </div>
            <Rows>
              {element && lines.energy > 0n && (
                <Row
                  label={
                    <Trans>
                      Energy: {format.energy(receipt.energyWh, 3)} × {money(element.pricePerKwh)}
                    </Trans>
                  }
                >
                  {money(computed.energy)}
                </Row>
              )}
              {element && lines.time > 0n && (
                <Row
                  label={
                    <Trans>
                      Charging: {format.duration(receipt.chargingSeconds)} at {money(element.pricePerHour)} per hour
                    </Trans>
                  }
                >
                  {money(computed.time)}
                </Row>
              )}
              {element && lines.idle > 0n && (
                <Row
                  label={
                    <Trans>
                      Plugged in without charging: {format.duration(receipt.idleSeconds)} at{" "}
                      {money(element.idlePerHour)} per hour
                    </Trans>
                  }
                >
                  {money(computed.idle)}
                </Row>
              )}
              {lines.flat > 0n && <Row label={<Trans>Once per charge</Trans>}>{money(computed.flat)}</Row>}
              {lines.raisedToMinimum > 0n && (
                <Row label={<Trans>Added to reach the least price</Trans>}>{money(computed.raisedToMinimum)}</Row>
              )}
              {lines.loweredToMaximum > 0n && (
                <Row label={<Trans>Taken off: the greatest price</Trans>}>{money(-computed.loweredToMaximum)}</Row>
              )}
              {lines.waived > 0n && <Row label={<Trans>Waived</Trans>}>{money(-computed.waived)}</Row>}
              {lines.cappedByDeposit > 0n && (
                <Row label={<Trans>Taken off: no more was locked</Trans>}>{money(-computed.cappedByDeposit)}</Row>
              )}
              <Row label={<Trans>Total</Trans>} strong>
                {money(computed.total)}
              </Row>
            </Rows>
          </Card>
          <Card title={<Trans>Where your deposit went</Trans>}>
            <Rows>
              <Row label={<Trans>You locked</Trans>}>{money(receipt.locked)}</Row>
              <Row label={<Trans>To the station</Trans>}>{money(receipt.ownerRevenue)}</Row>
              <Row label={<Trans>To the operators who signed</Trans>}>{money(receipt.fee)}</Row>
              <Row label={<Trans>Back to your OpenJoule balance</Trans>} strong>
                {money(receipt.refund)}
              </Row>
            </Rows>
          </Card>
        </div>
        <div className={styles.stack}>
          <Card title={<Trans>The session</Trans>}>
            <Rows>
              <Row label={<Trans>Opened</Trans>}>{format.dateTime(receipt.openedAt)}</Row>
              <Row label={<Trans>Paid</Trans>}>{format.dateTime(receipt.paidAt)}</Row>
              {receipt.stopReason && (
                <Row label={<Trans>Why it ended</Trans>}>
                  <StopReasonText reason={receipt.stopReason} />
                </Row>
              )}
            </Rows>
            <div className={styles.hashes}>
              <p className={styles.small}>
                <Trans>Opening</Trans>
              </p>
              <TransactionLink hash={receipt.openedTransaction} />
              <p className={styles.small}>
                <Trans>Payment and refund</Trans>
              </p>
              <TransactionLink hash={receipt.paidTransaction} />
              <p className={styles.small}>
                <Trans>Session</Trans>
              </p>
              <p className={styles.hash} translate="no">
                {record.sessionId}
              </p>
            </div>
          </Card>
          <ReceiptChecks facts={facts} receipt={receipt} />
          <div className={styles.actions}>
            <Button onClick={() => print()}>
              <Icon name="print" />
              <Trans>Print</Trans>
            </Button>
            <ButtonLink variant="primary" href="/sessions">
              <Trans>My sessions and balance</Trans>
            </ButtonLink>
          </div>
        </div>
      </div>
    </div>
  );
}
