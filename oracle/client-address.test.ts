import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { clientAddressOf, isNetwork, networkOf, trustProxies } from "./client-address.ts";

const requestOf = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { "x-forwarded-for": forwarded } }) as unknown as IncomingMessage;

describe("a client's address", () => {
  const trusted = trustProxies(["127.0.0.1", "10.0.0.0/8", "fd00::/8"]);

  test.each([
    ["a peer without proxy", "203.0.113.7", undefined, "203.0.113.7"],
    ["a stranger who claims to be a proxy", "203.0.113.7", "198.51.100.1", "203.0.113.7"],
    ["a proxy of ours", "127.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["a dual-stack peer", "::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["two proxies of ours", "127.0.0.1", "198.51.100.1, 10.1.2.3", "198.51.100.1"],
    ["a client that forges the header", "10.0.0.1", "192.0.2.1, 198.51.100.1", "198.51.100.1"],
    ["a proxy that names nobody", "10.0.0.1", "unknown", "10.0.0.1"],
    ["an IPv6 proxy", "fd00::1", "2001:db8::5", "2001:db8::5"],
  ])("of %s", (_who, peer, forwarded, address) => {
    expect(clientAddressOf(requestOf(peer, forwarded), trusted)).toBe(address);
  });

  test("counts as one with its whole IPv6 network", () => {
    expect(networkOf("203.0.113.7")).toBe("203.0.113.7");
    expect(networkOf("2001:db8:0:1::9")).toBe("2001:db8:0:1::/64");
    expect(networkOf("2001:0DB8::1:0:0:0:9")).toBe("2001:db8:0:1::/64");
    expect(networkOf("::1")).toBe("0:0:0:0::/64");
    expect(networkOf("fe80::1%eth0")).toBe("fe80:0:0:0::/64");
  });

  test.each(["10.0.0.1", "10.0.0.0/8", "fd00::/8", "::1"])("%s is a network", (text) => {
    expect(isNetwork(text)).toBe(true);
  });
  test.each(["", "proxy", "10.0.0.0/33", "10.0.0/8", "::1/129", "10.0.0.1/8/9", "10.0.0.1/"])("%j is none", (text) => {
    expect(isNetwork(text)).toBe(false);
  });
});
