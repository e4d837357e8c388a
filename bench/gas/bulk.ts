import { encodeEvseId, type StationConfig, type StationPlace, stationRegistryAbi } from "@openjoule/sdk";
import { encodeFunctionData, type LocalAccount } from "viem";
import { placeOf } from "../../scripts/local/inhabit.ts";
import type { Sender } from "../../scripts/local/sender.ts";
import { readSample } from "../../scripts/local/stations/station.ts";
import type { World } from "../../scripts/local/world.ts";

/** Stations of four EVSEs in one transaction: as many as Arbitrum's sequencer takes in 95,000 bytes. */
export const bulkStations = 58;

/** The place of the sample's station whose metadata, inline OCPI JSON, is of middling length. */
export function middlingPlace(): StationPlace {
  const { stations, attribution } = readSample();
  const places = stations.map((sample) => placeOf(sample, attribution));
  places.sort((a, b) => size(a) - size(b));
  return places[places.length >> 1] as StationPlace;
}

const size = ({ metadata }: StationPlace) => Buffer.byteLength(metadata);

/** The n-th station of four EVSEs. */
function numbered(world: World, n: number): StationConfig {
  const ids = [1, 2, 3, 4].map((evse) => `FR*OJE*E${String(10_000 + n)}${evse}`);
  return { ...world.config, evses: world.config.evses.map((evse, i) => ({ ...evse, id: encodeEvseId(ids[i] ?? "") })) };
}

/** Registers many stations of four EVSEs in one call of `batch`; the whole transaction's gas. */
export async function measureBulk(
  sender: Sender,
  world: World,
  owner: LocalAccount,
  { place, first }: { place: StationPlace; first: number },
): Promise<bigint> {
  const calls = Array.from({ length: bulkStations }, (_, i) =>
    encodeFunctionData({
      abi: stationRegistryAbi,
      functionName: "register",
      args: [place, numbered(world, first + i)],
    }),
  );
  const { gasUsed } = await sender.call(owner, {
    name: "register in bulk",
    address: world.deployment.contracts.StationRegistry.address,
    abi: stationRegistryAbi,
    functionName: "batch",
    args: [calls],
  });
  return gasUsed;
}
