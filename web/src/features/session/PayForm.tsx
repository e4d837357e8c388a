import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { currencyToken, formatDecimal, isTokenCurrency } from "@openjoule/sdk";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { useConfig } from "#config";
import { CommitteeCard, currencyFormat, TariffWords } from "#features/stations";
import { useFormat } from "#i18n";
import { TransactionDialog, type TransactionRequest, useTransaction } from "#transactions";
import { Button, ButtonLink, Card, Icon, Notice, Row, Rows, SelectField, TextField } from "#ui";
import { useWallet } from "#wallet";
import { useChainReader } from "./hooks.ts";
import { preloadLiveSession } from "./live.ts";
import { energyFor, needsPermit, planPayment, readDeposit, suggestDeposit } from "./money.ts";
import type { FoundEvse } from "./pay-offer.ts";
import styles from "./session.module.css";
import { keepOpened } from "./storage.ts";

/** What encodes for the chain and reads from it comes when somebody pays, and the page of the session with it. */
const calls = () => import("./pay-calls.ts");

/** Hours that a session may last at most; a fast charger is left sooner. */
const HOURS = [1, 2, 4, 8, 12, 24];

export function PayForm({ found }: { found: FoundEvse }) {
  const { station, evse, offers } = found;
  const place = [station.address, station.city].filter(Boolean).join(", ");
  const [tariffIndex, setTariffIndex] = useState(0);
  const chosen = offers[tariffIndex] ?? offers[0];
  const format = useFormat();
  return (
    <>
      <div className={styles.place}>
        <p className={styles.placeName}>{station.name ?? evse.evseId}</p>
        {place && <p className={styles.muted}>{place}</p>}
        <p className={styles.muted}>
          <span translate="no">{evse.evseId}</span> · {format.power(evse.maxPowerW)}
        </p>
      </div>
      {chosen === undefined ? (
        <Notice tone="warning" title={<Trans>Nothing is offered here at the moment</Trans>}>
          <Trans>The owner has taken this charge point out of service. Choose another one.</Trans>
        </Notice>
      ) : (
        <Offered
          key={chosen.tariff.id}
          found={found}
          chosen={chosen}
          tariffIndex={tariffIndex}
          onTariff={setTariffIndex}
        />
      )}
    </>
  );
}

interface OfferedProps {
  readonly found: FoundEvse;
  readonly chosen: FoundEvse["offers"][number];
  readonly tariffIndex: number;
  readonly onTariff: (index: number) => void;
}

