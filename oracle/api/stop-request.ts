import { type Eip712Domain, LONGEST_STOP_DEADLINE_SECONDS, stopRequestTypedData } from "@openjoule/sdk";
import { type Address, type Hex, isAddressEqual, recoverTypedDataAddress } from "viem";
import { ApiError } from "./errors.ts";

/**
 * Whether the driver signed this request and it is of now. A replay within the deadline asks again for what is already
 * under way: stopping is idempotent, and a session id is never used twice.
 * @throws ApiError
 */
export async function checkStopRequest(
  domain: Eip712Domain,
  request: { sessionId: Hex; deadline: number; signature: Hex; driver: Address; nowSeconds: number },
): Promise<void> {
  const { sessionId, deadline, signature, driver, nowSeconds } = request;
  if (deadline < nowSeconds) {
    const expected = `at least ${nowSeconds}`;
    throw new ApiError(400, { error: "DeadlinePassed", field: "deadline", value: deadline, expected });
  }
  if (deadline > nowSeconds + LONGEST_STOP_DEADLINE_SECONDS) {
    const expected = `at most ${nowSeconds + LONGEST_STOP_DEADLINE_SECONDS}`;
    throw new ApiError(400, { error: "DeadlineTooFar", field: "deadline", value: deadline, expected });
  }
  let signer: Address | null = null;
  try {
    signer = await recoverTypedDataAddress({ ...stopRequestTypedData(domain, sessionId, deadline), signature });
  } catch {
    // Not a point on the curve, or no such recovery bit: nobody's signature.
  }
  if (signer === null || !isAddressEqual(signer, driver)) {
    const expected = `a signature of the session's driver ${driver}`;
    throw new ApiError(403, { error: "NotDriver", field: "signature", value: signer, expected });
  }
}
