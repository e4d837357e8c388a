/** From where a client comes, for limits by address. */
import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";

/** Whether this address is a proxy of ours, whose `X-Forwarded-For` is believed. */
export type IsTrustedProxy = (address: string) => boolean;

/** @param networks Addresses, or networks in CIDR notation; each must pass `isNetwork`. */
export function trustProxies(networks: readonly string[]): IsTrustedProxy {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    list.addSubnet(address, bits === undefined ? (family === "ipv6" ? 128 : 32) : Number(bits), family);
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** Whether a text is an IP address, or a network in CIDR notation. */
export function isNetwork(text: string): boolean {
  const [address = "", bits = "0", ...rest] = text.split("/");
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most;
}

/** The client's address: the peer's own, or behind proxies of ours what the outermost of them says of its peer. */
export function clientAddressOf({ socket, headers }: IncomingMessage, isTrustedProxy: IsTrustedProxy): string {
  let address = plain(socket.remoteAddress ?? "");
  for (const hop of String(headers["x-forwarded-for"] ?? "")
    .split(",")
    .reverse()) {
    const next = plain(hop.trim());
    if (!isTrustedProxy(address) || isIP(next) === 0) break;
    address = next;
  }
  return address;
}

/** What one client can have many addresses of counts as one: IPv6 by its first 64 bits (RFC 6177). */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = address.split("%")[0]?.split("::") ?? [];
  const before = head.split(":").filter(Boolean);
  const after = (tail ?? "").split(":").filter(Boolean);
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array(Math.max(0, zeros)).fill("0"), ...after].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}

/** An IPv4 address as a dual-stack socket shows it, without what stands before it. */
function plain(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? address;
}
