import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DeviceCommand, deviceCommandResultSchema, deviceCommandSchema } from "../../../bus/types.ts";
import type { BareCommand } from "./scenarios/support.ts";
import { toResult } from "./to-result.ts";

const commands: DeviceCommand[] = (
  [
    { type: "reset", kind: "soft" },
    { type: "getConfiguration" },
    { type: "getLocalListVersion" },
    { type: "getCompositeSchedule", connectorId: 1, durationSeconds: 60 },
    { type: "updateFirmware", location: "https://files.example/1", retrieveAtSeconds: 0 },
    { type: "getDiagnostics", location: "https://files.example/1" },
    { type: "getLog", requestId: 1, log: "security", location: "https://files.example/1" },
    { type: "dataTransfer", vendorId: "v" },
    { type: "getInstalledCertificates", certificateType: "manufacturerRoot" },
  ] satisfies BareCommand[]
).map((command) => deviceCommandSchema.parse({ commandId: "k", deviceId: "CP1", ...command }));

const nasty = fc.jsonValue({ maxDepth: 3 });
const time = fc.constantFrom("1921-01-01T00:00:00Z", "2027-01-01T00:00:00", "noon", "9999-12-31T23:59:59-23:59", 7);
const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(-1, 1e300, 0.1));
const period = fc.record({ startPeriod: number, limit: number, numberPhases: number }, { requiredKeys: [] });
const payload = fc.oneof(
  nasty,
  fc.record(
    {
      status: fc.oneof(fc.constantFrom("Accepted", "Rejected", "AcceptedCanceled", "Odd"), nasty),
      configurationKey: fc.oneof(fc.array(fc.record({ key: fc.string(), value: nasty, readonly: nasty })), nasty),
      unknownKey: nasty,
      listVersion: number,
      connectorId: number,
      scheduleStart: time,
      chargingSchedule: fc.oneof(
        nasty,
        fc.record({
          duration: number,
          startSchedule: time,
          chargingRateUnit: fc.constantFrom("A", "W", "V"),
          chargingSchedulePeriod: fc.array(fc.oneof(period, nasty)),
          minChargingRate: number,
        }),
      ),
      fileName: nasty,
      filename: fc.string({ maxLength: 600 }),
      data: nasty,
      certificateHashData: fc.array(
        fc.record({
          hashAlgorithm: fc.constantFrom("SHA256", "MD5"),
          issuerNameHash: fc.string({ maxLength: 200 }),
          issuerKeyHash: fc.string(),
          serialNumber: fc.string({ maxLength: 60 }),
        }),
      ),
    },
    { requiredKeys: [] },
  ),
);

describe("toResult", () => {
  it("makes a valid result of whatever a charge point answers", () => {
    fc.assert(
      fc.property(fc.constantFrom(...commands), payload, (command, said) => {
        // As it comes from the wire: no negative zero, infinity or undefined.
        const value = JSON.parse(JSON.stringify(said));
        const result = toResult(command, { kind: "result", payload: value }, Date.UTC(2027, 0, 1));
        expect(deviceCommandResultSchema.parse(result)).toEqual(result);
        expect(JSON.parse(JSON.stringify(result))).toEqual(result);
      }),
      { numRuns: 5_000 },
    );
  });
});
