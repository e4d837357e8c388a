import { Trans } from "@lingui/react/macro";
import { AvailabilityBadge, ConditionText, ConnectorNames, familiesOf, payHref } from "#features/stations";
import { useFormat } from "#i18n";
import { ButtonLink, Card, Icon } from "#ui";
import type { SheetEvse } from "./evses.ts";
import styles from "./StationSheet.module.css";

/** The charger that the driver stands in front of. */
export function EvseCard({ evse, energy }: { evse: SheetEvse; energy: string }) {
  const format = useFormat();
  return (
    <Card
      title={<span translate="no">{evse.evseId}</span>}
      aside={<AvailabilityBadge availability={evse.availability} />}
    >
      <p>
        <strong>{format.power(evse.maxPowerW)}</strong> · <ConnectorNames families={familiesOf(evse.connectors)} />
      </p>
      {evse.canStart ? (
        <ButtonLink variant="primary" full href={payHref(evse.key, energy)}>
          <Icon name="bolt" />
          <Trans>Start charging</Trans>
        </ButtonLink>
      ) : (
        <p className={styles.condition}>
          <ConditionText condition={evse.condition} />
        </p>
      )}
    </Card>
  );
}
