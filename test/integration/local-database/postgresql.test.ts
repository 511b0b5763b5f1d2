import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock';
import { type LocalDatabase, openLocalDatabase, type PostgresqlConfig } from '#core/local-database';
import { type Postgresql, skipWithoutPostgresql, startPostgresql } from '#test/postgresql';
import { startStallingProxy } from './stalling-proxy.ts';

const history = [{ epoch: 1, firstLsn: 1 }];
const second = [...history, { epoch: 2, firstLsn: 2 }];
const order = (lsn: number) => ({ epoch: 1, lsn, key: `k${lsn}`, payload: '{}' });

describe.skipIf(skipWithoutPostgresql())('PostgreSQL in trouble', () => {
  let server: Postgresql;
  let folder: string;
  let node = '';
  let nodes = 0;
  const opened: LocalDatabase[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kuantu-test-'));
    server = await startPostgresql();
  });
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
  });
  afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const open = (
    changes: Partial<PostgresqlConfig> = {},
    limits: { timeoutMs?: number; lockTimeoutMs?: number } = {},
  ) => {
    node = `mt-${++nodes}`;
    const { host, port, database, user, passwordFile } = server;
    const config = { type: 'postgresql' as const, host, port, database, user, passwordFile, ...changes };
    opened.push(openLocalDatabase(config, { clock: systemClock, timeoutMs: 10_000, ...limits }));
    return opened.at(-1) as LocalDatabase;
  };
  const rawClient = async () => {
    const { host, port, database, user, passwordFile } = server;
    const client = new pg.Client({ host, port, database, user, password: readFileSync(passwordFile, 'utf8').trim() });
    await client.connect();
    return client;
  };

  it('is unreachable while the server is down, and has everything when it is back', async () => {
    const database = open();
    await database.claim(node, history);
    await database.write(node, 1, [order(1)], 1);
    await server.kill();
    await expect(database.write(node, 1, [order(2)], 2)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    await expect(database.claim(node, history)).rejects.toMatchObject({ code: 'UNREACHABLE', database: database.name });
    await server.restart();
    expect((await database.claim(node, history)).lsn).toBe(1);
    await database.write(node, 1, [order(2)], 2);
    expect([...(await database.countByKey(node, ['k1', 'k2'])).values()]).toEqual([1, 1]);
  });

  it('is unreachable, in time, when something accepts the connection and says nothing', async () => {
    const mute = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const database = open({ port: (mute.address() as AddressInfo).port }, { timeoutMs: 300 });
    const began = performance.now();
    await expect(database.claim(node, history)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      detail: 'no answer within 300 ms',
    });
    expect(performance.now() - began).toBeLessThan(2_000);
    await database.close();
    await new Promise((resolve) => mute.close(resolve));
  });

  it('takes a write again whose answer was lost', async () => {
    const proxy = await startStallingProxy(server.port);
    const database = open({ port: proxy.port }, { timeoutMs: 1_000 });
    await expect.poll(() => database.claim(node, history).catch(() => undefined), { timeout: 20_000 }).toBeDefined();
    proxy.stallAfter('WITH held AS');
    await expect(database.write(node, 1, [order(1)], 1)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(proxy.stalled()).toBe(1);
    expect((await database.claim(node, history)).lsn).toBe(1);
    await database.write(node, 1, [order(1)], 1);
    expect([...(await database.countByKey(node, ['k1'])).values()]).toEqual([1]);
    await proxy.close();
  });

  it('lets a successor claim though the former writer has vanished in the middle of a transaction', async () => {
    const proxy = await startStallingProxy(server.port);
    const vanished = open({ port: proxy.port }, { timeoutMs: 1_000 });
    const of = node;
    await expect.poll(() => vanished.claim(of, history).catch(() => undefined), { timeout: 20_000 }).toBeDefined();
    proxy.stallAfter('FOR UPDATE');
    await expect(vanished.claim(of, history)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(proxy.stalled()).toBe(1);
    const successor = open();
    await expect
      .poll(() => successor.claim(of, second).catch(() => undefined), { timeout: 20_000 })
      .toMatchObject({
        epoch: 2,
      });
    await proxy.close();
  });

  it('is unreachable while the table is locked, without waiting for long', async () => {
    const database = open({}, { lockTimeoutMs: 100 });
    await database.claim(node, history);
    const holder = await rawClient();
    await holder.query('BEGIN; LOCK TABLE kuantu_writer');
    await expect(database.write(node, 1, [order(1)], 1)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      detail: expect.stringContaining('lock timeout'),
    });
    await holder.query('ROLLBACK');
    await database.write(node, 1, [order(1)], 1);
    await holder.end();
  });

  it('refuses, and never says the password', async () => {
    const passwordFile = join(folder, 'wrong');
    writeFileSync(passwordFile, 'open-sesame\r\n');
    const refusals = [
      open({ passwordFile }).baseData(),
      open({ passwordFile: join(folder, 'none') }).baseData(),
      open({ database: 'nowhere' }).baseData(),
    ];
    const errors = (await Promise.allSettled(refusals)).map((result) =>
      result.status === 'rejected' ? result.reason : undefined,
    );
    expect(errors).toMatchObject([
      { code: 'REFUSED', detail: expect.stringContaining('password authentication failed') },
      { code: 'REFUSED', detail: expect.stringContaining('ENOENT') },
      { code: 'REFUSED', detail: expect.stringContaining('"nowhere" does not exist') },
    ]);
    expect(JSON.stringify(errors) + errors.map(String).join()).not.toContain('open-sesame');
  });

  it('says where the tables cannot be made', async () => {
    const admin = await rawClient();
    await admin.query("CREATE ROLE reader LOGIN PASSWORD 'reader'");
    await admin.query('CREATE DATABASE bare');
    await admin.end();
    const passwordFile = join(folder, 'reader');
    writeFileSync(passwordFile, 'reader');
    await expect(open({ user: 'reader', database: 'bare', passwordFile }).claim(node, history)).rejects.toMatchObject({
      code: 'REFUSED',
      detail: expect.stringContaining('permission denied'),
    });
  });

  it('begins anew where its orders were dropped, and the base data stays', async () => {
    const database = open();
    await database.claim(node, history);
    await database.write(node, 1, [order(1)], 1);
    const client = await rawClient();
    await client.query("DROP TABLE kuantu_orders; UPDATE kuantu_base_data SET value = 'own'");
    await client.end();
    await expect(database.write(node, 1, [order(2)], 2)).rejects.toMatchObject({ code: 'REFUSED' });
    expect((await database.claim(node, history)).lsn).toBe(0);
    await database.write(node, 1, [order(1), order(2)], 2);
    expect([...(await database.countByKey(node, ['k1', 'k2'])).values()]).toEqual([1, 1]);
    expect(new Set(Object.values(await database.baseData()))).toEqual(new Set(['own']));
  });

  it('has its tables made by two that come at the same moment', async () => {
    const admin = await rawClient();
    await admin.query('CREATE DATABASE twice');
    await admin.end();
    const both = [open({ database: 'twice' }), open({ database: 'twice' }), open({ database: 'twice' })];
    const bases = await Promise.all(both.map((database) => database.baseData()));
    expect(bases[1]).toEqual(bases[0]);
    expect(bases[2]).toEqual(bases[0]);
  });
});
