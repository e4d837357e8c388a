import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { DeviceCommandResult, DeviceEvent, GatewayBus } from "../../bus/types.ts";
import type { IsTrustedProxy } from "../../client-address.ts";
import { cutText, longestMessageId } from "../cut-text.ts";
import { createDeviceLane, type DeviceLane } from "../device-lane.ts";
import { arrivalEventId } from "../event-id.ts";
import type { Authenticate, RpcCall, RpcConnection } from "../transport.ts";
import { type CommandQueue, createCommandQueue } from "./command-queue.ts";
import { maskFrame } from "./log-frame.ts";
import { RpcError } from "./rpc-error.ts";
import { createOcppRpcTransport } from "./rpc-transport.ts";
import { createOcpp16Schemas } from "./schemas.ts";
import { judge } from "./v16/actions.ts";
import { toAnswer } from "./v16/to-answer.ts";
import { toDeviceEvent } from "./v16/to-event.ts";

export type OcppServerOptions = {
  bus: GatewayBus;
  logger: Logger;
  authenticate: Authenticate;
  /** Default 127.0.0.1. */
  host?: string;
  /** 0: any free port, reported by `listen`. */
  port: number;
  /** Charge points connect to `<path>/<their id>`; default `/ocpp`. */
  path?: string;
  /** Whether a client without a subprotocol header is taken to speak OCPP 1.6; default true. */
  allowMissingSubprotocol?: boolean;
  pingIntervalMs?: number;
  /** How long a charge point has to answer a command; default 30 s. */
  commandTimeoutMs?: number;
  maxFrameBytes?: number;
  /** Per device: messages a second in the long run, and at once. Offline backlogs come at once. */
  messagesPerSecond?: number;
  messageBurst?: number;
  /** Unreadable frames in a row before the socket is closed. */
  maxBadFrames?: number;
  /** Default: nobody is. */
  isTrustedProxy?: IsTrustedProxy;
  nowMs?: () => number;
};

export type OcppServer = {
  listen(): Promise<{ host: string; port: number; url: string }>;
  /** Closes every socket, and waits as long again until the bus has what they had sent. */
  close(graceMs?: number): Promise<void>;
  connectedDevices(): string[];
};

type Device = {
  deviceId: string;
  /** The newest connection. Any other is being closed and says nothing more. */
  current: RpcConnection | undefined;
  lane: DeviceLane;
  commands: CommandQueue;
};

const queueHighWater = 32;
/** Beyond what one read from a socket (64 kB) can hold of the shortest calls: reached only when pausing does not help. */
const queueLimit = 4_096;
const maxUnsentBytes = 1 << 20;
const maxWaitingCommands = 32;

/**
 * The OCPP server: charge points of OCPP 1.6J (§ numbers in the code are of "OCPP 1.6 edition 2" and "OCPP-J 1.6"). It
 * decides nothing: what a device says becomes events on the bus, answered when the core has taken them; commands from the
 * bus become calls. Devices are kept for the life of the process: there are no more than have passed authentication.
 */
