import { verify } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { readCertificate } from "./certificates.ts";

export type JobsOptions = {
  id: string;
  nowMs: () => number;
  /** Between two states of a job. */
  stepMs: number;
  say: (action: string, payload: object) => Promise<unknown>;
  /** Whether a vehicle charges: firmware waits until none does. */
  isCharging: () => boolean;
  /** What the log holds now, as text. */
  log: () => string;
  /** New firmware starts. */
  restart: () => void;
  timestamp: () => string;
  emit: (event: string, fields: object) => void;
};

type Payload = Record<string, unknown>;
type Job = { signal: AbortSignal; end: () => void };
type Retries = { retries: number; intervalMs: number };

const kinds = {
  FirmwareStatusNotification: "firmware",
  SignedFirmwareStatusNotification: "firmware",
  DiagnosticsStatusNotification: "diagnostics",
  LogStatusNotification: "log",
} as const;
type StateAction = keyof typeof kinds;

/** What a URL transfer may take. */
const transferMs = 30_000;

const retriesOf = ({ retries, retryInterval }: Payload): Retries => ({
  retries: Number(retries ?? 0),
  intervalMs: Number(retryInterval ?? 0) * 1_000,
});

/**
 * What a charge point works on after it has answered: firmware updates and uploads (OCPP 1.6 §4.4, §4.5, §5.9, §5.19; security
 * whitepaper L01, N01). It really fetches and sends over HTTP; FTP it does not know. Of each kind one at a time: a newer one
 * takes the older one's place.
 */
