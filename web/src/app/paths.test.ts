import { expect, it } from "vitest";
import { featureOf } from "./paths.ts";

it.each([
  ["/", "map"],
  ["/stations", "stations"],
  ["/stations/0x12", "station"],
  ["/evse/FR*OJE*E0001", "station"],
  ["/evse/FR*OJE*E0001/pay", "session"],
  ["/sessions", "sessions"],
  ["/sessions/0x12", "session"],
  ["/nothing/here", undefined],
  ["/evse", undefined],
])("the page of %s is loaded with the app: %s", (path, feature) => expect(featureOf(path)).toBe(feature));
