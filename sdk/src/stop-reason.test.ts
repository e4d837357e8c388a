import { expect, it } from "vitest";
import { StopReason, stopReasonName, toStopReason } from "./stop-reason.ts";

it("numbers stop reasons as contracts/types/Statement.sol does", () => {
  expect(Object.values(StopReason)).toEqual(Array.from({ length: 17 }, (_, code) => code));
  expect(stopReasonName(0)).toBe("None");
  expect(stopReasonName(2)).toBe("EVDisconnected");
  expect(stopReasonName(11)).toBe("DeAuthorized");
  expect(stopReasonName(16)).toBe("NoShow");
  expect(toStopReason(8)).toBe(StopReason.Remote);
});

it("refuses codes that are none", () => {
  for (const code of [-1, 17, 0.5]) expect(() => toStopReason(code)).toThrow("UnknownStopReason: stopReason is");
});
