import { durationParts, formatEnergy, formatMoney, type Receipt } from "@openjoule/sdk";
import type { SessionRecord } from "./session.ts";

const WIDTH = 62;

/** `12 min 05 s` for a terminal in English. */
function duration(seconds: number): string {
  const { days, hours, minutes, seconds: rest } = durationParts(seconds);
  const parts = [days && `${days} d`, hours && `${hours} h`, minutes && `${minutes} min`, `${rest} s`];
  return parts.filter(Boolean).join(" ");
}

function clock(utcSeconds: number): string {
  return new Date(utcSeconds * 1000).toISOString().replace("T", " ").replace(".000Z", " UTC");
}

function row(label: string, value: string): string {
  return `  ${label}${" ".repeat(Math.max(1, WIDTH - label.length - value.length))}${value}`;
}

/** A receipt as a person reads it in a terminal, the arithmetic line by line. */
export function receiptText({ receipt, opened, statements }: SessionRecord): string {
  const { currency, lines } = receipt;
  const format = { decimals: currency.decimals ?? 0, symbol: currency.symbol ?? "" };
  const money = (amount: bigint) => formatMoney(amount, format);
  const [element] = opened.pricing.elements;
  const last = statements.at(-1);
  const optional = (label: string, amount: bigint) => (amount === 0n ? [] : [row(label, money(amount))]);
  return [
    "",
    "  RECEIPT",
    `  ${"─".repeat(WIDTH)}`,
    row("EVSE", receipt.evseId),
    row("Session", `${receipt.sessionId.slice(0, 18)}…`),
    row("Opened", clock(receipt.openedAt)),
    row("Paid", clock(receipt.paidAt)),
    row("Ended by", receipt.stopReason ?? receipt.exit),
    row("Delivered", formatEnergy(receipt.energyWh)),
    row("Charging", duration(receipt.chargingSeconds)),
    row("Idle", duration(receipt.idleSeconds)),
    `  ${"─".repeat(WIDTH)}`,
    row(`Energy at ${money(element?.pricePerKwh ?? 0n)} per kWh`, money(lines.energy)),
    ...optional("Charging time", lines.time),
    ...optional(`Idle time at ${money(element?.idlePerHour ?? 0n)} per hour`, lines.idle),
    ...optional("Flat fee", lines.flat),
    ...optional("Raised to the minimum", lines.raisedToMinimum),
    ...optional("Lowered to the maximum", -lines.loweredToMaximum),
    ...optional("Waived", -lines.waived),
    ...optional("Bounded by the deposit", -lines.cappedByDeposit),
    row("Cost", money(lines.total)),
    `  ${"─".repeat(WIDTH)}`,
    row("Locked", money(receipt.locked)),
    row("Returned to the driver", money(receipt.refund)),
    row("Paid to the owner", money(receipt.ownerRevenue)),
    row("Paid to the committee", money(receipt.fee)),
    `  ${"─".repeat(WIDTH)}`,
    ...(last ? last.signatures.map(({ operator }) => row("Signed by operator", operator)) : []),
    row("Settled in", `${shorten(receipt)}`),
    "",
  ].join("\n");
}

function shorten(receipt: Receipt): string {
  return `${receipt.paidTransaction.slice(0, 18)}… (block ${receipt.paidBlock})`;
}
