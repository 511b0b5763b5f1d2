import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { skipWithoutApache, startApacheZooKeeper } from '#test/apache-zookeeper';
import { until } from '#test/zookeeper-session';
import { RawZooKeeper } from '#test/zookeeper-wire';

/** The directory a running server keeps its files in, as Linux shows it. */
function configOf(pid: number): string {
  return (
    readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .split('\0')
      .find((argument) => argument.endsWith('zoo.cfg')) ?? ''
  );
}

const alive = (pid: number) => {
  try {
    // A killed process that nobody has waited for yet is still listed, as a zombie.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe.skipIf(skipWithoutApache() || process.platform !== 'linux')('Apache ZooKeeper as a child process', () => {
  it('starts, is killed and restarted with its data, is wiped, and leaves nothing behind', async () => {
    const zk = await startApacheZooKeeper();
    const [server] = zk.servers;
    if (!server) throw new Error('no server');
    const config = configOf(server.pid);
    expect(existsSync(config)).toBe(true);
    expect(await zk.leaderIndex()).toBe(0);
    const put = new RawZooKeeper(server.port);
    await put.connect();
    await put.create('/kept', 'x');
    const firstPid = server.pid;
    await server.kill();
    expect(alive(firstPid)).toBe(false);
    await server.restart();
    expect(server.pid).not.toBe(firstPid);
    const get = new RawZooKeeper(server.port);
    await get.connect();
    expect((await get.exists('/kept')).err).toBe(0);
    await zk.wipe();
    const again = new RawZooKeeper(server.port);
    await again.connect();
    expect((await again.exists('/kept')).err).toBe(-101);
    const lastPid = server.pid;
    await zk.close();
    expect(alive(lastPid)).toBe(false);
    expect(existsSync(dirname(dirname(config)))).toBe(false);
  });

  it('ends, and its files with it, when the process that started it is killed', async () => {
    const program = `
      import { systemClock } from '#core/clock';
      import { startApacheZooKeeper } from '#core/zookeeper-apache';
      const zk = await startApacheZooKeeper({}, { clock: systemClock });
      console.log(zk.servers[0].pid);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (line) => resolve(Number(line))));
    const config = configOf(pid);
    expect(alive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await until(() => !alive(pid));
    await until(() => !existsSync(dirname(dirname(config))));
  });

  it('says what is missing, and what to install', async () => {
    const { JAVA_HOME } = process.env;
    process.env.JAVA_HOME = '/nowhere';
    try {
      await expect(startApacheZooKeeper()).rejects.toThrow(/Java is missing: install it/);
    } finally {
      if (JAVA_HOME === undefined) delete process.env.JAVA_HOME;
      else process.env.JAVA_HOME = JAVA_HOME;
    }
  });
});
