import { BigInt } from "@graphprotocol/graph-ts";

/** Bits of a packed period: kind (8, lowest), energyWh (32), seconds (32), start (40). See contracts/types/Statement.sol. */
const ENERGY_SHIFT: u8 = 8;
const SECONDS_SHIFT: u8 = 40;
const START_SHIFT: u8 = 72;
const LOW_8 = BigInt.fromI32(0xff);
const LOW_32 = BigInt.fromString("4294967295");

/** One stretch of a session. Moments are UTC seconds. */
export class PeriodValue {
  isCharging: boolean;
  start: BigInt;
  seconds: BigInt;
  energyWh: BigInt;

  constructor(packed: BigInt) {
    this.isCharging = packed.bitAnd(LOW_8).isZero();
    this.energyWh = packed.rightShift(ENERGY_SHIFT).bitAnd(LOW_32);
    this.seconds = packed.rightShift(SECONDS_SHIFT).bitAnd(LOW_32);
    this.start = packed.rightShift(START_SHIFT);
  }

  end(): BigInt {
    return this.start.plus(this.seconds);
  }
}

/** What the periods of a statement add up to. */
export class Delivery {
  energyWh: BigInt = BigInt.zero();
  chargingSeconds: BigInt = BigInt.zero();
  idleSeconds: BigInt = BigInt.zero();

  constructor(public periods: PeriodValue[]) {
    for (let i = 0; i < periods.length; i++) {
      const period = periods[i];
      this.energyWh = this.energyWh.plus(period.energyWh);
      if (period.isCharging) this.chargingSeconds = this.chargingSeconds.plus(period.seconds);
      else this.idleSeconds = this.idleSeconds.plus(period.seconds);
    }
  }

  isEmpty(): boolean {
    return this.periods.length == 0;
  }

  /** Start of the first period; null without one. */
  startedAt(): BigInt | null {
    return this.isEmpty() ? null : this.periods[0].start;
  }

  /** End of the last period; null without one. */
  endedAt(): BigInt | null {
    return this.isEmpty() ? null : this.periods[this.periods.length - 1].end();
  }
}

/** Unpacks the periods of an event. */
export function unpackPeriods(packed: BigInt[]): Delivery {
  const periods = new Array<PeriodValue>(packed.length);
  for (let i = 0; i < packed.length; i++) periods[i] = new PeriodValue(packed[i]);
  return new Delivery(periods);
}
