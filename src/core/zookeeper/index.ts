// A ZooKeeper session with a state machine of its own over node-zookeeper-client: time-outs on every call, watches
// that survive, exact compare-and-set. port.ts says what it promises; client-adapter.ts holds the library's defects.

export type { ClientAdapterOptions, ClientHooks, ClientPort } from './client-adapter.ts';
export * from './port.ts';
export { createZooKeeperSession, type ZooKeeperSessionDeps } from './session.ts';
