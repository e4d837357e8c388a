import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RawClient } from "../../testing/raw-client.ts";
import { startWire, type Wire } from "../../testing/wire.ts";
import { accepted, at, type BareCommand, exchange, iso, refused } from "./support.ts";

let wire: Wire;
let client: RawClient;
beforeEach(async () => {
  wire = await startWire();
  client = await wire.join();
});
afterEach(() => wire.close());

const reserve: BareCommand = {
  type: "reserve",
  connectorId: 1,
  expiresAtSeconds: at,
  idToken: "TAG",
  reservationId: 9,
};
const asked = { connectorId: 1, expiryDate: iso(at), idTag: "TAG", reservationId: 9 };

async function refusedWith(status: string) {
  return (await exchange(wire, client, reserve, { status })).result;
}

describe("reservation (OCPP 1.6 §5.13, §5.1)", () => {
  it("reservation accepted, and used by its transaction", async () => {
    const { call, result } = await exchange(wire, client, reserve, { status: "Accepted" });
    expect(call).toEqual({ action: "ReserveNow", payload: asked });
    expect(result).toEqual(accepted);
    await client.call("StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Reserved" });
    const start = { connectorId: 1, idTag: "TAG", meterStart: 0, timestamp: iso(at - 60), reservationId: 9 };
    await client.call("StartTransaction", start);
    expect(wire.core.of("status")).toMatchObject([{ status: "reserved" }]);
    expect(wire.core.of("transactionStarted")).toMatchObject([{ reservationId: 9 }]);
  });

  it("reservation for a group of tags on any connector", async () => {
    const group = { ...reserve, connectorId: 0, parentIdToken: "FLEET" };
    const { call } = await exchange(wire, client, group, { status: "Accepted" });
    expect(call.payload).toEqual({ ...asked, connectorId: 0, parentIdTag: "FLEET" });
  });

  it("reservation refused: faulted", async () => {
    expect(await refusedWith("Faulted")).toEqual(refused("faulted", "Faulted"));
  });

  it("reservation refused: occupied", async () => {
    expect(await refusedWith("Occupied")).toEqual(refused("occupied", "Occupied"));
  });

  it("reservation refused: rejected", async () => {
    expect(await refusedWith("Rejected")).toEqual(refused("rejected", "Rejected"));
  });

  it("reservation refused: unavailable", async () => {
    expect(await refusedWith("Unavailable")).toEqual(refused("unavailable", "Unavailable"));
  });

  it("reservation cancelled, and cancelling refused", async () => {
    const cancel: BareCommand = { type: "cancelReservation", reservationId: 9 };
    const cancelled = await exchange(wire, client, cancel, { status: "Accepted" });
    expect(cancelled).toEqual({
      call: { action: "CancelReservation", payload: { reservationId: 9 } },
      result: accepted,
    });
    const unknown = await exchange(wire, client, cancel, { status: "Rejected" });
    expect(unknown.result).toEqual(refused("rejected", "Rejected"));
  });
});
