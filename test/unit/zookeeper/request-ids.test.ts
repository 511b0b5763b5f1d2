import { describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '#core/clock';
import { FakeZooKeeper } from '#test/fake-zookeeper';
import { ClientAdapter } from '../../../src/core/zookeeper/client-adapter.ts';

describe('request ids', () => {
  it('begin again before they overflow 32 bits', async () => {
    const fake = await FakeZooKeeper.start();
    const [host = '', port] = fake.address.split(':');
    let connected = () => {};
    const isConnected = new Promise<void>((resolve) => {
      connected = resolve;
    });
    const adapter = new ClientAdapter(
      { servers: [{ host, port: Number(port) }], sessionTimeoutMs: 1000, connectDeadlineMs: 500 },
      { clock: systemClock, random: systemRandom },
      { connected, disconnected: () => {}, expired: () => {}, log: () => {} },
    );
    adapter.start();
    await isConnected;
    const exists = () => new Promise((resolve) => adapter.client.exists('/a', (error) => resolve(error)));
    const manager = (adapter.client as unknown as { connectionManager: { xid: number } }).connectionManager;
    manager.xid = 0x7fff0001;
    // A request under way keeps its id, and its answer is still its own.
    const before = exists();
    adapter.keepRequestIdsInRange();
    const after = exists();
    expect(await Promise.all([before, after])).toEqual([null, null]);
    expect(fake.calls().map(({ xid }) => xid)).toEqual([0x7fff0001, 0]);
    adapter.discard();
    await fake.close();
  });
});
