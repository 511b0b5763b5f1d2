// A ZooKeeper session with a state machine of its own over node-zookeeper-client: time-outs on every call, watches
// that survive, exact compare-and-set. See port.ts for what it promises and EXAMPLES of pitfalls each test holds.
export * from './port.ts';
export { createZooKeeperSession } from './session.ts';