export function createOcppServer(options: OcppServerOptions): OcppServer {
  const { bus, logger } = options;
  const nowMs = options.nowMs ?? Date.now;
  const path = (options.path ?? "/ocpp").replace(/\/+$/, "");
  const commandTimeoutMs = options.commandTimeoutMs ?? 30_000;
  const maxBadFrames = options.maxBadFrames ?? 20;
  const schemas = createOcpp16Schemas();
  const devices = new Map<string, Device>();

  function deviceOf(deviceId: string): Device {
    const known = devices.get(deviceId);
    if (known !== undefined) return known;
    const device: Device = {
      deviceId,
      current: undefined,
      lane: createDeviceLane({
        ratePerSecond: options.messagesPerSecond ?? 50,
        burst: options.messageBurst ?? 500,
        highWater: queueHighWater,
        limit: queueLimit,
        onPressure: (paused) => (paused ? device.current?.pause() : device.current?.resume()),
        onError: (error) => logger.error({ err: error, deviceId }, "device work failed"),
        nowMs: () => performance.now(),
      }),
      commands: createCommandQueue({
        connection: () => device.current,
        schemas,
        timeoutMs: commandTimeoutMs,
        limit: maxWaitingCommands,
        onAnswerInvalid: (action, detail) => logger.warn({ deviceId, action, detail }, "invalid answer to a command"),
      }),
    };
    devices.set(deviceId, device);
    return device;
  }

  async function answer(
    connection: RpcConnection,
    call: RpcCall,
    sequence: number,
    receivedAtMs: number,
  ): Promise<void> {
    const { messageId, action, payload, frame } = call;
    const { deviceId, connectionId } = connection;
    const logId = cutText(messageId, longestMessageId);
    const refuse = (code: string, description: string, details: object) => {
      logger.warn(
        { deviceId, connectionId, action: action.slice(0, 64), messageId: logId, code, description },
        "call refused",
      );
      connection.replyError(messageId, code, description, details);
    };
    const verdict = judge(schemas, action, payload);
    if (verdict.kind === "invalid") return refuse(verdict.code, verdict.description, verdict.details);
    const { flags } = verdict;
    const context = { deviceId, connectionId, sequence, receivedAtMs, messageId, action, frame, flags };
    let event: DeviceEvent | undefined;
    try {
      event = toDeviceEvent(payload, context);
      if (event.flags.length > 0)
        logger.warn({ deviceId, action, messageId: logId, flags: event.flags }, "call tolerated");
      connection.reply(messageId, toAnswer(event, await bus.publish(event), nowMs()));
    } catch (error) {
      logger.error({ err: error, deviceId, action, messageId: logId }, "event not taken");
      // A heartbeat keeps the charger's clock right and its socket open; it asks for nothing else.
      if (event?.type === "heartbeat") return connection.reply(messageId, toAnswer(event, { type: "taken" }, nowMs()));
      const code = error instanceof RpcError ? error.code : "InternalError";
      // The reason stays in the log: it may tell of our insides.
      connection.replyError(messageId, code, "the message could not be processed now; send it again", {});
    }
  }

  function onConnection(connection: RpcConnection): void {
    const { deviceId, connectionId, protocol, remoteAddress } = connection;
    const device = deviceOf(deviceId);
    const { lane } = device;
    const underWay = new Map<string, string>();
    let sequence = 0;
    let badFrames = 0;
    const base = () => {
      sequence += 1;
      const eventId = arrivalEventId(connectionId, sequence);
      return { eventId, deviceId, connectionId, receivedAtMs: nowMs(), raw: null, flags: [] };
    };

    const older = device.current;
    device.current = connection;
    if (older !== undefined) {
      logger.warn(
        { deviceId, connectionId, replaced: older.connectionId },
        "second socket of a device: the newer one stays",
      );
      older.close(1000, "replaced by a newer connection");
    }
    if (lane.waiting >= queueHighWater) connection.pause();
    logger.info({ deviceId, connectionId, protocol, remoteAddress }, "device connected");
    const connected = { ...base(), type: "connected" as const, protocol, remoteAddress };
    lane.pushAlways(async () => void (await bus.publish(connected)));

    connection.onCall((call) => {
      badFrames = 0;
      const { messageId, action, frame } = call;
      if (logger.isLevelEnabled("trace"))
        logger.trace({ deviceId, connectionId, frame: maskFrame(frame) }, "call received");
      // A charger that repeats a call we still work on gets the one answer. The same id with other content is another call.
      if (underWay.get(messageId) === frame) return;
      underWay.set(messageId, frame);
      sequence += 1;
      const number = sequence;
      const receivedAtMs = nowMs();
      const taken = lane.push(async () => {
        try {
          await answer(connection, call, number, receivedAtMs);
        } finally {
          if (underWay.get(messageId) === frame) underWay.delete(messageId);
        }
        if (connection.unsentBytes > maxUnsentBytes) {
          logger.warn({ deviceId, connectionId }, "device does not read its answers: dropped");
          connection.terminate();
        }
      });
      if (taken) return;
      logger.warn({ deviceId, connectionId, action: action.slice(0, 64) }, "too many calls at once: closed");
      connection.close(1008, "too many calls at once");
    });

    connection.onBadFrame((frame, reason) => {
      badFrames += 1;
      logger.warn({ deviceId, connectionId, reason, frame: maskFrame(frame).slice(0, 200) }, "bad frame");
      if (badFrames >= maxBadFrames) connection.close(1002, "too many bad frames");
    });

    connection.onClose((code, reason) => {
      logger.info({ deviceId, connectionId, code, reason }, "device disconnected");
      if (device.current !== connection) return;
      device.current = undefined;
      const disconnected = { ...base(), type: "disconnected" as const, code, reason };
      lane.pushAlways(async () => void (await bus.publish(disconnected)));
    });
  }

  const transport = createOcppRpcTransport({
    host: options.host ?? "127.0.0.1",
    port: options.port,
    path,
    protocols: ["ocpp1.6"],
    assumedProtocol: options.allowMissingSubprotocol === false ? null : "ocpp1.6",
    authenticate: options.authenticate,
    onConnection,
    logger,
    maxFrameBytes: options.maxFrameBytes ?? 256 * 1024,
    pingIntervalMs: options.pingIntervalMs ?? 30_000,
    isTrustedProxy: options.isTrustedProxy ?? (() => false),
  });

  const detach = bus.onCommand(async (command): Promise<DeviceCommandResult> => {
    const { commandId, deviceId, type } = command;
    const device = devices.get(deviceId);
    const result: DeviceCommandResult =
      device === undefined
        ? { commandId, outcome: "offline", detail: "not connected" }
        : await device.commands.run(command);
    logger.info({ deviceId, commandId, type, outcome: result.outcome, detail: result.detail }, "command");
    return result;
  });

  return {
    async listen() {
      const { host, port } = await transport.listen();
      const url = `ws://${host}:${port}${path}`;
      logger.info({ host, port, path }, "OCPP server listens");
      return { host, port, url };
    },
    async close(graceMs = 2_000) {
      detach();
      await transport.close(graceMs);
      const ending = new AbortController();
      await Promise.race([
        Promise.all([...devices.values()].map(({ lane }) => lane.idle())),
        sleep(graceMs, undefined, { signal: ending.signal }).catch(() => undefined),
      ]);
      ending.abort();
      const waiting = [...devices.values()].reduce((sum, { lane }) => sum + lane.waiting, 0);
      if (waiting > 0) logger.warn({ waiting }, "calls were left unanswered; their devices send them again");
    },
    connectedDevices: () => [...devices.values()].filter(({ current }) => current !== undefined).map((d) => d.deviceId),
  };
}
