import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock, systemRandom } from '#core/clock';
import { startZooKeeperServer, type ZooKeeperServer } from '#core/zookeeper-server';
import { createHeartbeatLoop } from '#main/heartbeat';
import { createHosts } from '#main/hosts';
import { createT2Connector } from '#main/nodes';
import { environmentSchema } from '#shared/domain';
import { sentence } from '#shared/i18n';
import { checkJson, remountJson, runCheck, writeConfig } from '#test/check-command';
import { startScriptedNode } from '#test/scripted-node';
import { skipWithoutServerTools } from '#test/server-tools';
import { freePort, type Sshd, startSshd } from '#test/sshd';
import { RemountDesk } from '../../../src/main/app/remount-desk.ts';
import { createRemounts } from '../../../src/main/app/remounts.ts';

/** A process and all that it started. */
function family(pid: number): number[] {
  const children = readdirSync('/proc').filter((name) => {
    try {
      return (
        /^\d+$/.test(name) && /^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1] === `${pid}`
      );
    } catch {
      return false;
    }
  });
  return [pid, ...children.flatMap((name) => family(Number(name)))];
}

/** The processes, by their numbers, that have a directory among their arguments, without those that only wait for such a one. */
function waitingFor(directory: string): number[] {
  const lines = execFileSync('ps', ['-e', '-o', 'pid,args'], { encoding: 'utf8' }).split('\n');
  return lines
    .filter((line) => line.includes(directory) && !/^\s*\d+ \S*(sshfs|sftp|ssh|timeout|sh|node)\b/.test(line))
    .map((line) => Number.parseInt(line, 10));
}

