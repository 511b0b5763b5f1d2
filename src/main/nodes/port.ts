import type { ReplyClass, Timeouts } from '#shared/domain';
import type { Reply } from '#shared/protocol';

/** Where an instance listens: t2 is TCP, f2 is UDP (F3). */
export interface NodeTarget {
  host: string;
  t2Port: number;
  f2Port: number;
}

/**
 * How a call ended. `error` is an error number of the node's own and proves that the process lives; `empty`,
 * `refused` and `timeout` are three different things (DOMAIN "Reply classes").
 */
export interface CallOutcome {
  class: ReplyClass;
  /** The reply, for `ok`, `switching` and `error`; for `ok` with everything that its function promises. */
  reply: Reply | null;
  errorNumber: number | null;
  /** From sending to the reply; null where there was none. */
  latencyMs: number | null;
  /** What happened, for the log: `connection closed before a reply`, `ECONNREFUSED`, … */
  detail: string;
}

export type ConnectionEvent =
  | { kind: 'opened' }
  | { kind: 'closed'; detail: string }
  | { kind: 'refused'; detail: string };

/** Calls to one instance. Never throws for what the network does: that is an outcome. */
export interface NodeConnector {
  readonly target: NodeTarget;
  /** What the node behind it can do by itself; a vendor node without `selfFence` needs another proof. */
  readonly capabilities: { selfFence: boolean };
  /** Calls a function over the one persistent connection, connecting first where needed. */
  call(functionNumber: number, body: Record<string, unknown>, timeoutMs: number): Promise<CallOutcome>;
  /** A closing or refused connection is told at once, not at the next call. Returns how to stop listening. */
  onConnection(listener: (event: ConnectionEvent) => void): () => void;
  /** Ends the connection and every call under way (as `empty`). */
  close(): void;
}

/** What a connector waits for; asked for at each use, so that a policy that has changed holds at once. */
export type ConnectorWaits = Pick<Timeouts, 'connectMs' | 'frameMs' | 'quietConnectionMs' | 'longestQuietMs'>;

/** `waits`: those of the pair's policy; absent: the product's. */
export type NodeConnectorFactory = (target: NodeTarget, waits?: () => ConnectorWaits) => NodeConnector;
