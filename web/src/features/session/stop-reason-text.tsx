import { Trans } from "@lingui/react/macro";
import type { StopReasonName } from "@openjoule/sdk";
import type { ReactNode } from "react";

const words: Readonly<Record<Exclude<StopReasonName, "None">, ReactNode>> = {
  EmergencyStop: <Trans>The emergency stop was pressed</Trans>,
  EVDisconnected: <Trans>The car was unplugged</Trans>,
  HardReset: <Trans>The charge point was restarted</Trans>,
  Local: <Trans>Stopped at the charge point</Trans>,
  Other: <Trans>The charge point ended it</Trans>,
  PowerLoss: <Trans>The charge point lost its power</Trans>,
  Reboot: <Trans>The charge point was restarted</Trans>,
  Remote: <Trans>You asked to stop</Trans>,
  SoftReset: <Trans>The charge point was restarted</Trans>,
  UnlockCommand: <Trans>The connector was unlocked</Trans>,
  DeAuthorized: <Trans>The charge point withdrew its permission</Trans>,
  EnergyLimitReached: <Trans>Your deposit was used up</Trans>,
  TimeLimitReached: <Trans>The longest duration was reached</Trans>,
  Fault: <Trans>The charge point failed</Trans>,
  Refused: <Trans>The charge point refused to start</Trans>,
  NoShow: <Trans>Nothing was plugged in</Trans>,
};

/** Why a session ended. */
export function StopReasonText({ reason }: { reason: Exclude<StopReasonName, "None"> | undefined }) {
  return reason === undefined ? <Trans>It was closed</Trans> : words[reason];
}
