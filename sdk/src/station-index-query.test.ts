import { describe, expect, it } from "vitest";
import { queryCommittee } from "./committee-query.ts";
import { queryStationIndex } from "./station-index-query.ts";
import { queryStation, queryStationsOfEvse } from "./station-query.ts";

/** That a real subgraph answers such rows is tested in test/subgraph/. */

const tariffId = `0x${"ab".repeat(32)}` as const;
const otherTariffId = `0x${"cd".repeat(32)}` as const;
const meta = (timestamp: number | null) => ({ _meta: { block: { timestamp } } });

/** Answers one query after the other, and keeps what was asked. */
function endpoint(...answers: unknown[]) {
  const asked: { query: string; variables: Record<string, unknown> }[] = [];
  const fetch: typeof globalThis.fetch = async (_, init) => {
    asked.push(JSON.parse(String(init?.body)));
    return Response.json({ data: answers[asked.length - 1] });
  };
  return { asked, options: { fetch } };
}

const row = (number: number) => ({
  tokenId: (BigInt(number) << 16n).toString(),
  latitudeE7: 488_566_000,
  longitudeE7: -23_522_000,
  name: null,
  address: null,
  city: "Paris",
  postalCode: null,
  tariffIds: [otherTariffId, tariffId],
  evses: [
    {
      key: (BigInt(number) << 16n).toString(),
      evseId: "FR*ABC*E1",
      status: "Available",
      maxPowerW: "22000",
      connectors: ["IEC_62196_T2", "UNKNOWN_77"],
      tariffMask: 2,
    },
  ],
});

describe("queryStationIndex", () => {
  it("reads pages until one is not full, and each tariff once", async () => {
    const first = Array.from({ length: 1000 }, (_, index) => row(index + 1));
    const { asked, options } = endpoint(
      { stations: first, ...meta(100) },
      { stations: [row(2000)], ...meta(103) },
      { tariffs: [] },
    );
    const { value, asOf } = await queryStationIndex("http://subgraph", options);
    expect(value.stations).toHaveLength(1001);
    expect(asked.map(({ variables }) => variables)).toEqual([
      { first: 1000, after: "0x" },
      { first: 1000, after: `0x${(1000n << 16n).toString(16).padStart(64, "0")}` },
      { ids: [otherTariffId, tariffId] },
    ]);
    expect(asOf).toBe(100);
  });

  it("reads a station in degrees and without connectors that have no name", async () => {
    const { options } = endpoint({ stations: [row(1)], ...meta(7) }, { tariffs: [] });
    const { value } = await queryStationIndex("http://subgraph", options);
    expect(value.stations).toEqual([
      {
        stationId: 1n << 16n,
        latitude: 48.8566,
        longitude: -2.3522,
        name: undefined,
        address: undefined,
        city: "Paris",
        postalCode: undefined,
        evses: [
          {
            key: 1n << 16n,
            evseId: "FR*ABC*E1",
            status: "Available",
            maxPowerW: 22_000,
            connectors: ["IEC_62196_T2"],
            tariffIds: [tariffId],
          },
        ],
      },
    ]);
  });

  it("asks for no tariffs where there are none", async () => {
    const { asked, options } = endpoint({ stations: [], ...meta(7) });
    await queryStationIndex("http://subgraph", options);
    expect(asked).toHaveLength(1);
  });
});

describe("one station", () => {
  it("is undefined where the subgraph does not know it", async () => {
    const { asked, options } = endpoint({ station: null, ...meta(9) });
    expect(await queryStation("http://subgraph", 1n << 16n, options)).toEqual({ value: undefined, asOf: 9 });
    expect(asked[0]?.variables).toEqual({ id: `0x${"0".repeat(59)}10000` });
  });

  it("is asked for by an EVSE id in any of its forms", async () => {
    const { asked, options } = endpoint({ evses: [], ...meta(9) });
    expect((await queryStationsOfEvse("http://subgraph", "frabce123", options)).value).toEqual([]);
    expect(asked[0]?.variables).toEqual({ evseId: "FR*ABC*E123" });
    await expect(queryStationsOfEvse("http://subgraph", "nonsense", options)).rejects.toThrow(/evseId/);
  });
});

describe("queryCommittee", () => {
  const operator = {
    id: `0x${"1".repeat(40)}`,
    status: "Active",
    bond: "5",
    endpoint: "https://oracle.example",
    bondCurrency: { ledgerId: "1", token: null, symbol: "ETH", decimals: 18 },
  };

  it("reads its operators", async () => {
    const committee = { status: "Active", threshold: 1, feeBps: 200, members: [{ operator }] };
    const { options } = endpoint({ committee });
    expect(await queryCommittee("http://subgraph", tariffId, options)).toEqual({
      committeeId: tariffId,
      status: "Active",
      threshold: 1,
      feeBps: 200,
      operators: [
        {
          operator: operator.id,
          status: "Active",
          bond: 5n,
          bondCurrency: { token: undefined, symbol: "ETH", decimals: 18 },
          endpoint: "https://oracle.example",
        },
      ],
    });
  });

  it("is undefined while nobody has accepted it", async () => {
    const { options } = endpoint({ committee: null });
    expect(await queryCommittee("http://subgraph", tariffId, options)).toBeUndefined();
  });
});
