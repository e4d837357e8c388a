import { Trans } from "@lingui/react/macro";
import type { EvseKey } from "@openjoule/sdk";
import { useNow } from "#data";
import { AvailabilityBadge, ConditionText, type EvseGroup, GroupLine, payHref } from "#features/stations";
import { useFormat } from "#i18n";
import { ButtonLink, Card, cx, VisuallyHidden } from "#ui";
import type { SheetEvse } from "./evses.ts";
import styles from "./StationSheet.module.css";

export interface ConnectorsCardProps {
  readonly groups: readonly EvseGroup<SheetEvse>[];
  readonly chosen: EvseKey | undefined;
  readonly energy: string;
}

/** `22 kW · Type 2 · 1/8 free`, and under it each of them with what it does now. */
export function ConnectorsCard({ groups, chosen, energy }: ConnectorsCardProps) {
  return (
    <Card title={<Trans>Connectors</Trans>}>
      {groups.length === 0 && <Trans>This station has no chargers in use.</Trans>}
      {groups.map((group) => (
        <div key={group.key} className={styles.group}>
          <h3>
            <GroupLine group={group} />
          </h3>
          <ul className={styles.evses}>
            {group.evses.map((evse) => (
              <EvseLine key={String(evse.key)} evse={evse} chosen={evse.key === chosen} energy={energy} />
            ))}
          </ul>
        </div>
      ))}
    </Card>
  );
}

function EvseLine({ evse, chosen, energy }: { evse: SheetEvse; chosen: boolean; energy: string }) {
  const format = useFormat();
  const now = useNow();
  const { evseId } = evse;
  const since =
    evse.since !== undefined && evse.since <= now ? format.duration(roundTime(now - evse.since)) : undefined;
  return (
    <li className={cx(styles.evse, chosen && styles.chosen)}>
      <div className={styles.evseText}>
        <span translate="no">{evseId}</span>
        {evse.condition !== "free" && (
          <span className={styles.condition}>
            <ConditionText condition={evse.condition} />
          </span>
        )}
        {since !== undefined && (
          <span className={styles.condition}>
            <Trans>For {since}</Trans>
          </span>
        )}
      </div>
      <AvailabilityBadge availability={evse.availability} />
      {evse.canStart && (
        <ButtonLink variant={chosen ? "primary" : "secondary"} size="small" href={payHref(evse.key, energy)}>
          <Trans>Start charging</Trans>
          <VisuallyHidden>{evseId}</VisuallyHidden>
        </ButtonLink>
      )}
    </li>
  );
}

/** Minutes are enough: a text that changes each second disturbs. */
const roundTime = (seconds: number) => Math.max(60, seconds - (seconds % 60));
