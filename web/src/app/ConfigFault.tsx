import { Trans } from "@lingui/react/macro";
import { ErrorState } from "#ui";

/** The app does not know where the network is: nothing works, and only its operator can repair it. */
export function ConfigFault({ error }: { error: unknown }) {
  return (
    <main>
      <ErrorState
        heading="h1"
        title={<Trans>OpenJoule cannot start</Trans>}
        error={error}
        onRetry={() => location.reload()}
      >
        <Trans>
          The site does not say where the network is (config.json). That is its operator's to repair; your money and
          running sessions are not touched by it.
        </Trans>
      </ErrorState>
    </main>
  );
}