export function createJobs(options: JobsOptions) {
  const { say, stepMs, nowMs } = options;
  const running = new Map<"firmware" | "upload", AbortController>();
  const states = { firmware: "Idle", diagnostics: "Idle", log: "Idle" };
  let logRequestId: number | undefined;
  const stopping = new AbortController();

  /** Begins a job in the place of one that runs; it calls `end` before it tells its last state. Returns whether one ran. */
  function begin(kind: "firmware" | "upload", work: (job: Job) => Promise<void>): boolean {
    const before = running.get(kind);
    before?.abort();
    const own = new AbortController();
    running.set(kind, own);
    const signal = AbortSignal.any([own.signal, stopping.signal]);
    const end = () => {
      if (running.get(kind) === own) running.delete(kind);
    };
    void work({ signal, end })
      .catch((error: unknown) => {
        if (!signal.aborted) options.emit("jobFailed", { kind, reason: String(error) });
      })
      .finally(end);
    return before !== undefined;
  }

  async function transfer(url: string, init: RequestInit, { retries, intervalMs }: Retries, signal: AbortSignal) {
    for (let left = retries; ; left -= 1) {
      const response = await fetch(url, {
        ...init,
        signal: AbortSignal.any([signal, AbortSignal.timeout(transferMs)]),
      }).catch(() => null);
      signal.throwIfAborted();
      if (response?.ok) return new Uint8Array(await response.arrayBuffer());
      await response?.body?.cancel();
      if (left <= 0) return null;
      await sleep(intervalMs, undefined, { signal });
    }
  }

  const firmwareState = async (status: string, requestId: number | undefined) => {
    states.firmware = status;
    const action = requestId === undefined ? "FirmwareStatusNotification" : "SignedFirmwareStatusNotification";
    await say(action, requestId === undefined ? { status } : { status, requestId });
  };

  async function until(time: unknown, signal: AbortSignal): Promise<void> {
    await sleep(Math.min(Math.max(0, Date.parse(String(time)) - nowMs()) || 0, 2 ** 31 - 1), undefined, { signal });
  }

  /** @param isGenuine Of a signed firmware. */
  async function update(
    firmware: { location: string; retrieveAt: unknown; installAt: unknown; retries: Retries },
    requestId: number | undefined,
    isGenuine: ((bytes: Uint8Array) => boolean) | null,
    { signal, end }: Job,
  ): Promise<void> {
    const last = (status: string) => {
      end();
      return firmwareState(status, requestId);
    };
    const state = async (status: string) => {
      await firmwareState(status, requestId);
      await sleep(stepMs, undefined, { signal });
    };
    await until(firmware.retrieveAt, signal);
    await state("Downloading");
    const bytes = await transfer(firmware.location, {}, firmware.retries, signal);
    if (bytes === null) return last("DownloadFailed");
    await state("Downloaded");
    if (isGenuine !== null) {
      if (!isGenuine(bytes)) {
        await last("InvalidSignature");
        await say("SecurityEventNotification", { type: "InvalidFirmwareSignature", timestamp: options.timestamp() });
        return;
      }
      await state("SignatureVerified");
    }
    if (firmware.installAt !== undefined) await until(firmware.installAt, signal);
    while (options.isCharging()) await sleep(stepMs, undefined, { signal });
    await state("Installing");
    if (bytes.length === 0) return last("InstallationFailed");
    await last("Installed");
    options.restart();
  }

  async function upload(
    location: string,
    retries: Retries,
    state: (status: string) => Promise<void>,
    failure: string,
    { signal, end }: Job,
  ): Promise<void> {
    await state("Uploading");
    await sleep(stepMs, undefined, { signal });
    const body = options.log();
    const headers = { "content-type": "text/plain" };
    const sent = await transfer(location, { method: "PUT", body, headers }, retries, signal);
    end();
    await state(sent === null ? failure : "Uploaded");
  }

  const fileName = () => `${options.id}-${nowMs()}.log`;

  return {
    updateFirmware(payload: Payload): object {
      const { location, retrieveDate } = payload;
      const firmware = { location: String(location), retrieveAt: retrieveDate, installAt: undefined };
      begin("firmware", (job) => update({ ...firmware, retries: retriesOf(payload) }, undefined, null, job));
      return {};
    },
    signedUpdateFirmware(payload: Payload): object {
      const { location, retrieveDateTime, installDateTime, signingCertificate, signature } =
        payload.firmware as Payload;
      const certificate = readCertificate(signingCertificate);
      if (certificate === null) return { status: "InvalidCertificate" };
      const requestId = Number(payload.requestId);
      const signed = Buffer.from(String(signature), "base64");
      const isGenuine = (bytes: Uint8Array) => verify("sha256", bytes, certificate.publicKey, signed);
      const firmware = { location: String(location), retrieveAt: retrieveDateTime, installAt: installDateTime };
      const replaced = begin("firmware", (job) =>
        update({ ...firmware, retries: retriesOf(payload) }, requestId, isGenuine, job),
      );
      return { status: replaced ? "AcceptedCanceled" : "Accepted" };
    },
    getDiagnostics(payload: Payload): object {
      const state = async (status: string) => {
        states.diagnostics = status;
        await say("DiagnosticsStatusNotification", { status });
      };
      begin("upload", (job) => upload(String(payload.location), retriesOf(payload), state, "UploadFailed", job));
      return { fileName: fileName() };
    },
    getLog(payload: Payload): object {
      const requestId = Number(payload.requestId);
      const { remoteLocation } = payload.log as Payload;
      logRequestId = requestId;
      const state = async (status: string) => {
        states.log = status;
        await say("LogStatusNotification", { status, requestId });
      };
      const replaced = begin("upload", (job) =>
        upload(String(remoteLocation), retriesOf(payload), state, "UploadFailure", job),
      );
      return { status: replaced ? "AcceptedCanceled" : "Accepted", filename: fileName() };
    },
    /** For triggers: a job that has ended is Idle (§4.4, §4.5). */
    sayState(action: StateAction): void {
      const kind = kinds[action];
      const status = running.has(kind === "firmware" ? "firmware" : "upload") ? states[kind] : "Idle";
      const requestId = kind === "log" && status !== "Idle" ? { requestId: logRequestId } : {};
      void say(action, { status, ...requestId });
    },
    dispose: () => stopping.abort(),
  };
}
export type Jobs = ReturnType<typeof createJobs>;
