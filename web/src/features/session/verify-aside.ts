import type { Verification } from "./verify.ts";
import type { VerifyAnswer } from "./verify.worker.ts";
import type { VerifyRequest } from "./verify-request.ts";

/**
 * Checks a receipt in a worker of its own: what reads the chain, and recovering who signed, would hold up a telephone's page
 * for a quarter of a second.
 *
 * @throws Error when the chain does not answer, or the browser does not start the worker
 */
export function verifyAside(request: VerifyRequest): Promise<Verification> {
  const worker = new Worker(new URL("./verify.worker.ts", import.meta.url), { type: "module" });
  const answer = new Promise<Verification>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<VerifyAnswer>) =>
      data === undefined ? reject(new Error("the chain did not answer")) : resolve(data);
    worker.onerror = ({ message }) => reject(new Error(`the receipt's checks did not run: ${message}`));
    worker.postMessage(request);
  });
  return answer.finally(() => worker.terminate());
}
