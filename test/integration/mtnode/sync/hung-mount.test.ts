import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#core/clock';
import { startZooKeeperServer, type ZooKeeperServer } from '#core/zookeeper-server';
import { ERROR_NUMBERS, FUNCTIONS } from '#shared/domain';
import { type SystemInfoReply, systemInfoReplySchema } from '#shared/protocol';
import { beat, callOnce, type NodeProcess, NodeProcesses } from '#test/mt-node-process';

const processes = new NodeProcesses();
let zookeeper: ZooKeeperServer;
let primary: NodeProcess;
let standby: NodeProcess;
/** Where the standby has its primary's share mounted. */
let mount: string;
let share: string;

async function infoOf(node: NodeProcess): Promise<SystemInfoReply> {
  return systemInfoReplySchema.parse(await callOnce(node.t2Port, FUNCTIONS.systemInfo));
}

const syncOf = async (node: NodeProcess) => (await infoOf(node)).data?.sync;

/** Whatever is read from the mount does not come back, as from a server that is gone. */
function hang(): void {
  const hung = join(mount, '..', 'hung');
  mkdirSync(hung);
  execFileSync('mkfifo', [join(hung, 'share.json')]);
  rmSync(mount);
  symlinkSync(hung, mount);
}

describe.skipIf(process.platform === 'win32')('a standby whose mount hangs', () => {
  beforeAll(async () => {
    zookeeper = await startZooKeeperServer({}, { clock: systemClock });
    const base = processes.folder();
    share = join(base, 'a', 'share');
    mount = join(base, 'mount');
    symlinkSync(share, mount);
    const start = (instance: string, directory: string) =>
      processes.start({
        zookeeper: zookeeper.address,
        instance,
        dataDir: join(base, instance),
        args: ['--mount', directory, '--mount-timeout-ms', '500'],
      });
    primary = await start('a', join(base, 'b', 'share'));
    await vi.waitFor(async () => expect((await infoOf(primary)).status).toBe(1), { timeout: 20_000 });
    standby = await start('b', mount);
    await vi.waitFor(async () => expect(await syncOf(standby)).toMatchObject({ state: 'following' }), {
      timeout: 20_000,
    });
  });

  afterAll(async () => {
    await processes.end();
    await zookeeper.close();
  });

  it('says so, naming the directory, and answers heartbeats all the while', async () => {
    hang();
    await expect
      .poll(async () => await syncOf(standby), { timeout: 10_000 })
      .toMatchObject({ state: 'failed', directory: mount, reason: { key: 'sync.mountHung' } });
    expect((await infoOf(standby)).status).toBe(3);
    for (let i = 0; i < 50; i++) expect(await beat(standby.t2Port, 500)).toBe(ERROR_NUMBERS.standby);
    expect(await beat(primary.t2Port, 500)).toBe(ERROR_NUMBERS.ok);
  });

  it('follows again when the mount answers', async () => {
    rmSync(mount);
    symlinkSync(share, mount);
    // Lets go who hangs in it: the server is back.
    closeSync(openSync(join(mount, '..', 'hung', 'share.json'), 'r+'));
    await expect
      .poll(async () => await syncOf(standby), { timeout: 10_000 })
      .toMatchObject({ state: 'following', reason: null });
    expect((await infoOf(standby)).status).toBe(2);
  });

  it('ends when it is told to, though its thread does not', async () => {
    rmSync(join(mount, '..', 'hung'), { recursive: true });
    hang();
    await expect
      .poll(async () => await syncOf(standby), { timeout: 10_000 })
      .toMatchObject({ state: 'failed', reason: { key: 'sync.mountHung' } });
    standby.child.kill('SIGTERM');
    await standby.exited;
    expect(standby.child.signalCode).toBe('SIGKILL');
    expect(standby.stderr()).not.toContain('the stop was not orderly');
  });
});
