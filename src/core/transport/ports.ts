import type { Clock } from '#core/clock';
import type { FrameError, T2Frame } from '#core/frames';

/** One accepted t2 connection, as its handler sees it. */
export interface T2Connection {
  /** Where it comes from, `host:port`. */
  readonly remote: string;
  /** Writes bytes that are whole frames. False, and nothing written, once the connection is closing. */
  send(frame: Uint8Array): boolean;
  /** Writes out what was sent, then closes; frames not handled yet are dropped. */
  close(): void;
}

/** What is done with a connection. A throwing or rejecting handler closes its own connection and no other. */
export interface T2Handler {
  /**
   * Called for the frames in order. An answer that takes its time is told by a promise: the frames after it do not wait
   * for it, unless too many answers are awaited.
   */
  onFrame(frame: T2Frame): void | Promise<void>;
  /** The stream cannot be read on; the connection is closed right after. */
  onFrameError?(error: FrameError): void;
  onClosed?(): void;
}

/** Limits of a t2 server. Each closes the one connection that breaks it. */
export interface T2Limits {
  /** Further connections are closed at once. Default 512. */
  maxConnections: number;
  /** Most frames of one connection whose answers are awaited; nothing more is read from it meanwhile. Default 16. */
  maxAnswersAwaited: number;
  /** Longest time from connecting, or from the first byte of a frame, to the end of that frame. Default 10 s. */
  frameTimeoutMs: number;
  /** Longest time without a frame. Default 10 min. */
  idleTimeoutMs: number;
  /** Longest time that the other side may leave replies unread; nothing more is read from it meanwhile. Default 10 s. */
  unreadTimeoutMs: number;
}

export interface T2ServerOptions {
  host: string;
  /** 0: any free one. */
  port: number;
  clock: Clock;
  limits?: Partial<T2Limits>;
}

export interface T2Server {
  readonly port: number;
  connectionCount(): number;
  /** Closes every connection and goes on listening. */
  closeConnections(): void;
  /** Stops listening, closes every connection, and resolves when all are gone. */
  close(): Promise<void>;
}

/** Starts a t2 server. Rejects with the system's error where the address cannot be had. */
export type ListenT2 = (
  options: T2ServerOptions,
  onConnection: (connection: T2Connection) => T2Handler,
) => Promise<T2Server>;

export interface F2Sender {
  host: string;
  port: number;
}

/** A bound UDP socket. Datagrams may be lost, doubled and reordered. */
export interface F2Socket {
  readonly port: number;
  /** Sends at best effort: what cannot be sent is lost, as any datagram may be. */
  send(datagram: Uint8Array, host: string, port: number): void;
  /** One listener; errors it throws are its own and end nothing. */
  onDatagram(listener: (datagram: Uint8Array, from: F2Sender) => void): void;
  close(): Promise<void>;
}

/** Opens an f2 socket; port 0 takes any free one. Rejects with the system's error where the address cannot be had. */
export type OpenF2 = (options: { host: string; port: number }) => Promise<F2Socket>;
