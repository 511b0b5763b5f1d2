// An embedded ZooKeeper-protocol server, in memory, for the practice environment alone: sessions with expiry, ephemeral
// and sequential nodes, versions, watches, multi, and hooks for practice faults. Held to Apache ZooKeeper by one suite.

export { OPEN_ACL } from './acl.ts';
export { startZooKeeperServer, type ZooKeeperServer, type ZooKeeperServerOptions } from './server.ts';
export type { SessionRecord } from './sessions.ts';
export { Store } from './store.ts';
export type { Watcher } from './watch-table.ts';
