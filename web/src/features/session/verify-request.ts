import type { AppConfig } from "#config";
import type { VerifyInput } from "./verify.ts";

/** What a check takes, without anything that only the page can ask: it goes to a worker. */
export interface VerifyRequest {
  readonly config: Pick<AppConfig, "rpcUrl" | "deployment">;
  readonly receipt: Omit<VerifyInput, "deployment" | "exit" | "operatorOf">;
  /** The transaction of the exit, which is read from the chain. */
  readonly exitTransaction: `0x${string}`;
}
