import { type Chain, defineChain } from "viem";
import type { AppConfig } from "#config";

/** The network's chain as viem and wallets take it. */
export function toChain({ chainId, chainName, rpcUrl, explorerUrl, local }: AppConfig): Chain {
  return defineChain({
    id: chainId,
    name: chainName,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
    ...(explorerUrl !== undefined && { blockExplorers: { default: { name: "Explorer", url: explorerUrl } } }),
    testnet: local,
  });
}
