/**
 * What the gateway needs of a library that carries remote calls over sockets (OCPP-J framing: call, result, error). Nothing
 * outside the file that implements it knows the library.
 */

/** A call from the device. `payload` is whatever JSON stood there, `undefined` when nothing did. */
export type RpcCall = {
  messageId: string;
  action: string;
  payload: unknown;
  /** The frame's text as received. */
  frame: string;
};

/** How a call to the device ended. */
export type RpcOutcome =
  | { kind: "result"; payload: unknown }
  | { kind: "error"; code: string; description: string }
  /** Sent, and not answered in time. */
  | { kind: "timeout" }
  /** Sent, and the socket went before an answer came. */
  | { kind: "lost" }
  /** Not sent: the socket was closing or closed. */
  | { kind: "unsent" };

/** One socket of one authenticated device. */
export interface RpcConnection {
  readonly connectionId: string;
  readonly deviceId: string;
  /** The subprotocol agreed on, or assumed when the device sent none. */
  readonly protocol: string;
  readonly remoteAddress: string;
  /** Handlers are attached once, in the same turn in which the connection is handed over. */
  onCall(handler: (call: RpcCall) => void): void;
  onClose(handler: (code: number, reason: string) => void): void;
  /** Something that is no call, result or error arrived; the transport has answered it as far as an answer is possible. */
  onBadFrame(handler: (frame: string, reason: string) => void): void;
  /** Answers do nothing on a socket that is gone. */
  reply(messageId: string, payload: object): void;
  replyError(messageId: string, code: string, description: string, details: object): void;
  call(action: string, payload: object, timeoutMs: number): Promise<RpcOutcome>;
  /** Stops and restarts reading from the socket. What is already in memory may still arrive. */
  pause(): void;
  resume(): void;
  /** Bytes written and not yet taken by the device. */
  readonly unsentBytes: number;
  close(code: number, reason: string): void;
  /** Drops the socket without a closing handshake. */
  terminate(): void;
}

/** Why a device was not let in. `busy`: too many want in at once; `tooManyFailures`: of its address, of late. */
export type AuthenticationResult = "accepted" | "wrongPassword" | "unknownDevice" | "busy" | "tooManyFailures";

/**
 * `password` is null when the device sent none (or another's name with it). It may hold any bytes. `remoteAddress` is where the
 * device comes from.
 */
export type Authenticate = (
  deviceId: string,
  password: Uint8Array | null,
  remoteAddress: string,
) => Promise<AuthenticationResult>;

export interface RpcTransport {
  listen(): Promise<{ host: string; port: number }>;
  /** Closes every socket, first politely, after `graceMs` without. */
  close(graceMs: number): Promise<void>;
}
