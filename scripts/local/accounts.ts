import { type HDAccount, mnemonicToAccount } from "viem/accounts";

/** The public development mnemonic of anvil and Hardhat: worth nothing outside a local chain. */
const DEVELOPMENT_MNEMONIC = "test test test test test test test test test test test junk";

const roles = ["deployer", "owner", "operator", "statementKey", "gasKey", "driver", "visitor"] as const;

export type Role = (typeof roles)[number];

/** The account of a role on the local network, always the same. */
export function localAccount(role: Role) {
  return mnemonicToAccount(DEVELOPMENT_MNEMONIC, { addressIndex: roles.indexOf(role) });
}

/** Owners of the stations that inhabit the local network: behind the ten accounts that others may use. */
const OWNERS_FROM = 10;
const OWNERS = 4;

export function localOwners(): [HDAccount, ...HDAccount[]] {
  return Array.from({ length: OWNERS }, (_, index) =>
    mnemonicToAccount(DEVELOPMENT_MNEMONIC, { addressIndex: OWNERS_FROM + index }),
  ) as [HDAccount, ...HDAccount[]];
}

/** The private key behind a role, for the processes that take it by configuration. */
export function localPrivateKey(role: Role): `0x${string}` {
  const key = localAccount(role).getHdKey().privateKey;
  if (!key) throw new Error(`no private key for ${role}`);
  return `0x${Buffer.from(key).toString("hex")}`;
}
