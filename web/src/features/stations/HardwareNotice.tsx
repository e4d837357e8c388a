import { Trans } from "@lingui/react/macro";
import type { HardwareResult } from "#data";
import { Notice } from "#ui";

/** Says that what is free is by the chain alone, while the oracle does not answer. */
export function HardwareNotice({ hardware }: { hardware: HardwareResult }) {
  if (!hardware.down) return null;
  return (
    <Notice tone="info" role="status" title={<Trans>The chargers themselves cannot be asked now</Trans>}>
      <Trans>What is free here is by the last records on the chain. A charger may be unplugged or out of order.</Trans>
    </Notice>
  );
}
