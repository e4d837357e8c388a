import { expect, it } from "vitest";
import { featureOf, pageAt } from "./paths.ts";

it.each([
  ["/", "map"],
  ["/stations", "stations"],
  ["/stations/0x12", "station"],
  ["/evse/FR*OJE*E0001", "station"],
  ["/evse/FR*OJE*E0001/pay", "pay"],
  ["/sessions", "sessions"],
  ["/sessions/0x12", "session"],
  ["/nothing/here", undefined],
  ["/evse", undefined],
] as const)("the page of %s is known before the app: %s", (path, page) => expect(pageAt(path)).toBe(page));

it("the paying page is the session's", () => {
  expect(featureOf("pay")).toBe("session");
  expect(featureOf("sessions")).toBe("sessions");
});
