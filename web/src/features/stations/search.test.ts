import type { StationIndex, StationSummary } from "@openjoule/sdk";
import { describe, expect, it } from "vitest";
import type { Hardware } from "#data";
import { noFilters, readFilters, type StationFilters, writeFilters } from "./filters.ts";
import { findStations } from "./search.ts";

type Evse = StationSummary["evses"][number];

let keys = 0n;
function evse(change: Partial<Evse> = {}): Evse {
  keys += 1n;
  return {
    key: keys,
    evseId: `FR*ABC*E${keys}`,
    status: "Available",
    maxPowerW: 22_000,
    connectors: ["IEC_62196_T2"],
    tariffIds: ["0xaa"],
    ...change,
  };
}

function station(change: Partial<StationSummary>): StationSummary {
  return {
    stationId: (keys + 1n) << 16n,
    latitude: 48.85,
    longitude: 2.35,
    name: "Gare",
    address: "1 rue de l’Église",
    city: "Orléans",
    postalCode: "45000",
    evses: [evse()],
    ...change,
  };
}

function find(stations: StationSummary[], filters: Partial<StationFilters> = {}, hardware?: Hardware) {
  const index: StationIndex = { stations, tariffs: new Map() };
  return findStations(index, { filters: { ...noFilters, ...filters }, hardware, from: undefined });
}

const names = (found: ReturnType<typeof find>) => found.map(({ station: { name } }) => name);

describe("findStations", () => {
  it("asks all of one and the same EVSE", () => {
    const mixed = station({
      evses: [
        evse({ maxPowerW: 150_000, connectors: ["IEC_62196_T2_COMBO"], status: "InSession" }),
        evse({ maxPowerW: 22_000 }),
      ],
    });
    expect(find([mixed], { freeOnly: true })).toHaveLength(1);
    expect(find([mixed], { powerKw: 150, connector: "ccs" })).toHaveLength(1);
    // The fast one is taken, the free one is slow.
    expect(find([mixed], { freeOnly: true, powerKw: 50 })).toEqual([]);
    expect(find([mixed], { freeOnly: true, connector: "ccs" })).toEqual([]);
  });

  it("shows the availability of the EVSEs that were asked for", () => {
    const mixed = station({
      evses: [evse({ connectors: ["IEC_62196_T2_COMBO"], status: "InSession" }), evse()],
    });
    expect(find([mixed])[0]?.availability).toBe("free");
    expect(find([mixed], { connector: "ccs" })[0]?.availability).toBe("occupied");
  });

  it.each(["orleans", "ORLÉANS gare", "45000", "eglise", " gare  rue "])("finds by %s", (text) => {
    expect(
      find([station({}), station({ name: "Port", address: "Quai 2", city: "Brest", postalCode: "29200" })], { text }),
    ).toHaveLength(1);
  });

  it.each(["FR*XYZ*E42", "frxyze42", "FR-XYZ-E42", "XYZE4"])("finds an EVSE by %s", (text) => {
    const wanted = station({ evses: [evse({ evseId: "FR*XYZ*E42" })] });
    expect(find([wanted, station({})], { text })).toHaveLength(1);
  });

  it("orders by name, and by distance once the reader's place is known", () => {
    const near = station({ name: "Zebra", latitude: 45.76, longitude: 4.83 });
    const far = station({ name: "Alpha", latitude: 48.85, longitude: 2.35 });
    expect(names(find([near, far]))).toEqual(["Alpha", "Zebra"]);
    const index = { stations: [far, near], tariffs: new Map() };
    const from = { latitude: 45.75, longitude: 4.85 };
    const found = findStations(index, { filters: noFilters, hardware: undefined, from });
    expect(names(found)).toEqual(["Zebra", "Alpha"]);
    // Lyon to Paris is 392 km as the crow flies.
    expect(found[1]?.distance).toBeGreaterThan(385_000);
    expect(found[1]?.distance).toBeLessThan(400_000);
  });

  it("puts alike EVSEs in one line, the strongest first", () => {
    const [found] = find([
      station({
        evses: [
          evse({ status: "InSession" }),
          evse(),
          evse({ maxPowerW: 150_000, connectors: ["IEC_62196_T2_COMBO", "CHADEMO"] }),
          // Another price is another line.
          evse({ tariffIds: ["0xbb"] }),
        ],
      }),
    ]);
    expect(
      found?.groups.map(({ maxPowerW, connectors, free, evses }) => [maxPowerW, connectors, free, evses.length]),
    ).toEqual([
      [150_000, ["ccs", "chademo"], 1, 1],
      [22_000, ["type2"], 1, 2],
      [22_000, ["type2"], 1, 1],
    ]);
  });
});

describe("the address's query", () => {
  it("comes back as it was written", () => {
    const filters: StationFilters = { text: "gare du nord", freeOnly: true, powerKw: 50, connector: "ccs" };
    expect(readFilters(writeFilters(filters, new URLSearchParams()))).toEqual(filters);
  });

  it("says nothing of what is not filtered, and keeps what is not its own", () => {
    const query = new URLSearchParams("q=x&free=1&power=22&connector=ccs&lang=fr");
    expect(writeFilters(noFilters, query).toString()).toBe("lang=fr");
  });

  it.each(["power=-5", "power=NaN", "power=Infinity", "connector=usb", "free=yes", "q="])(
    "filters nothing by %s",
    (query) => {
      expect(readFilters(new URLSearchParams(query))).toEqual(noFilters);
    },
  );
});
