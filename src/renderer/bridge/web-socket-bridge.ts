import { type Bridge, type ClientMessage, type ServerMessage, unpackBinary } from '#shared/contract';

/** As much of a WebSocket as the bridge uses. */
export interface Socket {
  binaryType: string;
  readonly readyState: number;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  onerror: (() => void) | null;
  send(data: string): void;
  close(): void;
}

export interface WebSocketBridgeParts {
  open(): Socket | WebSocket;
  /** Runs something later; returns how to cancel it. */
  after(ms: number, run: () => void): () => void;
  /** 0 to 1: spreads reconnections. */
  random(): number;
  /** Tells when trying again at once makes sense: the network came back, the page is looked at again. */
  onWake(run: () => void): void;
}

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;
const OPEN = 1;

function decode(data: unknown): ServerMessage {
  if (typeof data === 'string') return JSON.parse(data) as ServerMessage;
  if (data instanceof ArrayBuffer) return unpackBinary(new Uint8Array(data)) as ServerMessage;
  throw new TypeError('a frame that is neither text nor bytes');
}

/**
 * The contract's bridge over a WebSocket that reconnects for ever, waiting longer each time (250 ms to 5 s, spread by
 * half). A frame that cannot be read ends the connection, so that the next one starts from fresh snapshots.
 */
export function createWebSocketBridge(parts: WebSocketBridgeParts): Bridge {
  const messageListeners = new Set<(message: ServerMessage) => void>();
  const linkListeners = new Set<(up: boolean) => void>();
  let socket: Socket | undefined;
  let up = false;
  let retryMs = FIRST_RETRY_MS;
  let cancelRetry: (() => void) | undefined;

  const setUp = (now: boolean) => {
    if (up === now) return;
    up = now;
    for (const listener of linkListeners) listener(now);
  };

  const receive = (current: Socket, data: unknown) => {
    let message: ServerMessage;
    try {
      message = decode(data);
    } catch {
      // Nothing of this connection can be trusted any more; onclose connects anew.
      current.close();
      return;
    }
    for (const listener of messageListeners) listener(message);
  };

  const connect = () => {
    cancelRetry = undefined;
    const current = parts.open() as Socket;
    socket = current;
    current.binaryType = 'arraybuffer';
    current.onopen = () => {
      retryMs = FIRST_RETRY_MS;
      setUp(true);
    };
    current.onmessage = ({ data }) => receive(current, data);
    // An error is always followed by a close.
    current.onerror = null;
    current.onclose = () => {
      if (socket !== current) return;
      socket = undefined;
      setUp(false);
      cancelRetry = parts.after(retryMs * (0.75 + parts.random() / 2), connect);
      retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
    };
  };

  parts.onWake(() => {
    if (!cancelRetry) return;
    cancelRetry();
    retryMs = FIRST_RETRY_MS;
    connect();
  });
  connect();

  return {
    // While the link is down nothing is kept: whoever waits for an answer is told of the loss and asks again.
    send: (message: ClientMessage) => {
      if (socket?.readyState === OPEN) socket.send(JSON.stringify(message));
    },
    onMessage: (listener) => {
      messageListeners.add(listener);
      return () => messageListeners.delete(listener);
    },
    onLink: (listener) => {
      linkListeners.add(listener);
      if (up) listener(true);
      return () => linkListeners.delete(listener);
    },
  };
}
