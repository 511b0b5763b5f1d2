// Starts Apache ZooKeeper — Debian's package, or one unpacked at ZOOKEEPER_HOME — as child processes in a temporary
// directory: one server or an ensemble of three, for the drill and the tests. They end with this process.
export { apacheZooKeeperMissing } from './classpath.ts';
export {
  type ApacheZooKeeper,
  type ApacheZooKeeperOptions,
  type ApacheZooKeeperServer,
  startApacheZooKeeper,
} from './ensemble.ts';
export { fourLetterWord } from './four-letter.ts';
