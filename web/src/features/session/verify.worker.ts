import { createChainReader } from "./chain.ts";
import { type Verification, verifyReceipt } from "./verify.ts";
import type { VerifyRequest } from "./verify-request.ts";

/** What comes back: `undefined` when the chain did not answer. */
export type VerifyAnswer = Verification | undefined;

self.onmessage = async ({ data }: MessageEvent<VerifyRequest>) => {
  self.postMessage(await verify(data).catch(() => undefined));
};

async function verify({ config, receipt, exitTransaction }: VerifyRequest): Promise<VerifyAnswer> {
  const chain = createChainReader(config);
  return await verifyReceipt({
    ...receipt,
    deployment: config.deployment,
    exit: await chain.minedCall(exitTransaction),
    operatorOf: chain.operatorOf,
  });
}
