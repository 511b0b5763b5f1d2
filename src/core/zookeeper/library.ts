import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { type Client, createClient, type Option } from 'node-zookeeper-client';
import type { ServerAddress } from './connect-string.ts';

/** A request on its way, as the library keeps it. */
interface Packet {
  request: { header: { xid: number; type: number } | null };
  callback: ((error: unknown, response?: unknown) => void) | undefined;
}

type WatcherTable = Record<string, EventEmitter>;

/**
 * The private parts of node-zookeeper-client 1.1.3 that the adapter leans on, in one place: its public interface has no
 * way to time out a read, to empty the queue, to know why a connection failed, or to resume a session.
 */
export interface ConnectionManager {
  servers: ServerAddress[];
  socket: Socket | undefined;
  connectTimeoutHandler: NodeJS.Timeout | null;
  pendingBuffer: Buffer | null;
  pendingQueue: Packet[];
  packetQueue: { queue: Packet[] };
  watcherManager: { dataWatchers: WatcherTable; childWatchers: WatcherTable; existenceWatchers: WatcherTable };
  state: number;
  xid: number;
  updateTimeout(sessionTimeoutMs: number): void;
  findNextServer(callback: (server: ServerAddress) => void): void;
  onSocketData(chunk: Buffer): void;
}

/** `ConnectionManager.STATES` of the library, those that matter here. */
export const LIBRARY_STATE = { connecting: 1, connected: 2 } as const;

export interface SessionCredentials {
  sessionId: Buffer;
  password: Buffer;
}

/** A client of the library with its private parts, before it connects. */
export function makeLibraryClient(
  servers: ServerAddress[],
  sessionTimeoutMs: number,
  resume: SessionCredentials | undefined,
): { client: Client; manager: ConnectionManager } {
  const options: Partial<Option> & { sessionId?: Buffer; sessionPassword?: Buffer } = {
    sessionTimeout: sessionTimeoutMs,
    spinDelay: 0,
    retries: 0,
  };
  if (resume) {
    options.sessionId = resume.sessionId;
    options.sessionPassword = resume.password;
  }
  // The library's own parser knows no IPv6: it gets a stand-in, and the true list right afterwards.
  const client = createClient('replaced.invalid:1', options);
  const manager = (client as unknown as { connectionManager: ConnectionManager }).connectionManager;
  manager.servers = servers;
  manager.updateTimeout(sessionTimeoutMs);
  return { client, manager };
}
