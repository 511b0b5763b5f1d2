import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { systemClock } from '#core/clock';
import { openLocalDatabase } from '#core/local-database';
import { ModelDatabaseServer } from '#test/model-database';
import { skipWithoutPostgresql, startPostgresql } from '#test/postgresql';
import { conformance } from './conformance.ts';

const deps = { clock: systemClock, timeoutMs: 10_000 };

describe('SQLite', () => {
  conformance(() => {
    const folder = mkdtempSync(join(tmpdir(), 'kuantu-sqlite-'));
    return Promise.resolve({
      connect: () => openLocalDatabase({ type: 'sqlite', file: join(folder, 'kuantu.db') }, deps),
      close: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
    });
  });
});

describe.skipIf(skipWithoutPostgresql())('PostgreSQL', () => {
  conformance(async () => {
    const server = await startPostgresql();
    const { host, port, database, user, passwordFile } = server;
    return {
      connect: () => openLocalDatabase({ type: 'postgresql', host, port, database, user, passwordFile }, deps),
      close: () => server.close(),
    };
  });
});

describe('the model', () => {
  conformance(() => {
    const server = new ModelDatabaseServer();
    return Promise.resolve({ connect: () => server.connect(systemClock), close: () => Promise.resolve() });
  });
});
