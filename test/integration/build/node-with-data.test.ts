import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#core/clock';
import { startZooKeeperServer, type ZooKeeperServer } from '#core/zookeeper-server';
import { ERROR_NUMBERS, FUNCTIONS } from '#shared/domain';
import { type SystemInfoReply, systemInfoReplySchema } from '#shared/protocol';
import { callOnce, type NodeProcess, NodeProcesses, TEST_SESSION } from '#test/mt-node-process';

const entry = join(import.meta.dirname, '../../../out/main/mtnode.js');
const processes = new NodeProcesses();
const ORDER = { account: 'a-1', instrument: '600000', side: 'buy', price: 10.5, quantity: 100 };

let zookeeper: ZooKeeperServer;
let database: string;
let primary: NodeProcess;
let standby: NodeProcess;

async function infoOf(node: NodeProcess): Promise<SystemInfoReply> {
  return systemInfoReplySchema.parse(await callOnce(node.t2Port, FUNCTIONS.systemInfo));
}

async function start(instance: string, folders: Record<string, string>, peer: string): Promise<NodeProcess> {
  const dataDir = folders[instance] ?? '';
  const todb = join(dataDir, 'Todb_mt.xml');
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(todb, `<todb name="mt"><database type="sqlite" file="${database}"/></todb>`);
  return processes.start({
    zookeeper: zookeeper.address,
    instance,
    dataDir,
    entry,
    args: ['--practice', '--mount', join(folders[peer] ?? '', 'share'), '--todb', todb],
  });
}

beforeAll(async () => {
  expect(existsSync(entry), 'run npm run build first').toBe(true);
  zookeeper = await startZooKeeperServer({}, { clock: systemClock });
  const base = processes.folder();
  const folders = { a: join(base, 'a'), b: join(base, 'b') };
  database = join(base, 'kuantu.db');
  primary = await start('a', folders, 'b');
  await vi.waitFor(async () => expect((await infoOf(primary)).status).toBe(1), { timeout: 20_000 });
  standby = await start('b', folders, 'a');
});

afterAll(async () => {
  await processes.end();
  await zookeeper.close();
});

describe('the built node', () => {
  it('keeps data: its worker threads follow the primary through the mount and write to the local database', async () => {
    await expect
      .poll(async () => (await infoOf(standby)).data?.sync, { timeout: 20_000 })
      .toMatchObject({ state: 'following', reason: null });
    for (let i = 0; i < 20; i++) {
      const written = await callOnce(primary.t2Port, FUNCTIONS.practiceWrite, {
        session_id: TEST_SESSION,
        key: `key-${i}`,
        order: ORDER,
      });
      expect(written).toMatchObject({ error_no: ERROR_NUMBERS.ok });
    }
    const { lsn } = (await infoOf(primary)).data ?? {};
    await expect.poll(async () => (await infoOf(standby)).data?.lsn, { timeout: 10_000 }).toBe(lsn);
    await expect
      .poll(async () => (await infoOf(primary)).data?.todb, { timeout: 10_000 })
      .toMatchObject({ state: 'ok', backlog: 0, matchesPeer: true });
    const rows = new DatabaseSync(database, { readOnly: true });
    try {
      expect(rows.prepare('SELECT count(*) AS rows FROM kuantu_orders WHERE orphan IS NULL').get()).toEqual({
        rows: 20,
      });
    } finally {
      rows.close();
    }
  });

  it('ends in order, worker threads and all', async () => {
    for (const node of [standby, primary]) {
      node.child.kill('SIGTERM');
      expect(await node.exited).toBe(0);
    }
  });
});
