import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useConfig } from "#config";
import { IndexDown, isDown } from "#data";
import { ButtonLink, EmptyState, Page, Skeleton } from "#ui";
import { PayForm } from "./PayForm.tsx";
import { type FoundEvse, findEvses } from "./pay-offer.ts";
import styles from "./session.module.css";

/** Look at the whole price, then pay and start. `evseId` as people read it, or the EVSE's key. */
export function PayPage({ evseId }: { evseId: string }) {
  const { t } = useLingui();
  const { subgraphUrl } = useConfig();
  const found = useQuery({
    queryKey: ["subgraph", "pay", evseId],
    queryFn: ({ signal }) => findEvses(subgraphUrl, evseId, signal),
    refetchInterval: 10_000,
  });
  return (
    <Page
      title={t`Pay and start`}
      intro={<Trans>What you do not use comes back to you; nobody can take more than you lock.</Trans>}
    >
      {found.isPending && !isDown(found) && <Skeleton lines={8} />}
      {isDown(found) && (
        <IndexDown result={found}>
          <Trans>Nothing was paid.</Trans>
        </IndexDown>
      )}
      {found.data !== undefined && <Found evses={found.data} />}
    </Page>
  );
}

function Found({ evses }: { evses: readonly FoundEvse[] }) {
  const [only] = evses;
  if (only === undefined) {
    return (
      <EmptyState
        title={<Trans>No such charge point</Trans>}
        action={
          <ButtonLink variant="primary" href="/">
            <Trans>Find one on the map</Trans>
          </ButtonLink>
        }
      >
        <Trans>The address may be mistyped, the code damaged, or the charge point was removed. Nothing was paid.</Trans>
      </EmptyState>
    );
  }
  if (evses.length === 1) return <PayForm key={only.evse.key.toString()} found={only} />;
  return (
    <EmptyState icon="alert" title={<Trans>Several stations claim this code</Trans>}>
      <div className={styles.stack}>
        <p>
          <Trans>Choose the one where you are; each is paid to its own owner.</Trans>
        </p>
        {evses.map(({ station, evse }) => (
          <ButtonLink key={evse.key.toString()} href={`/evse/${evse.key}/pay`}>
            {[station.name ?? evse.evseId, station.address, station.city].filter(Boolean).join(", ")}
          </ButtonLink>
        ))}
      </div>
    </EmptyState>
  );
}
