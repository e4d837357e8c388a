import { msg } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { chargingSessionsAbi, type Offer, type Session, type SessionId, stopRequestTypedData } from "@openjoule/sdk";
import { useState } from "react";
import { encodeFunctionData, type TypedDataDefinition } from "viem";
import { useConfig } from "#config";
import { type Failure, readFailure, TransactionDialog, useFailureWords, useTransaction } from "#transactions";
import { Button, ErrorDetails, Icon, Notice } from "#ui";
import { useWallet, useWalletStore } from "#wallet";
import { type OracleApi, OracleRefusal } from "./oracle-api.ts";
import styles from "./session.module.css";

/** For how long a request to stop counts, seconds; at most an hour. */
const STOP_SECONDS = 600;

export interface StopButtonProps {
  readonly sessionId: SessionId;
  readonly opening: { readonly session: Session; readonly offer: Offer };
  /** Undefined when no oracle answers: then the chain is asked. */
  readonly api: OracleApi | undefined;
  /** On the chain already. */
  readonly stopRequested: boolean;
  readonly isDriver: boolean;
  readonly onChanged: () => void;
}

type Asking =
  | { readonly state: "not" | "signing" | "sending" | "asked" | "rejected" }
  | { readonly state: "failed"; readonly failure: Failure | undefined; readonly error: unknown };

/** Ends a session: a signature to the oracle costs nothing; without an oracle, a transaction says the same on the chain. */
export function StopButton(props: StopButtonProps) {
  const { sessionId, opening, api, stopRequested, isDriver } = props;
  const { address, connect, wrongChain, switchChain } = useWallet();
  const store = useWalletStore();
  const { deployment } = useConfig();
  const words = useFailureWords();
  const [asking, setAsking] = useState<Asking>({ state: "not" });
  const { address: verifyingContract } = deployment.contracts.ChargingSessions;

  const onChain = useTransaction(`stop:${sessionId}`, { onDone: props.onChanged });
  const stopOnChain = () =>
    onChain.review({
      title: msg`Stop charging through the chain`,
      call: () => ({
        to: verifyingContract,
        data: encodeFunctionData({
          abi: chargingSessionsAbi,
          functionName: "requestStop",
          args: [opening.offer, opening.session],
        }),
      }),
    });

  async function stopByOracle(oracle: OracleApi) {
    setAsking({ state: "signing" });
    try {
      if (wrongChain) await switchChain();
      const deadline = Math.floor(Date.now() / 1000) + STOP_SECONDS;
      const domain = { chainId: deployment.chainId, verifyingContract };
      const controls = await store.controls();
      const data = stopRequestTypedData(domain, sessionId, deadline) as unknown as TypedDataDefinition;
      const signature = await controls.signTypedData(data);
      setAsking({ state: "sending" });
      await oracle.stop(sessionId, { deadline, signature });
      setAsking({ state: "asked" });
    } catch (error) {
      const isOracles = error instanceof OracleRefusal || error instanceof TypeError || isTimeout(error);
      const failure = isOracles ? undefined : readFailure(error);
      setAsking(failure === "rejected" ? { state: "rejected" } : { state: "failed", failure, error });
    }
  }

  if (address === undefined) {
    return (
      <Button full onClick={connect}>
        <Icon name="wallet" />
        <Trans>Connect your wallet to stop</Trans>
      </Button>
    );
  }
  if (!isDriver) {
    return (
      <p className={styles.small}>
        <Trans>This session was paid from another account. Only that account can stop it here.</Trans>
      </p>
    );
  }
  const asked = asking.state === "asked" || stopRequested;
  const busy = asking.state === "signing" || asking.state === "sending";
  return (
    <div className={styles.stack}>
      {asked ? (
        <Notice tone="info" role="status" title={<Trans>You asked to stop</Trans>}>
          {api === undefined ? (
            <Trans>
              The contract knows it. If the oracle stays silent, the time until you can close the session runs now.
            </Trans>
          ) : (
            <Trans>The charge point is being told.</Trans>
          )}
        </Notice>
      ) : (
        <Button
          variant="danger"
          full
          busy={busy}
          onClick={() => (api === undefined ? stopOnChain() : void stopByOracle(api))}
        >
          <Icon name="stop" />
          {asking.state === "signing" ? <Trans>Sign in your wallet</Trans> : <Trans>Stop charging</Trans>}
        </Button>
      )}
      {!asked && api !== undefined && (
        <p className={styles.small}>
          <Trans>Your wallet asks for a signature. It costs nothing and moves no money.</Trans>
        </p>
      )}
      {asking.state === "rejected" && (
        <Notice role="status" title={<Trans>You said no in your wallet</Trans>}>
          <Trans>Charging goes on.</Trans>
        </Notice>
      )}
      {asking.state === "failed" && (
        <Notice
          tone="warning"
          role="alert"
          title={asking.failure ? words(asking.failure).title : <Trans>The oracle did not take the request</Trans>}
          action={
            <Button size="small" onClick={stopOnChain}>
              <Trans>Stop through the chain instead</Trans>
            </Button>
          }
        >
          {asking.failure ? (
            words(asking.failure).advice
          ) : (
            <Trans>Charging goes on. You can also ask the contract, which costs a network fee.</Trans>
          )}
          <ErrorDetails error={asking.error} />
        </Notice>
      )}
      <TransactionDialog
        transaction={onChain}
        review={
          <p>
            <Trans>
              The contract writes down that you want to end. Any oracle that is back sees it and stops the charge point;
              if none comes back, you can close the session yourself when the settlement time has passed. This costs a
              network fee and moves no other money.
            </Trans>
          </p>
        }
        confirmLabel={<Trans>Ask the contract to stop</Trans>}
        done={<Trans>The contract knows that you want to stop.</Trans>}
        money={<Trans>The session goes on as before; your deposit stays in the contract.</Trans>}
      />
    </div>
  );
}

const isTimeout = (error: unknown) => error instanceof DOMException && error.name === "TimeoutError";
