// An embedded ZooKeeper-protocol server, in memory, for the practice environment alone: sessions with expiry, ephemeral
// and sequential nodes, versions, watches, multi, and hooks for practice faults. Held to Apache ZooKeeper by one suite.
export { startZooKeeperServer, type ZooKeeperServer, type ZooKeeperServerOptions } from './server.ts';
