import { connect as connectTcp } from 'node:net';

/** What a stream tells: `opened` at most once, then data, then `ended` exactly once (nothing after `destroy`). */
export interface StreamListener {
  opened(): void;
  data(bytes: Uint8Array): void;
  /** The peer closed (null), or connecting or the connection failed (with the system's error). */
  ended(error: Error | null): void;
}

export interface Stream {
  write(bytes: Uint8Array): void;
  /** Bytes written that the system has not taken yet: a peer that never reads makes them grow. */
  unsentBytes(): number;
  /** Lets go at once, unsent bytes included; the listener hears nothing more. */
  destroy(): void;
}

/** TCP as the connector sees it; the simulation hands in its own. No listener is called before `connect` returned. */
export interface StreamPort {
  connect(host: string, port: number, listener: StreamListener): Stream;
}

/** Probes of the system's own, for a peer that vanished between beats that are a minute apart. */
const KEEP_ALIVE_MS = 10_000;

/** This machine's TCP. */
export const tcpStreams: StreamPort = {
  connect(host, port, listener) {
    // Half-open is allowed so that the peer's end is ours to see at once, and not only after our own bytes are flushed.
    const socket = connectTcp({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
      allowHalfOpen: true,
    });
    let over = false;
    const end = (error: Error | null) => {
      if (over) return;
      over = true;
      socket.destroy();
      listener.ended(error);
    };
    socket.on('connect', () => {
      if (!over) listener.opened();
    });
    socket.on('data', (bytes) => {
      if (!over) listener.data(bytes);
    });
    socket.on('end', () => end(null));
    socket.on('close', () => end(null));
    socket.on('error', end);
    return {
      write: (bytes) => void socket.write(bytes),
      unsentBytes: () => socket.writableLength,
      destroy() {
        over = true;
        socket.destroy();
      },
    };
  },
};
