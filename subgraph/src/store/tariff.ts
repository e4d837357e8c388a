import { Bytes, crypto } from "@graphprotocol/graph-ts";
import {
  TariffPublishedPricingStruct as TariffPricing,
  TariffPublished,
  TariffPublishedTermsStruct as TariffTerms,
} from "../../generated/StationRegistry/StationRegistry";
import { Tariff, TariffElement, TariffFeed } from "../../generated/schema";
import * as Id from "../id";
import { orNull } from "../lib/bytes";
import { ElementPrices, Prices } from "../lib/cost";
import { getOrCreateAccount } from "./account";
import { getOrCreateCurrency } from "./currency";

/** contracts/libraries/TariffChecks.sol */
const MAX_ELEMENTS = 16;

/** Writes a published tariff, whole. */
export function createTariff(event: TariffPublished): Tariff {
  const tariff = new Tariff(event.params.tariffId);
  tariff.termsHash = event.params.termsHash;
  tariff.pricingHash = hashPricing(event.params.pricing);
  tariff.publisher = getOrCreateAccount(event.params.publisher);
  tariff.publishedAt = event.block.timestamp;
  tariff.transactionHash = event.transaction.hash;
  setTerms(tariff, event.params.terms);
  setPricing(tariff, event.params.pricing);
  tariff.save();
  return tariff;
}

function setTerms(tariff: Tariff, terms: TariffTerms): void {
  tariff.currency = getOrCreateCurrency(terms.currency);
  tariff.minimumDeposit = terms.minimumDeposit;
  tariff.settlementWindowSeconds = terms.settlementWindowSeconds;
  tariff.connectionSeconds = terms.connectionSeconds;
  tariff.taxBps = terms.taxBps;
  tariff.reservationFee = terms.reservation.fee;
  tariff.reservationHoldSeconds = terms.reservation.holdSeconds;
  tariff.reservationFreeCancelSeconds = terms.reservation.freeCancelSeconds;
  tariff.reservationLateRefundBps = terms.reservation.lateRefundBps;
  tariff.priceDecimals = terms.priceDecimals;
  tariff.sequencerFeed = orNull(terms.sequencerFeed);
  tariff.sequencerGraceSeconds = terms.sequencerGraceSeconds;
  for (let i = 0; i < terms.feeds.length; i++) {
    const feed = new TariffFeed(Id.part(tariff.id, i));
    feed.tariff = tariff.id;
    feed.index = i;
    feed.aggregator = terms.feeds[i].aggregator;
    feed.maxAgeSeconds = terms.feeds[i].maxAgeSeconds;
    feed.inverted = terms.feeds[i].inverted;
    feed.save();
  }
}

function setPricing(tariff: Tariff, pricing: TariffPricing): void {
  tariff.minimum = pricing.minimum;
  tariff.maximum = pricing.maximum.isZero() ? null : pricing.maximum;
  tariff.noShowFee = pricing.noShowFee;
  tariff.utcOffsetSeconds = pricing.utcOffsetSeconds;
  for (let i = 0; i < pricing.elements.length; i++) {
    const element = new TariffElement(Id.part(tariff.id, i));
    element.tariff = tariff.id;
    element.index = i;
    element.pricePerKwh = pricing.elements[i].pricePerKwh;
    element.pricePerHour = pricing.elements[i].pricePerHour;
    element.idlePerHour = pricing.elements[i].idlePerHour;
    element.flat = pricing.elements[i].flat;
    element.restrictions = pricing.elements[i].restrictions;
    element.save();
  }
}

/** As contracts/libraries/Hashes.sol: four words, then five an element, without lengths or offsets. */
function hashPricing(pricing: TariffPricing): Bytes {
  let words = Id.word(pricing.minimum)
    .concat(Id.word(pricing.maximum))
    .concat(Id.word(pricing.noShowFee))
    .concat(Id.signedWord(pricing.utcOffsetSeconds));
  for (let i = 0; i < pricing.elements.length; i++) {
    words = words
      .concat(Id.word(pricing.elements[i].pricePerKwh))
      .concat(Id.word(pricing.elements[i].pricePerHour))
      .concat(Id.word(pricing.elements[i].idlePerHour))
      .concat(Id.word(pricing.elements[i].flat))
      .concat(Id.word(pricing.elements[i].restrictions));
  }
  return Bytes.fromByteArray(crypto.keccak256(words));
}

/** The prices that the cost rule needs; null for a tariff that was never published. */
export function pricesOf(tariffId: Bytes): Prices | null {
  const tariff = Tariff.load(tariffId);
  if (tariff === null) return null;
  const elements: ElementPrices[] = [];
  for (let i = 0; i < MAX_ELEMENTS; i++) {
    const element = TariffElement.load(Id.part(tariffId, i));
    if (element === null) break;
    elements.push(
      new ElementPrices(
        element.pricePerKwh,
        element.pricePerHour,
        element.idlePerHour,
        element.flat,
        element.restrictions,
      ),
    );
    // Nothing after it ever applies.
    if (element.restrictions.isZero()) break;
  }
  return new Prices(elements, tariff.utcOffsetSeconds, tariff.minimum, tariff.maximum);
}
