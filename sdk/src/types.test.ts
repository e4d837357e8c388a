import type { ContractEventArgsFromTopics, ContractFunctionArgs, ContractFunctionReturnType } from "viem";
import { describe, expectTypeOf, it } from "vitest";
import type { chargingSessionsAbi, oracleRegistryAbi, stationRegistryAbi } from "./generated/index.ts";
import type { StoredCheckpoint } from "./statement-checks.ts";
import type {
  Committee,
  EncodedStatement,
  Filing,
  Offer,
  Session,
  StationConfig,
  StationPlace,
  TariffPricing,
  TariffTerms,
} from "./types.ts";

/** `tsc` proves these: when a struct changes in Solidity and not here, this file stops compiling. */
type Sessions = typeof chargingSessionsAbi;
type Stations = typeof stationRegistryAbi;
type Oracles = typeof oracleRegistryAbi;

/** Ours holds what ABI-typed code takes, and has no field that the struct does not have. */
type Same<Ours, Abi> = Ours extends Abi ? (keyof Ours extends keyof Abi ? true : "a field too many") : "does not fit";

describe("the types", () => {
  it("are the structs of the contracts", () => {
    type Activate = ContractFunctionArgs<Sessions, "nonpayable", "activateOffer">;
    expectTypeOf<Same<Offer, Activate[0]>>().toEqualTypeOf<true>();
    expectTypeOf<Same<StationConfig, Activate[1]>>().toEqualTypeOf<true>();
    expectTypeOf<Same<TariffTerms, Activate[2]>>().toEqualTypeOf<true>();

    type Settle = ContractFunctionArgs<Sessions, "nonpayable", "settle">;
    expectTypeOf<Same<Filing, Settle[0]>>().toEqualTypeOf<true>();
    expectTypeOf<Same<Session, Settle[0]["session"]>>().toEqualTypeOf<true>();
    expectTypeOf<Same<EncodedStatement, Settle[0]["statement"]>>().toEqualTypeOf<true>();

    type Publish = ContractFunctionArgs<Stations, "nonpayable", "publishTariff">;
    expectTypeOf<Same<TariffPricing, Publish[1]>>().toEqualTypeOf<true>();

    type Register = ContractFunctionArgs<Stations, "nonpayable", "register">;
    expectTypeOf<Same<StationPlace, Register[0]>>().toEqualTypeOf<true>();

    type Accept = ContractFunctionArgs<Oracles, "nonpayable", "acceptCommittee">;
    expectTypeOf<Same<Committee, Accept[0]>>().toEqualTypeOf<true>();
  });

  it("take what events and views give", () => {
    expectTypeOf<Required<ContractEventArgsFromTopics<Sessions, "OfferActivated">>["offer"]>().toExtend<Offer>();
    expectTypeOf<
      Required<ContractEventArgsFromTopics<Stations, "StationRegistered">>["config"]["tariffIds"]
    >().toExtend<StationConfig["tariffIds"]>();
    expectTypeOf<Required<ContractEventArgsFromTopics<Stations, "TariffPublished">>["terms"]>().toExtend<TariffTerms>();
    expectTypeOf<
      Required<ContractEventArgsFromTopics<Stations, "TariffPublished">>["pricing"]
    >().toExtend<TariffPricing>();
    expectTypeOf<
      Required<ContractEventArgsFromTopics<Oracles, "CommitteeActivated">>["committee"]
    >().toExtend<Committee>();
    expectTypeOf<ContractFunctionReturnType<Sessions, "view", "sessionState">>().toExtend<StoredCheckpoint>();
  });
});
