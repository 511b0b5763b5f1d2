import { describe } from 'vitest';
import { systemClock } from '#core/clock';
import { startZooKeeperServer } from '#core/zookeeper-server';
import { skipWithoutApache, startApacheZooKeeper } from '#test/apache-zookeeper';
import { access } from './zookeeper-conformance/access.ts';
import { connection } from './zookeeper-conformance/connection.ts';
import { kitFor, type Subject, TICK_MS } from './zookeeper-conformance/kit.ts';
import { multi } from './zookeeper-conformance/multi.ts';
import { nodes } from './zookeeper-conformance/nodes.ts';
import { sessions } from './zookeeper-conformance/sessions.ts';
import { watches } from './zookeeper-conformance/watches.ts';

/** The same cases for Apache ZooKeeper and for the embedded server: what is true of one is true of the other. */
function conformance(start: () => Promise<Subject>): void {
  const kit = kitFor(start);
  for (const cases of [nodes, multi, watches, sessions, access, connection]) cases(kit);
}

describe.skipIf(skipWithoutApache())('Apache ZooKeeper', () => {
  conformance(async () => {
    const zk = await startApacheZooKeeper({ tickMs: TICK_MS });
    const [server] = zk.servers;
    if (!server) throw new Error('no server');
    return { port: server.port, restart: () => server.restart(), close: () => zk.close() };
  });
});

describe('the embedded server', () => {
  conformance(() => startZooKeeperServer({ tickMs: TICK_MS }, { clock: systemClock }));
});
