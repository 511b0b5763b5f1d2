import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '#core/clock';
import { type DatabaseConfig, openLocalDatabase } from '#core/local-database';
import { skipWithoutPostgresql } from '#test/postgresql';
import { type DatabaseServer, openDrillDatabase, startDatabaseServer } from '../../../src/main/drill/database.ts';

const deps = { clock: systemClock, random: systemRandom };
const node = 'mt-practice';
let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kuantu-drill-database-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Writes under keys of a run, is kept from it, and counts what came through. */
async function rehearse(config: DatabaseConfig, server?: DatabaseServer): Promise<void> {
  const writer = openLocalDatabase(config, { clock: systemClock, timeoutMs: 1_000 });
  const database = openDrillDatabase(config, server, deps);
  const write = (lsn: number) => writer.write(node, 1, [{ epoch: 1, lsn, key: `w1.${lsn}`, payload: '{}' }], lsn);
  try {
    await writer.claim(node, [{ epoch: 1, firstLsn: 1 }]);
    await write(1);
    await database.block();
    await expect(write(2)).rejects.toMatchObject({ code: 'UNREACHABLE', database: database.name });
    await database.unblock();
    await expect.poll(() => write(3).then(() => 'written', String), { timeout: 10_000 }).toBe('written');
    await database.unblock();
    expect(await database.count(node, 'w1', 5)).toEqual(Uint8Array.of(0, 1, 0, 1, 0));
  } finally {
    await writer.close();
    await database.close();
  }
}

describe('the local database of a drill', () => {
  it('is kept from the nodes by a lock where it is SQLite', async () => {
    await rehearse({ type: 'sqlite', file: join(directory, 'kuantu.db') });
  });

  it.skipIf(skipWithoutPostgresql())('is kept from the nodes as by a firewall where it is PostgreSQL', async () => {
    const server = await startDatabaseServer(deps);
    try {
      await rehearse(server.config, server);
    } finally {
      await server.close();
    }
  });
});
