import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { every } from '#core/clock';
import type { ListenT2, T2Limits, T2Server } from './ports.ts';
import { T2ConnectionState } from './t2-connection.ts';

const DEFAULT_LIMITS: T2Limits = {
  maxConnections: 512,
  maxAnswersAwaited: 16,
  frameTimeoutMs: 10_000,
  idleTimeoutMs: 600_000,
  unreadTimeoutMs: 10_000,
};
/** How long a closed connection may take to flush before it is cut. */
const CLOSE_GRACE_MS = 300;

/** {@link ListenT2} over Node's own TCP sockets. */
export const listenNodeT2: ListenT2 = async (options, onConnection): Promise<T2Server> => {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { clock } = options;
  const connections = new Set<T2ConnectionState>();

  const accept = (socket: Socket) => {
    socket.setNoDelay(true);
    if (connections.size >= limits.maxConnections) {
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    const connection = new T2ConnectionState(socket, clock, limits, CLOSE_GRACE_MS);
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
    connection.start(onConnection(connection));
  };

  const server = createServer({ allowHalfOpen: false }, accept);
  server.listen(options.port, options.host);
  await once(server, 'listening');
  // Accepting can fail for one connection (no descriptors left); the server itself lives on.
  server.on('error', () => {});
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the t2 server has no TCP address');

  const shortest = Math.min(limits.frameTimeoutMs, limits.idleTimeoutMs, limits.unreadTimeoutMs);
  const watch = every(clock, Math.max(20, Math.min(1_000, shortest / 4)), () => {
    for (const connection of connections) connection.enforceLimits();
  });

  return {
    port: address.port,
    connectionCount: () => connections.size,
    closeConnections() {
      for (const connection of connections) connection.close();
    },
    async close() {
      watch.cancel();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of connections) connection.close();
      await closed;
    },
  };
};