function Offered({ found, chosen, tariffIndex, onTariff }: OfferedProps) {
  const { evse, station, offers } = found;
  const { offer, tariff } = chosen;
  const { terms, pricing } = tariff;
  const { t } = useLingui();
  const format = useFormat();
  const { deployment } = useConfig();
  const { address, connect } = useWallet();
  const [, navigate] = useLocation();
  const chainReader = useChainReader();
  const currency = currencyFormat(tariff.currency);
  const payable = isTokenCurrency(offer.currency);

  const funds = useQuery({
    queryKey: ["funds", deployment.chainId, address, offer.currency.toString()],
    queryFn: async () =>
      (await chainReader()).funds(address as NonNullable<typeof address>, currencyToken(offer.currency)),
    enabled: address !== undefined && payable,
    refetchInterval: 15_000,
  });

  const suggested = suggestDeposit({
    pricing,
    minimumDeposit: offer.minimumDeposit,
    powerW: evse.maxPowerW,
    decimals: currency.decimals,
    funds: funds.data,
  });
  const [typed, setTyped] = useState<string>();
  const [hours, setHours] = useState(evse.kind === 1 ? 2 : 12);
  const text = typed ?? formatDecimal(suggested, currency.decimals);
  const deposit =
    typed === undefined ? { amount: suggested, problem: undefined } : readDeposit(text, currency, offer.minimumDeposit);
  const { amount } = deposit;
  const plan = amount !== undefined && funds.data ? planPayment(amount, funds.data) : undefined;
  const money = (value: bigint) => format.money(value, currency);
  const minimum = money(offer.minimumDeposit);
  const most =
    amount === undefined ? undefined : pricing.maximum > 0n && pricing.maximum < amount ? pricing.maximum : amount;
  const windowText = format.duration(terms.settlementWindowSeconds);

  const transaction = useTransaction(`open:${evse.key}`, {
    async onDone({ mined }) {
      // Without it, the sessions' page shows what the chain holds.
      const loaded = await calls().catch(() => undefined);
      const opened = offers.flatMap((each) => {
        const read = loaded?.readOpened(mined.logs, deployment, each.offer);
        return read === undefined ? [] : [{ ...read, ...each }];
      })[0];
      if (opened === undefined) return navigate("/sessions");
      const { sessionId, session, offer, tariff } = opened;
      keepOpened(sessionId, {
        session,
        offer,
        tariff: { terms: tariff.terms, pricing: tariff.pricing },
        transactionHash: mined.hash,
      });
      transaction.dismiss();
      navigate(`/sessions/${sessionId}`, { replace: true });
    },
  });

  const depositError = () => {
    switch (deposit.problem) {
      case "notANumber":
        return <Trans>Write an amount, like 20.00</Trans>;
      case "tooManyDecimals":
        return <Trans>At most {currency.decimals} digits behind the point</Trans>;
      case "belowMinimum":
        return <Trans>This station asks for at least {minimum}</Trans>;
      default:
        if (plan?.kind === "short") return <Trans>{money(plan.missing)} more than you have</Trans>;
        return undefined;
    }
  };

  const pay = () => {
    if (amount === undefined || plan === undefined || plan.kind === "short") return;
    preloadLiveSession();
    const token = currencyToken(offer.currency);
    let deadline = 0n;
    const permit = needsPermit(plan) ? plan.fromWallet : undefined;
    const amountText = money(amount);
    const permitText = money(permit ?? 0n);
    const request: TransactionRequest = {
      title: msg`Pay ${amountText} and start charging`,
      signatures:
        permit === undefined
          ? []
          : [
              {
                title: msg`Sign the permission to take ${permitText}`,
                typedData: async (owner) => {
                  const [chain, { permitDeadline, permitTypedData }] = await Promise.all([chainReader(), calls()]);
                  deadline = permitDeadline(Date.now());
                  const domain = await chain.permitDomain(owner, token);
                  return permitTypedData({ deployment, token, owner, amount: permit, deadline, domain });
                },
              },
            ],
      call: async ({ signatures: [signature] }) => {
        const [chain, { openCall }] = await Promise.all([chainReader(), calls()]);
        return {
          to: deployment.contracts.ChargingSessions.address,
          data: openCall({
            choice: { offer, config: station.config, tariff },
            deposit: amount,
            maxSeconds: hours * 3600,
            permit:
              permit !== undefined && signature !== undefined
                ? { token, amount: permit, deadline, signature }
                : undefined,
            offerActive: (await chain.evseState(offer)).active,
          }),
        };
      },
    };
    transaction.review(request);
  };

  const busy = evse.status === "InSession";
  const energyWh = amount === undefined ? 0 : energyFor(amount, pricing, evse.maxPowerW);

  return (
    <div className={styles.columns}>
      <div className={styles.stack}>
        {busy && (
          <Notice tone="warning" title={<Trans>Somebody is charging here</Trans>}>
            <Trans>You can pay as soon as it is free; this page notices by itself.</Trans>
          </Notice>
        )}
        <Card title={<Trans>Your deposit</Trans>}>
          <TextField
            label={<Trans>Deposit</Trans>}
            suffix={currency.symbol}
            inputMode="decimal"
            autoComplete="off"
            value={text}
            onChange={setTyped}
            // A balance that arrives now suggests another deposit: not under the driver's hands.
            onFocus={() => setTyped(text)}
            hint={
              energyWh > 0 ? (
                energyWh >= 1_000_000 ? (
                  <Trans>At least {minimum}. This much covers any charge.</Trans>
                ) : (
                  <Trans>
                    At least {minimum}. This much is enough for about {format.energy(energyWh, 0)}.
                  </Trans>
                )
              ) : (
                <Trans>At least {minimum}</Trans>
              )
            }
            error={depositError()}
          />
          <SelectField
            label={<Trans>Longest duration</Trans>}
            hint={<Trans>Charging ends by then at the latest; you can stop at any time before.</Trans>}
            value={String(hours)}
            onChange={(value) => setHours(Number(value))}
          >
            {HOURS.map((value) => (
              <option key={value} value={value}>
                {format.duration(value * 3600)}
              </option>
            ))}
          </SelectField>
          <Rows>
            <Row label={<Trans>Most you can pay</Trans>} strong>
              {most === undefined ? "–" : money(most)}
            </Row>
            <Row label={<Trans>If nothing is delivered, comes back</Trans>}>
              {amount === undefined ? "–" : money(amount)}
            </Row>
            <Row label={<Trans>Usually back</Trans>}>
              <Trans>seconds after you stop</Trans>
            </Row>
            <Row label={<Trans>At the very latest, whatever fails</Trans>}>
              <Trans>{windowText} after the end</Trans>
            </Row>
          </Rows>
          {funds.data && (
            <p className={styles.small}>
              <Trans>
                You have {money(funds.data.ledger)} in your OpenJoule balance, used first, and{" "}
                {money(funds.data.wallet)} in your wallet.
              </Trans>
            </p>
          )}
          {!payable && (
            <Notice tone="warning">
              <Trans>This tariff is not priced in a token that this app can pay with yet.</Trans>
            </Notice>
          )}
          {funds.isError && (
            <Notice tone="warning" title={<Trans>Your balance could not be read</Trans>}>
              <Trans>The chain does not answer. Nothing was paid.</Trans>
            </Notice>
          )}
          {address === undefined ? (
            <Button variant="primary" full onClick={connect}>
              <Icon name="wallet" />
              <Trans>Connect a wallet to pay</Trans>
            </Button>
          ) : (
            <Button
              variant="primary"
              full
              disabled={amount === undefined || plan === undefined || plan.kind === "short" || busy || !payable}
              onClick={pay}
            >
              <Icon name="bolt" />
              {amount === undefined ? <Trans>Pay and start</Trans> : <Trans>Pay {money(amount)} and start</Trans>}
            </Button>
          )}
        </Card>
      </div>
      <div className={styles.stack}>
        <Card title={<Trans>Price</Trans>}>
          {offers.length > 1 && (
            <SelectField
              label={<Trans>Tariff</Trans>}
              value={String(tariffIndex)}
              onChange={(value) => onTariff(Number(value))}
            >
              {offers.map(({ tariff: { id } }, index) => (
                <option key={id} value={index}>
                  {t`Tariff ${index + 1}`}
                </option>
              ))}
            </SelectField>
          )}
          <TariffWords tariff={tariff} />
        </Card>
        <CommitteeCard committeeId={offer.committeeId} />
        <ButtonLink variant="ghost" href={`/stations/0x${station.stationId.toString(16).padStart(64, "0")}`}>
          <Icon name="back" />
          <Trans>To the station's page</Trans>
        </ButtonLink>
      </div>
      <TransactionDialog
        transaction={transaction}
        review={
          <Rows>
            <Row label={<Trans>Charge point</Trans>}>
              <span translate="no">{evse.evseId}</span>
            </Row>
            <Row label={<Trans>Locked in the contract now</Trans>} strong>
              {amount === undefined ? "–" : money(amount)}
            </Row>
            {plan !== undefined && plan.kind !== "short" && plan.fromLedger > 0n && (
              <Row label={<Trans>of it from your OpenJoule balance</Trans>}>{money(plan.fromLedger)}</Row>
            )}
            {plan !== undefined && plan.kind === "permit" && (
              <Row label={<Trans>of it from your wallet</Trans>}>{money(plan.fromWallet)}</Row>
            )}
            <Row label={<Trans>Most you can pay</Trans>}>{most === undefined ? "–" : money(most)}</Row>
            <Row label={<Trans>The rest comes back</Trans>}>
              <Trans>{windowText} after the end at the latest</Trans>
            </Row>
          </Rows>
        }
        confirmLabel={
          amount === undefined ? <Trans>Pay and start</Trans> : <Trans>Pay {money(amount)} and start</Trans>
        }
        done={<Trans>Paid. The session is open.</Trans>}
        money={<Trans>Nothing was locked: your money is where it was, and no session was opened.</Trans>}
      />
    </div>
  );
}
