import {
  committeeId,
  EvseKind,
  encodeConnectors,
  encodeEvseId,
  type StationConfig,
  type StationNow,
  type StationPlace,
  stationId,
  stationRegistryAbi,
  type Tariff,
  tariffId,
  toBatches,
} from "@openjoule/sdk";
import { type Address, encodeFunctionData, type HDAccount, numberToHex, parseEther, zeroHash } from "viem";
import { localOwners } from "./accounts.ts";
import { type BulkCall, sendInBulk } from "./bulk.ts";
import type { Sender } from "./sender.ts";
import { isDirectCurrent } from "./stations/irve.ts";
import { pick } from "./stations/pick.ts";
import { readSample, type SampleStation } from "./stations/station.ts";
import { sampleTariffs, type TariffName, tariffOf } from "./stations/tariffs.ts";
import type { World } from "./world.ts";

/** A station of the sample as it stands on the local chain. */
export interface InhabitedStation extends StationNow {
  readonly sample: SampleStation;
  readonly place: StationPlace;
  /** In the order of `config.tariffIds`. */
  readonly tariffs: readonly Tariff[];
}

/**
 * Registers the sample's stations, owned by a few made-up owners, with their tariffs. The chain must be a development chain
 * that mines at once; afterwards it is in that state again.
 *
 * @throws Error that names the first station that the contract refuses
 */
export async function inhabit(sender: Sender, world: World): Promise<InhabitedStation[]> {
  const registry = world.deployment.contracts.StationRegistry.address;
  const tariffs = sampleTariffs(BigInt(world.terms.currency));
  const owners = localOwners();
  await Promise.all(owners.map(({ address }) => setBalance(sender, address)));
  await sendInBulk(
    sender,
    Object.entries(tariffs).map(([name, { terms, pricing }]) => ({
      name: `tariff ${name}`,
      account: owners[0],
      to: registry,
      data: encodeFunctionData({ abi: stationRegistryAbi, functionName: "publishTariff", args: [terms, pricing] }),
    })),
  );

  const { attribution, stations } = readSample();
  const registrations = stations.map((sample) => toRegistration(sample, { owners, attribution, tariffs, world }));
  await sendInBulk(
    sender,
    owners.flatMap((account) => {
      const own = registrations.filter(({ owner }) => owner.address === account.address);
      return toRegistrationCalls(account, registry, own);
    }),
  );
  return registrations.map(({ station }) => station);
}

/** One owner's stations, as many to a transaction as fit. */
function toRegistrationCalls(
  account: HDAccount,
  registry: Address,
  registrations: readonly { station: InhabitedStation }[],
): BulkCall[] {
  const abi = stationRegistryAbi;
  const names = new Map(
    registrations.map(({ station: { sample, place, config } }) => [
      encodeFunctionData({ abi, functionName: "register", args: [place, config] }),
      `station ${sample.id}`,
    ]),
  );
  return toBatches([...names.keys()]).map((calls) => ({
    name: `${calls.length} stations`,
    entries: calls.map((call) => names.get(call) ?? ""),
    account,
    to: registry,
    data: encodeFunctionData({ abi, functionName: "batch", args: [calls] }),
  }));
}

/** Ether for gas, as a development chain gives it. */
async function setBalance({ publicClient }: Sender, address: Address): Promise<void> {
  await publicClient.request({
    method: "anvil_setBalance",
    params: [address, numberToHex(parseEther("100"))],
  } as never);
}

interface Surroundings {
  owners: readonly [HDAccount, ...HDAccount[]];
  attribution: string;
  tariffs: Record<TariffName, Tariff>;
  world: World;
}

function toRegistration(sample: SampleStation, { owners, attribution, tariffs, world }: Surroundings) {
  // The stations of one sign have one owner.
  const owner = pick(owners, sample.operator);
  const currents = sample.evses.map(({ connectors }) => (isDirectCurrent(connectors) ? "dc" : "ac"));
  const offered = [...new Set(currents)];
  const chosen = offered.map((current) => tariffs[tariffOf(sample.operator, current)]);
  const config: StationConfig = {
    registrant: owner.address,
    committeeId: committeeId(world.committee),
    tariffIds: chosen.map(({ terms, pricing }) => tariffId(terms, pricing)),
    evses: sample.evses.map(({ id, powerW, connectors }, index) => {
      const current = currents[index] ?? "ac";
      return {
        id: encodeEvseId(id),
        maxPowerW: powerW,
        kind: current === "dc" ? EvseKind.DC : EvseKind.AC,
        inService: true,
        tariffMask: 1 << offered.indexOf(current),
        connectors: encodeConnectors(connectors),
        meterKeyHash: zeroHash,
      };
    }),
  };
  const place = placeOf(sample, attribution);
  const now: StationNow = { stationId: stationId(config), owner: owner.address, ownerEpoch: 0, config };
  return { owner, station: { ...now, sample, place, tariffs: chosen } satisfies InhabitedStation };
}

/** Where a station of the sample is, and all that is known of it. */
export function placeOf(sample: SampleStation, attribution: string): StationPlace {
  return {
    latitudeE7: Math.round(sample.latitude * 1e7),
    longitudeE7: Math.round(sample.longitude * 1e7),
    metadata: JSON.stringify(locationOf(sample, attribution)),
  };
}

/** What OCPI 2.2.1 §8.3.1 calls a Location, with two fields of our own: `accessibility` and `attribution`. */
function locationOf(sample: SampleStation, attribution: string) {
  const { id, name, address, city, postalCode, latitude, longitude, operator, hours } = sample;
  return {
    country_code: id.slice(0, 2),
    party_id: id.slice(2, 5),
    id,
    publish: true,
    name,
    address,
    city,
    postal_code: postalCode,
    country: "FRA",
    coordinates: { latitude: String(latitude), longitude: String(longitude) },
    ...(sample.parking && { parking_type: sample.parking }),
    operator: { name: operator },
    ...(sample.facilities && { facilities: sample.facilities }),
    time_zone: "Europe/Paris",
    opening_times:
      hours === "24/7"
        ? { twentyfourseven: true }
        : {
            twentyfourseven: false,
            regular_hours: hours.map(([weekday, period_begin, period_end]) => ({ weekday, period_begin, period_end })),
          },
    ...(sample.accessibility && { accessibility: sample.accessibility }),
    attribution,
  };
}
