import type { Gauge } from "@prometheus-io/client";

/** Which devices hold a socket now. In memory: after a restart nobody does until it connects again. */
export function createConnections(gauge: Pick<Gauge, "set">) {
  const byDevice = new Map<string, string>();
  return {
    add(deviceId: string, connectionId: string): void {
      byDevice.set(deviceId, connectionId);
      gauge.set(byDevice.size);
    },
    /** The end of an older socket says nothing about a newer one (habit 8). */
    remove(deviceId: string, connectionId: string): void {
      if (byDevice.get(deviceId) === connectionId) byDevice.delete(deviceId);
      gauge.set(byDevice.size);
    },
    /** Whether the device has a newer socket than this one. */
    isReplaced: (deviceId: string, connectionId: string): boolean =>
      byDevice.has(deviceId) && byDevice.get(deviceId) !== connectionId,
    has: (deviceId: string): boolean => byDevice.has(deviceId),
  };
}
