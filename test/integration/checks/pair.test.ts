import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ApacheZooKeeper, skipWithoutApache, startApacheZooKeeper } from '#test/apache-zookeeper';
import { checkJson, type JsonRun, remountJson, writeConfig } from '#test/check-command';
import { type NodeProcess, NodeProcesses } from '#test/mt-node-process';
import { skipWithoutServerTools } from '#test/server-tools';
import { type Sshd, startSshd } from '#test/sshd';

describe.skipIf(skipWithoutServerTools() || skipWithoutApache())('the checks of a real pair', () => {
  const nodes = new NodeProcesses();
  const names = ['A', 'B'] as const;
  const folder = nodes.folder();
  const at = (...parts: string[]) => join(folder, ...parts);
  let zookeeper: ApacheZooKeeper;
  let sshd: Sshd;
  let pair: NodeProcess[];
  let config = '';
  const todb = (name: string) => at(name, 'Todb_mt.xml');
  const todbText = (database: string) => `<todb name="mt"><database type="sqlite" file="${database}"/></todb>`;

  beforeAll(async () => {
    zookeeper = await startApacheZooKeeper();
    for (const name of names) {
      mkdirSync(at(name, 'share'), { recursive: true });
      mkdirSync(at(name, 'peer'));
      writeFileSync(todb(name), todbText(at('kuantu.db')));
    }
    const start = (name: string, other: string) =>
      nodes.start({
        zookeeper: zookeeper.connectString,
        instance: name,
        dataDir: at(name),
        args: ['--mount', at(other, 'share'), '--todb', todb(name)],
      });
    const first = await start('A', 'B');
    pair = [first, await start('B', 'A')];
    const mounts = `mount --bind ${at('B', 'share')} ${at('A', 'peer')} && mount --bind ${at('A', 'share')} ${at('B', 'peer')}`;
    sshd = await startSshd({
      within: ['unshare', '-m', '--propagation', 'private', 'sh', '-c', `${mounts} && exec "$@"`, 'sh'],
    });
    sshd.trust();
    config = writeConfig(
      at('config.json'),
      zookeeper.connectString,
      names.map((name, index) => ({
        name,
        host: '127.0.0.1',
        t2Port: pair[index]?.t2Port,
        f2Port: pair[index]?.f2Port,
        server: {
          access: sshd.access,
          mount: { source: at(name === 'A' ? 'B' : 'A', 'share'), target: at(name, 'peer'), type: 'bind' },
          redoDirectory: at(name, 'share'),
          todbFile: todb(name),
          process: `--instance ${name} --zookeeper ${zookeeper.connectString}`,
        },
      })),
    );
  });
  afterAll(async () => {
    sshd?.close();
    await nodes.end();
    await zookeeper?.close();
  });

  /** The checks, once the pair is as `word` says. */
  async function untilReadiness(word: string): Promise<JsonRun> {
    let run: JsonRun | undefined;
    await vi.waitFor(
      async () => {
        run = await checkJson(config);
        expect(run.readiness, JSON.stringify(run.checks.filter(({ result }) => result !== 'pass'))).toBe(word);
      },
      { timeout: 40_000, interval: 500 },
    );
    if (!run) throw new Error('no run');
    return run;
  }

  it('all pass, the standby is ready, and everything is done within 3 s', async () => {
    const run = await untilReadiness('ready');
    const others = run.checks.filter(({ result, id }) => result !== 'pass' && id !== 'clock');
    expect(others).toEqual([]);
    expect(run).toMatchObject({ pair: 'p', code: 0, reasons: [] });
    expect(run.check('route', 'pair').reason.en).toContain('the standby B is in place');
    expect(run.check('process', 'A').evidence).toHaveLength(1);
    expect(run.check('f2-from-peer', 'A').reason.en).toContain('was answered');
    expect(run.check('zookeeper', 'B').evidence.join()).toContain('Mode: standalone');
    // In a container without a time service there is a warning, which counts with --strict.
    const warns = run.checks.some(({ result }) => result === 'warn');
    expect((await checkJson(config, '--strict')).code).toBe(warns ? 1 : 0);
  });

  it('say that a missing mount keeps the standby, and that it is ready after the remount', async () => {
    execFileSync('nsenter', ['-t', String(sshd.process.pid), '-m', 'umount', at('B', 'peer')]);
    const run = await untilReadiness('not-ready');
    expect(run.reasons[0]?.en).toContain('B: mount missing');
    expect(run.reasons[0]?.['zh-CN']).toContain('B：');
    expect(await remountJson(config, 'B', '--yes')).toMatchObject({ outcome: 'done', instance: 'B' });
    await untilReadiness('ready');
  });

  it('tell the keys in which the Todb files differ', async () => {
    writeFileSync(todb('B'), todbText(at('other.db')));
    const run = await checkJson(config);
    const check = run.check('todb-identical', 'pair');
    expect(check).toMatchObject({ result: 'fail', reason: { en: 'the Todb files differ: /todb/database@file' } });
    expect(check.evidence).toEqual([
      `/todb/database@file: A ${JSON.stringify(at('kuantu.db'))}, B ${JSON.stringify(at('other.db'))}`,
    ]);
    // The same in meaning: other order, comments, white space.
    writeFileSync(
      todb('B'),
      `<todb name='mt' >\n<!-- x --><database file="${at('kuantu.db')}"\n type="sqlite"></database></todb>`,
    );
    expect((await checkJson(config)).check('todb-identical', 'pair').result).toBe('pass');
  });

  it('find a second process of an instance, by its registration, and not the other instance’s beside it', async () => {
    const instances = names.map((name, index) => ({
      ...{ name, host: '127.0.0.1', t2Port: pair[index]?.t2Port, f2Port: pair[index]?.f2Port },
      server: { access: sshd.access },
    }));
    const file = writeConfig(at('registered.json'), zookeeper.connectString, instances);
    const before = await checkJson(file);
    for (const name of names)
      expect(before.check('process', name)).toMatchObject({ result: 'pass', evidence: [expect.any(String)] });
    const registered = pair[0]?.pid ?? 0;
    // The very command line, of a process that never registers.
    writeFileSync(at('idle.mjs'), 'await new Promise(() => setInterval(() => {}, 1_000));');
    const argv = readFileSync(`/proc/${registered}/cmdline`, 'utf8').split('\0').slice(1, -1);
    const second = spawn(process.execPath, argv, {
      stdio: 'ignore',
      env: { ...process.env, NODE_OPTIONS: `--import ${pathToFileURL(at('idle.mjs')).href}` },
    });
    await once(second, 'spawn');
    try {
      const { check } = await checkJson(file);
      const reason = `^a second mt process of the same instance .*: ${second.pid} for \\d+ s, the registered ${registered} for \\d+ s$`;
      expect(check('process', 'A')).toMatchObject({ result: 'fail', reason: { en: expect.stringMatching(reason) } });
      expect(check('process', 'A').evidence).toHaveLength(2);
      expect(check('process', 'B').result).toBe('pass');
    } finally {
      second.kill('SIGKILL');
      await once(second, 'exit');
    }
    expect((await checkJson(file)).check('process', 'A').result).toBe('pass');
  });

  it('say who is gone', async () => {
    await pair[1]?.kill();
    const run = await untilReadiness('not-ready');
    expect(run.check('process', 'B').result).toBe('fail');
    expect(run.check('t2-listening', 'B').result).toBe('fail');
    expect(run.check('process', 'A').result).toBe('pass');
    expect(run.code).toBe(1);
  });
});