describe.skipIf(skipWithoutServerTools())('mounts on a server', () => {
  const directory = mkdtempSync(join(tmpdir(), 'kuantu-mounts-'));
  const at = (name: string) => join(directory, name);
  const TARGETS = ['tmp', 'bind', 'hung', 'empty', '挂载 目录', 'wrong'];
  let files: Sshd;
  let server: Sshd;
  let zookeeper: ZooKeeperServer;
  let sshfsSource = '';
  let sshfsOptions: string[] = [];

  beforeAll(async () => {
    for (const name of [...TARGETS, 'source', 'shared']) mkdirSync(at(name));
    zookeeper = await startZooKeeperServer({ tickMs: 200 }, { clock: systemClock });
    files = await startSshd({ config: ['ForceCommand internal-sftp'] });
    sshfsSource = `root@127.0.0.1:${at('shared')}`;
    sshfsOptions = [
      `port=${files.port}`,
      `IdentityFile=${files.access.auth.type === 'key' ? files.access.auth.file : ''}`,
      'StrictHostKeyChecking=no',
      'UserKnownHostsFile=/dev/null',
    ];
    const setUp = [
      'mount -t tmpfs -o size=1m kuantu-tmpfs "$0/tmp"',
      'mount --bind "$0/source" "$0/bind"',
      'mount -t tmpfs kuantu-tmpfs "$0/挂载 目录"',
      'mount -t tmpfs other "$0/wrong"',
      `sshfs -o ${sshfsOptions.join(',')} ${sshfsSource} "$0/hung"`,
      'exec "$@"',
    ].join(' && ');
    // A mount namespace of its own: nothing of it is seen outside, and all of it ends with sshd.
    server = await startSshd({ within: ['unshare', '-m', '--propagation', 'private', 'sh', '-c', setUp, directory] });
    server.trust();
  });
  afterAll(async () => {
    for (const pid of family(files.process.pid ?? 0)) process.kill(pid, 'SIGCONT');
    execFileSync('nsenter', ['-t', String(server.process.pid), '-m', 'umount', '-l', at('hung')], { stdio: 'ignore' });
    server.close();
    files.close();
    await zookeeper.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function config(mount: object, more: object = {}): Promise<string> {
    const [a, b] = [await freePort(), await freePort()];
    const instances = [
      { name: 'A', host: '127.0.0.1', t2Port: a, f2Port: a, server: { access: server.access, mount, ...more } },
      { name: 'B', host: '127.0.0.1', t2Port: b, f2Port: b, server: { access: { type: 'local' } } },
    ];
    return writeConfig(at('config.json'), `127.0.0.1:${zookeeper.port}`, instances);
  }

  /** Heartbeats of this process to a node; `end` gives the class of each that was heard of. */
  async function startBeats(): Promise<{ end(): Promise<string[]> }> {
    const node = await startScriptedNode();
    const connector = createT2Connector({ clock: systemClock })({ host: '127.0.0.1', t2Port: node.port, f2Port: 1 });
    const loop = createHeartbeatLoop({ clock: systemClock, random: systemRandom });
    const samples: string[] = [];
    const target = { instance: 'a', connector, credential: () => null, intervalMs: 100, timeoutMs: 5_000 };
    loop.add(target, (sample) => void samples.push(sample.class));
    return {
      async end() {
        loop.stop();
        connector.close();
        await node.close();
        return samples;
      },
    };
  }

  const mountsThere = () => readFileSync(`/proc/${server.process.pid}/mountinfo`, 'utf8');

  it('are right, writable and roomy: a tmpfs, a bind mount, and one with a name of two Chinese words', async () => {
    const tmp = await checkJson(
      await config({ source: 'kuantu-tmpfs', target: at('tmp'), type: 'tmpfs', options: ['rw'] }),
    );
    for (const id of ['access', 'mount', 'mount-answers', 'mount-writable', 'mount-space'])
      expect(tmp.check(id, 'A'), id).toMatchObject({ result: 'pass', remedy: null });
    expect(tmp.check('mount-space', 'A').evidence.join()).toContain(at('tmp'));
    const bind = await checkJson(await config({ source: at('source'), target: at('bind'), type: 'bind' }));
    expect(bind.check('mount', 'A').result).toBe('pass');
    const chinese = await checkJson(await config({ source: 'kuantu-tmpfs', target: at('挂载 目录') }));
    expect(chinese.check('mount', 'A').result).toBe('pass');
    expect(chinese.check('mount-writable', 'A').result).toBe('pass');
    expect(chinese.check('mount', 'B')).toMatchObject({
      result: 'unknown',
      reason: { en: 'not configured: server.mount' },
    });
  });

  it('fail where nothing is mounted, or something else, or with other options', async () => {
    const missing = await checkJson(await config({ source: 'kuantu-tmpfs', target: at('empty') }));
    expect(missing.check('mount', 'A')).toMatchObject({
      result: 'fail',
      reason: { en: expect.stringContaining('mount missing') },
    });
    expect(missing.check('mount', 'A').remedy?.['zh-CN']).toContain(`mount kuantu-tmpfs ${at('empty')}`);
    expect(missing).toMatchObject({ code: 1, readiness: 'not-ready' });
    const other = await checkJson(await config({ source: 'kuantu-tmpfs', target: at('wrong') }));
    expect(other.check('mount', 'A')).toMatchObject({ result: 'fail', evidence: [expect.stringContaining(' other ')] });
    const notBind = await checkJson(await config({ source: at('shared'), target: at('bind'), type: 'bind' }));
    expect(notBind.check('mount', 'A').result).toBe('fail');
    const readOnly = await checkJson(await config({ source: 'kuantu-tmpfs', target: at('tmp'), options: ['ro'] }));
    expect(readOnly.check('mount', 'A')).toMatchObject({
      result: 'fail',
      reason: { en: expect.stringContaining('lacks the mount options ro') },
    });
  });

  it('fail where a mount is full', async () => {
    execFileSync('nsenter', [
      '-t',
      String(server.process.pid),
      '-m',
      'sh',
      '-c',
      `head -c 1020000 /dev/zero > ${at('tmp')}/fill`,
    ]);
    const full = await checkJson(await config({ source: 'kuantu-tmpfs', target: at('tmp') }));
    expect(full.check('mount-space', 'A')).toMatchObject({
      result: 'fail',
      evidence: [expect.stringMatching(/ \d+% /), expect.anything()],
    });
  });

  it('fail within 3 s where a mount hangs, which leaves one process waiting however often it is looked at, and keeps no other check', async () => {
    writeFileSync(join(at('shared'), 'x'), 'x');
    const mount = { source: sshfsSource, target: at('hung'), type: 'sshfs', options: sshfsOptions };
    const well = await checkJson(await config(mount));
    expect(well.check('mount', 'A').result).toBe('pass');
    expect(well.check('mount-answers', 'A').result).toBe('pass');
    for (const pid of family(files.process.pid ?? 0)) process.kill(pid, 'SIGSTOP');
    const beats = await startBeats();
    const hung = await checkJson(await config(mount));
    const samples = await beats.end();
    const answers = hung.check('mount-answers', 'A');
    expect(answers).toMatchObject({ result: 'fail', reason: { en: expect.stringMatching(/^no answer in 2 s/) } });
    // The look's own time; on a machine that is busy it is made twice.
    expect(answers.tookMs).toBeLessThan(6_000);
    // The process that looks goes on with its heartbeats.
    expect(samples.length).toBeGreaterThan(5);
    expect(new Set(samples)).toEqual(new Set(['ok']));
    expect(hung.check('mount', 'A').result).toBe('pass');
    expect(hung.check('mount-writable', 'A')).toMatchObject({ result: 'unknown' });
    expect(hung.check('access', 'A').result).toBe('pass');
    const waiting = waitingFor(at('hung'));
    expect(waiting).toHaveLength(1);
    // However often it is looked at, also by what is kept within it, and by another console.
    const within = { redoDirectory: `${at('hung')}/redo`, todbFile: `${at('hung')}/Todb.xml` };
    for (const more of [{}, within, within]) {
      const again = await checkJson(await config(mount, more));
      expect(again.check('mount-answers', 'A')).toMatchObject({
        result: 'fail',
        reason: {
          en: expect.stringMatching(`^still no answer.* process ${waiting[0]} has been waiting for it for \\d+ s$`),
        },
      });
      for (const id of Object.keys(more).length > 0 ? ['redo', 'todb'] : [])
        expect(again.check(id, 'A')).toMatchObject({
          result: 'unknown',
          reason: { en: expect.stringMatching(/asked nothing more$/) },
        });
      expect(waitingFor(at('hung'))).toEqual(waiting);
    }
    for (const pid of family(files.process.pid ?? 0)) process.kill(pid, 'SIGCONT');
    await vi.waitFor(
      async () => expect((await checkJson(await config(mount))).check('mount-answers', 'A').result).toBe('pass'),
      20_000,
    );
  });

  it('are made anew where nothing is mounted; a dry run only shows how', async () => {
    const file = await config({ source: 'kuantu-new', target: at('empty'), type: 'tmpfs', options: ['size=64k'] });
    const dry = await remountJson(file, 'A', '--dry-run');
    const command = ['mount', '-t', 'tmpfs', '-o', 'size=64k', 'kuantu-new', at('empty')];
    expect(dry).toMatchObject({
      code: 0,
      outcome: 'planned',
      found: [],
      steps: [],
      plan: [{ kind: 'mount', command }],
    });
    expect((await checkJson(file)).check('mount', 'A').result).toBe('fail');
    expect(await remountJson(file, 'A')).toMatchObject({ code: 3, outcome: 'unasked', steps: [] });
    expect((await checkJson(file)).check('mount', 'A').result).toBe('fail');
    const made = await remountJson(file, 'A', '--yes');
    expect(made).toMatchObject({
      code: 0,
      outcome: 'done',
      problem: null,
      steps: [{ command: command.join(' '), result: 'done' }],
    });
    expect((await checkJson(file)).check('mount', 'A').result).toBe('pass');
    const again = await remountJson(file, 'A', '--yes');
    expect(again).toMatchObject({ outcome: 'done', steps: [{ command: `umount ${at('empty')}` }, { result: 'done' }] });
  });

  it('are made anew from the console as well: typed where one is taken away, recorded, and as it was shown', async () => {
    const { environments } = JSON.parse(
      readFileSync(await config({ source: 'kuantu-tmpfs', target: at('tmp'), type: 'tmpfs' }), 'utf8'),
    );
    const pair = environmentSchema.parse(environments[0]).pairs[0];
    if (!pair) throw new Error('no pair');
    const hosts = createHosts({ clock: systemClock, env: {}, acceptNewHostKeys: false });
    const told: string[] = [];
    const desk = new RemountDesk({
      clock: systemClock,
      remounts: createRemounts(hosts),
      checks: { runAfresh: () => Promise.reject(new Error('not looked at here')) },
      find: () => ({ pair }),
      event: (_key, { message: said }) => void told.push(sentence('en', said)),
    });
    const offer = await desk.plan('e/p', 'A');
    expect(offer.plan.found).toHaveLength(1);
    const confirmation = `${pair.node}/A`;
    expect(offer.confirmation).toBe(confirmation);
    const before = mountsThere();
    const request = { instance: 'A', token: offer.token, confirmation: 'A' };
    await expect(desk.run('e/p', request)).rejects.toMatchObject({ wire: { code: 'refused' } });
    expect([mountsThere(), told]).toEqual([before, []]);
    const { report } = await desk.run('e/p', { ...request, confirmation });
    expect(report).toMatchObject({ outcome: 'done', problem: null });
    expect(mountsThere()).toContain(` ${at('tmp')} `);
    expect(told).toEqual([
      expect.stringMatching(/^remount of .* begun: umount .*; mount -t tmpfs /),
      expect.stringMatching(/is mounted anew \(umount .*: done; mount .*: done\)$/),
    ]);
    hosts.close();
  });

  it('are never taken away where source or target are not exactly those configured', async () => {
    for (const mount of [
      { source: 'kuantu-tmpfs', target: at('wrong'), type: 'tmpfs' },
      { source: at('shared'), target: at('bind'), type: 'bind' },
      { source: 'kuantu-tmpfs', target: at('tmp'), type: 'nfs' },
    ]) {
      const before = mountsThere();
      const refused = await remountJson(await config(mount), 'A', '--yes');
      expect(refused).toMatchObject({ code: 1, outcome: 'refused', plan: [], steps: [] });
      expect(mountsThere()).toBe(before);
    }
    const below = await remountJson(await config({ source: 'kuantu-tmpfs', target: directory }), 'A', '--dry-run');
    expect(below.plan.map(({ kind }) => kind)).toEqual(['mount']);
  });

  it('that hang are taken away, lazily where it does not go otherwise, and come back', async () => {
    const mount = { source: sshfsSource, target: at('hung'), type: 'sshfs', options: sshfsOptions };
    const [listener, ...sessions] = family(files.process.pid ?? 0);
    expect(listener).toBe(files.process.pid);
    for (const pid of sessions) process.kill(pid, 'SIGSTOP');
    const file = await config(mount);
    expect((await checkJson(file)).check('mount-answers', 'A').result).toBe('fail');
    const waiting = waitingFor(at('hung'));
    expect(waiting).toHaveLength(1);
    const { outcome, steps } = await remountJson(file, 'A', '--yes');
    expect(outcome, JSON.stringify(steps)).toBe('done');
    const after = await checkJson(file);
    expect(after.check('mount', 'A').result).toBe('pass');
    expect(after.check('mount-answers', 'A').result).toBe('pass');
    // What still waits within the old mount does not count against the new one at its place.
    expect(waitingFor(at('hung'))).toEqual(waiting);
    for (const pid of sessions) process.kill(pid, 'SIGCONT');
  });

  it('are not looked at through a changed key, of which both fingerprints are told', async () => {
    const file = await config({ source: 'kuantu-tmpfs', target: at('tmp') });
    const known = readFileSync(server.access.knownHostsFile);
    writeFileSync(
      server.access.knownHostsFile,
      `[127.0.0.1]:${server.port} ${readFileSync(join(files.directory, 'host_key.pub'))}`,
    );
    const { check } = await checkJson(file, '--accept-new-host-keys');
    expect(check('access', 'A').result).toBe('fail');
    expect(
      new Set(
        check('access', 'A')
          .evidence.join(' ')
          .match(/SHA256:[A-Za-z0-9+/]+/g),
      ).size,
    ).toBe(2);
    expect(check('mount', 'A').result).toBe('unknown');
    writeFileSync(server.access.knownHostsFile, '');
    const unknown = await checkJson(file);
    expect(unknown.check('access', 'A')).toMatchObject({
      result: 'unknown',
      evidence: [expect.stringMatching(/SHA256:/)],
    });
    const accepted = await checkJson(file, '--accept-new-host-keys');
    expect(accepted.check('mount', 'A').result).toBe('pass');
    writeFileSync(server.access.knownHostsFile, known);
  });
});

describe('the check command', () => {
  it.each([
    [['--config', '/no/such/file', '--pair', 'p'], '/no/such/file does not exist'],
    [['--wrong'], "Unknown option '--wrong'"],
  ])('ends with 3 and one line for %j', async (args, reason) => {
    const { code, out, error } = await runCheck(...args);
    expect([code, out]).toEqual([3, '']);
    expect(error).toContain(reason);
    expect(error.trimEnd().split('\n')).toHaveLength(1);
  });

  it('ends with 3 for a configuration that is wrong, and a pair that is not in it', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'kuantu-check-config-'));
    const instance = (name: string, port: number, server: unknown) => ({
      name,
      host: 'h',
      t2Port: port,
      f2Port: port,
      server,
    });
    const file = writeConfig(join(directory, 'c.json'), '127.0.0.1:1', [
      instance('A', 1, { mont: {} }),
      instance('B', 2, {}),
    ]);
    const wrong = await runCheck('--config', file, '--pair', 'p');
    expect(wrong).toMatchObject({
      code: 3,
      error: expect.stringContaining('environments[0].pairs[0].instances[0].server'),
    });
    expect(wrong.error).toContain('mont');
    const right = writeConfig(join(directory, 'c.json'), '127.0.0.1:1', [instance('A', 1, {}), instance('B', 2, {})]);
    expect(await runCheck('--config', right, '--pair', 'q')).toMatchObject({
      code: 3,
      error: expect.stringContaining('there is e/p'),
    });
    rmSync(directory, { recursive: true });
  });
});
