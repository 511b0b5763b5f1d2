import { systemClock } from '#core/clock';
import {
  type ApacheZooKeeper,
  type ApacheZooKeeperOptions,
  apacheZooKeeperMissing,
  startApacheZooKeeper as start,
} from '#core/zookeeper-apache';

export { type ApacheZooKeeper, type ApacheZooKeeperServer, apacheZooKeeperMissing } from '#core/zookeeper-apache';

/** Starts Apache ZooKeeper for a test, in real time; `close()` it in `afterAll`. */
export function startApacheZooKeeper(options: ApacheZooKeeperOptions = {}): Promise<ApacheZooKeeper> {
  return start(options, { clock: systemClock });
}

/**
 * For `describe.skipIf(skipWithoutApache())`: true where Apache ZooKeeper is missing, after saying what to install.
 * In CI a missing component is a failure.
 */
export function skipWithoutApache(): boolean {
  const missing = apacheZooKeeperMissing();
  if (!missing) return false;
  if (process.env.CI) throw new Error(missing);
  console.warn(`skipped: ${missing}`);
  return true;
}
