import { systemClock as clock, systemRandom } from '#core/clock';
import { createZooKeeperSession } from '#core/zookeeper';
import { startApacheZooKeeper } from '#core/zookeeper-apache';
import { startZooKeeperServer } from '#core/zookeeper-server';
import { type Figure, quantile } from './figure.ts';

const WARM_UP = 200;
const CALLS = 1_000;

/** How long a route change takes: a multi of check and set, one after the other. The embedded server shares the process. */
export async function measureMulti(kind: 'embedded' | 'apache'): Promise<Figure[]> {
  const server = kind === 'embedded' ? await startEmbedded() : await startApacheZooKeeper({}, { clock });
  const options = { connectString: server.connectString, sessionTimeoutMs: 4_000 };
  const session = createZooKeeperSession(options, { clock, random: systemRandom });
  try {
    await session.whenConnected(10_000);
    await session.create('/lock', Buffer.alloc(0), 'ephemeral');
    await session.create('/route', Buffer.alloc(300), 'persistent');
    const took: number[] = [];
    for (let version = 0; version < WARM_UP + CALLS; version++) {
      const beganMs = clock.monotonicMs();
      await session.multi([
        { op: 'check', path: '/lock' },
        { op: 'set', path: '/route', data: Buffer.alloc(300), expectedVersion: version },
      ]);
      if (version >= WARM_UP) took.push(clock.monotonicMs() - beganMs);
    }
    const note = `${CALLS} in a row`;
    return [0.5, 0.99].map((share) => ({
      name: `multi-${kind}-p${share * 100}`,
      unit: 'ms',
      value: Math.round(quantile(took, share) * 100) / 100,
      target: null,
      note,
    }));
  } finally {
    await session.close();
    await server.close();
  }
}

async function startEmbedded(): Promise<{ connectString: string; close(): Promise<void> }> {
  const server = await startZooKeeperServer({}, { clock });
  return { connectString: server.address, close: () => server.close() };
}
