/** `0xf39F…2266`: enough to tell one's own accounts apart, never enough to send money to. */
export const shortAddress = (address: string): string => `${address.slice(0, 6)}…${address.slice(-4)}`;
