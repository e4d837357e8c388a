import { StopReason } from "@openjoule/sdk";
import type { StopReason as DeviceStopReason, MeterSample } from "../bus/types.ts";
import { readMeter, startMeter, toReading } from "./meter.ts";
import { stopMeter } from "./meter-stop.ts";
import { finish, flag, makeStatement, meterContext, type Step, update } from "./step.ts";
import type { SessionState, StoppedMessage } from "./types.ts";

const reasons: Readonly<Record<DeviceStopReason, StopReason>> = {
  local: StopReason.Local,
  remote: StopReason.Remote,
  evDisconnected: StopReason.EVDisconnected,
  deAuthorized: StopReason.DeAuthorized,
  emergencyStop: StopReason.EmergencyStop,
  powerLoss: StopReason.PowerLoss,
  reboot: StopReason.Reboot,
  unlockCommand: StopReason.UnlockCommand,
  other: StopReason.Other,
};

/** Readings while energy flows: each message that shows more becomes a statement. */
export function onMetered(step: Step, samples: readonly MeterSample[]): void {
  const { transaction, final } = step.state;
  if (transaction === null) {
    flag(step, "meterValuesBeforeStart");
    return;
  }
  if (transaction.stopped || final !== null) {
    flag(step, "meterValuesAfterEnd");
    return;
  }
  update(step, { heardAt: step.now });
  readSamples(step, samples);
  makeStatement(step, StopReason.None);
}

/** The device's stop of this session's transaction. The first one stands (habit 3); one without its start waits for it. */
export function onStopped(step: Step, message: StoppedMessage): void {
  const { transaction, final, earlyStop } = step.state;
  if (transaction?.stopped) {
    flag(step, "secondStop");
    return;
  }
  if (final !== null) {
    flag(step, "stopAfterEnd");
    if (transaction !== null) update(step, { transaction: { ...transaction, stopped: true }, stopRetryAt: null });
    return;
  }
  if (transaction === null) {
    flag(step, "stopWithoutStart");
    if (earlyStop === null) update(step, { earlyStop: { message, at: step.now } });
    return;
  }
  if (message.transactionId !== transaction.id) flag(step, "unknownTransactionId");
  stopDelivery(step, message);
}

/** Reads the stop message's samples and register, and ends the session with them. */
export function stopDelivery(step: Step, message: StoppedMessage): void {
  const { transaction } = step.state;
  readSamples(step, message.samples);
  const { meter } = step.state;
  if (meter !== null) {
    const register = { registerWh: message.meterStopWh, deviceTime: message.timestampSeconds };
    const stopped = stopMeter(meter, register, meterContext(step));
    update(step, { meter: stopped.meter });
    flag(step, ...stopped.flags);
  }
  if (transaction !== null) update(step, { transaction: { ...transaction, stopped: true }, stopRetryAt: null });
  finish(step, stopReasonOf(step.state, message.reason));
  step.effects.push({ type: "cancel", command: "remoteStop" });
}

/** The start never came: what the stop message tells by itself stands. */
export function stopWithoutStart(step: Step, message: StoppedMessage): void {
  const [first] = message.samples;
  if (first !== undefined) {
    const started = startMeter({ registerWh: first.energyWh, deviceTime: first.timestampSeconds }, meterContext(step));
    update(step, { meter: started.meter });
    flag(step, ...started.flags);
  }
  stopDelivery(step, message);
}

/** The device's own reason, unless it only did as it was told: then what we told it for. */
function stopReasonOf(state: SessionState, reason: DeviceStopReason): StopReason {
  const told = reason === "remote" || reason === "other" ? state.stop?.reason : undefined;
  return told ?? reasons[reason];
}

function readSamples(step: Step, samples: readonly MeterSample[]): void {
  for (const sample of inOrder(samples)) {
    const { meter } = step.state;
    if (meter === null) return;
    const read = readMeter(meter, toReading(sample), meterContext(step));
    update(step, { meter: read.meter });
    flag(step, ...read.flags);
  }
}

/** By the device's time where every sample has one; else as they came. */
function inOrder(samples: readonly MeterSample[]): readonly MeterSample[] {
  if (samples.some(({ timestampSeconds }) => timestampSeconds === null)) return samples;
  return samples.toSorted((a, b) => (a.timestampSeconds ?? 0) - (b.timestampSeconds ?? 0));
}
