import { Trans } from "@lingui/react/macro";
import { type ReactNode, useSyncExternalStore } from "react";
import { useConfig } from "#config";
import { Button, Dialog } from "#ui";
import { type Described, describeCall, describeValue } from "./describe.ts";
import styles from "./LocalWalletDialog.module.css";
import { type LocalRequest, requests } from "./requests.ts";

/** The local wallet's window: what is asked, and yes or no. It stands for a wallet's own window, and says so. */
export function LocalWalletDialog() {
  const asked = useSyncExternalStore(requests.subscribe, requests.first);
  if (asked === undefined) return null;
  const { request, answer } = asked;
  return (
    <Dialog
      open
      onClose={() => answer(false)}
      title={<Title request={request} />}
      className={styles.dialog}
      footer={
        <>
          <Button onClick={() => answer(false)}>
            <Trans>Reject</Trans>
          </Button>
          <Button variant="primary" onClick={() => answer(true)}>
            <Trans>Approve</Trans>
          </Button>
        </>
      }
    >
      <p className={styles.mark}>
        <Trans>Local wallet: a development key for this local network. It stands in for a wallet of your own.</Trans>
      </p>
      <Content request={request} />
    </Dialog>
  );
}

function Title({ request }: { request: LocalRequest }) {
  if (request.kind === "connect") return <Trans>Connect to this site?</Trans>;
  if (request.kind === "transaction") return <Trans>Send this transaction?</Trans>;
  if (request.kind === "chain") return <Trans>Switch the chain?</Trans>;
  return <Trans>Sign this?</Trans>;
}

function Content({ request }: { request: LocalRequest }) {
  const { chainName } = useConfig();
  switch (request.kind) {
    case "connect":
      return (
        <Fields>
          <Field name={<Trans>Site</Trans>}>{request.origin}</Field>
          <Field name={<Trans>Account</Trans>}>{request.address}</Field>
        </Fields>
      );
    case "chain":
      return (
        <p>
          <Trans>To {chainName}</Trans>
        </p>
      );
    case "message":
      return (
        <Fields>
          <Field name={<Trans>Message</Trans>}>{request.text}</Field>
        </Fields>
      );
    case "typedData":
      return (
        <>
          <p className={styles.name}>{request.primaryType}</p>
          <Values values={request.message} />
          <Values values={request.domain} />
        </>
      );
    case "transaction": {
      const call = describeCall(request.data);
      return (
        <>
          {call ? <Call call={call} /> : <p className={styles.name}>{request.data.slice(0, 10)}</p>}
          <Fields>
            <Field name={<Trans>From</Trans>}>{request.from}</Field>
            <Field name={<Trans>To</Trans>}>{request.to ?? "-"}</Field>
            {request.value > 0n && <Field name={<Trans>Value (wei)</Trans>}>{request.value.toString()}</Field>}
          </Fields>
        </>
      );
    }
  }
}

function Call({ call }: { call: Described }) {
  return (
    <div className={styles.call}>
      <p className={styles.name}>{call.functionName}</p>
      {call.fields.length > 0 && (
        <Fields>
          {call.fields.map(({ name, value }) => (
            <Field key={name} name={name}>
              {value}
            </Field>
          ))}
        </Fields>
      )}
      {call.inner.length > 0 && (
        <div className={styles.inner}>
          {call.inner.map((inner) => (
            <Call key={inner.functionName} call={inner} />
          ))}
        </div>
      )}
    </div>
  );
}

const Values = ({ values }: { values: Readonly<Record<string, unknown>> }) => (
  <Fields>
    {Object.entries(values).map(([name, value]) => (
      <Field key={name} name={name}>
        {describeValue(value)}
      </Field>
    ))}
  </Fields>
);

const Fields = ({ children }: { children: ReactNode }) => <dl className={styles.fields}>{children}</dl>;

function Field({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd translate="no">{children}</dd>
    </div>
  );
}
