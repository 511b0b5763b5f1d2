import { afterEach } from 'vitest';
import type { ZooKeeperSession, ZooKeeperSessionOptions } from '#core/zookeeper';
import { type FakeScript, FakeZooKeeper } from '#test/fake-zookeeper';
import { realSession } from '#test/zookeeper-session';

/** What is undone after each test, the latest first. */
export const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

export async function fakeServer(script: FakeScript = {}): Promise<FakeZooKeeper> {
  const fake = await FakeZooKeeper.start(script);
  cleanUp.push(() => fake.close());
  return fake;
}

export function openSession(
  fake: FakeZooKeeper | string,
  more: Partial<ZooKeeperSessionOptions> = {},
): ZooKeeperSession {
  const connectString = typeof fake === 'string' ? fake : fake.address;
  const session = realSession({ connectString, sessionTimeoutMs: 600, ...more });
  cleanUp.push(() => session.close(0));
  return session;
}
