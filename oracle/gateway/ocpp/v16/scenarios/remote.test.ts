import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RawClient } from "../../testing/raw-client.ts";
import { startWire, type Wire } from "../../testing/wire.ts";
import { accepted, type BareCommand, exchange, refused, send } from "./support.ts";

let wire: Wire;
let client: RawClient;
beforeEach(async () => {
  wire = await startWire({ commandTimeoutMs: 100 });
  client = await wire.join();
});
afterEach(() => wire.close());

const remoteStart: Extract<BareCommand, { type: "remoteStart" }> = {
  type: "remoteStart",
  connectorId: 1,
  idToken: "TAG",
};
const remoteStop: BareCommand = { type: "remoteStop", transactionId: "7" };

async function away(): Promise<void> {
  client.socket.terminate();
  await wire.core.wait("disconnected");
}

describe("remote start (OCPP 1.6 §5.11)", () => {
  it("remote start accepted", async () => {
    const { call, result } = await exchange(wire, client, remoteStart, { status: "Accepted" });
    expect(call).toEqual({ action: "RemoteStartTransaction", payload: { connectorId: 1, idTag: "TAG" } });
    expect(result).toEqual(accepted);
  });

  it("remote start on whichever connector is free", async () => {
    const { call } = await exchange(wire, client, { ...remoteStart, connectorId: null }, { status: "Accepted" });
    expect(call.payload).toEqual({ idTag: "TAG" });
  });

  it("remote start with a charging profile", async () => {
    const schedule = { unit: "W" as const, periods: [{ startSeconds: 0, limit: 7_400 }] };
    const profile = { profileId: 3, stackLevel: 0, purpose: "tx", kind: "relative", schedule } as const;
    const { call, result } = await exchange(wire, client, { ...remoteStart, profile }, { status: "Accepted" });
    expect(call.payload).toEqual({
      connectorId: 1,
      idTag: "TAG",
      chargingProfile: {
        chargingProfileId: 3,
        stackLevel: 0,
        chargingProfilePurpose: "TxProfile",
        chargingProfileKind: "Relative",
        chargingSchedule: { chargingRateUnit: "W", chargingSchedulePeriod: [{ startPeriod: 0, limit: 7_400 }] },
      },
    });
    expect(result).toEqual(accepted);
  });

  it("remote start rejected", async () => {
    const { result } = await exchange(wire, client, remoteStart, { status: "Rejected" });
    expect(result).toEqual(refused("rejected", "Rejected"));
  });

  it("remote start answered with an error", async () => {
    const sent = send(wire, remoteStart);
    client.send([4, (await client.nextCall()).id, "NotSupported", "not here", {}]);
    expect(await sent).toMatchObject(refused("notSupported", "NotSupported: not here"));
    const second = send(wire, remoteStart);
    client.send([4, (await client.nextCall()).id, "InternalError", "out of order", {}]);
    expect(await second).toMatchObject(refused("error", "InternalError: out of order"));
  });

  it("remote start never answered, and its late answer goes to nobody", async () => {
    const sent = send(wire, remoteStart);
    const { id } = await client.nextCall();
    expect(await sent).toMatchObject({ outcome: "timeout", detail: "no answer in time" });
    client.send([3, id, { status: "Accepted" }]);
    const { result } = await exchange(wire, client, remoteStop, { status: "Rejected" });
    expect(result).toEqual(refused("rejected", "Rejected"));
  });

  it("remote start whose connection is lost before the answer", async () => {
    const sent = send(wire, remoteStart);
    await client.nextCall();
    client.socket.terminate();
    expect(await sent).toMatchObject({ outcome: "timeout", detail: "connection lost before the answer" });
  });

  it("remote start to a charge point that is away", async () => {
    await away();
    expect(await send(wire, remoteStart)).toMatchObject({ outcome: "offline" });
  });

  it("remote start answered with nothing that is an answer", async () => {
    const { result } = await exchange(wire, client, remoteStart, { state: "Accepted" });
    expect(result).toEqual(refused("unreadableAnswer", "answer without a status"));
  });
});

describe("remote stop (OCPP 1.6 §5.12)", () => {
  it("remote stop accepted", async () => {
    const { call, result } = await exchange(wire, client, remoteStop, { status: "Accepted" });
    expect(call).toEqual({ action: "RemoteStopTransaction", payload: { transactionId: 7 } });
    expect(result).toEqual(accepted);
  });

  it("remote stop rejected: no such transaction", async () => {
    const { result } = await exchange(wire, client, remoteStop, { status: "Rejected" });
    expect(result).toEqual(refused("rejected", "Rejected"));
  });

  it("remote stop never answered", async () => {
    expect(await send(wire, remoteStop)).toMatchObject({ outcome: "timeout" });
  });

  it("remote stop to a charge point that is away", async () => {
    await away();
    expect(await send(wire, remoteStop)).toMatchObject({ outcome: "offline" });
  });

  it("remote stop overtakes what waits", async () => {
    const first = send(wire, { type: "getConfiguration" });
    const second = send(wire, { type: "clearCache" });
    const stop = send(wire, remoteStop);
    const actions: string[] = [];
    for (const payload of [{}, { status: "Accepted" }, { status: "Accepted" }]) {
      const { id, action } = await client.nextCall();
      actions.push(action);
      client.send([3, id, payload]);
    }
    expect(actions).toEqual(["GetConfiguration", "RemoteStopTransaction", "ClearCache"]);
    expect((await Promise.all([first, second, stop])).map(({ outcome }) => outcome)).toEqual(Array(3).fill("accepted"));
  });
});

describe("unlock and availability (OCPP 1.6 §5.2, §5.18)", () => {
  const unlock: BareCommand = { type: "unlock", connectorId: 2 };

  it("connector unlocked", async () => {
    const { call, result } = await exchange(wire, client, unlock, { status: "Unlocked" });
    expect(call).toEqual({ action: "UnlockConnector", payload: { connectorId: 2 } });
    expect(result).toEqual({ outcome: "accepted", detail: "Unlocked" });
  });

  it("unlocking failed, and not supported", async () => {
    const failed = await exchange(wire, client, unlock, { status: "UnlockFailed" });
    expect(failed.result).toEqual(refused("unlockFailed", "UnlockFailed"));
    const none = await exchange(wire, client, unlock, { status: "NotSupported" });
    expect(none.result).toEqual(refused("notSupported", "NotSupported"));
  });

  it("availability changed, scheduled and refused", async () => {
    const inoperative: BareCommand = { type: "changeAvailability", connectorId: 1, operative: false };
    const changed = await exchange(wire, client, inoperative, { status: "Accepted" });
    expect(changed).toEqual({
      call: { action: "ChangeAvailability", payload: { connectorId: 1, type: "Inoperative" } },
      result: accepted,
    });
    const whole: BareCommand = { type: "changeAvailability", connectorId: 0, operative: true };
    const scheduled = await exchange(wire, client, whole, { status: "Scheduled" });
    expect(scheduled.call.payload).toEqual({ connectorId: 0, type: "Operative" });
    expect(scheduled.result).toEqual({ outcome: "accepted", detail: "Scheduled" });
    const { result } = await exchange(wire, client, inoperative, { status: "Rejected" });
    expect(result).toEqual(refused("rejected", "Rejected"));
  });
});
