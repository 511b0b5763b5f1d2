import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock';
import { startZooKeeperServer, type ZooKeeperServer } from '#core/zookeeper-server';
import { checkJson, remountJson, writeConfig } from '#test/check-command';
import { skipWithoutServerTools, toolPath } from '#test/server-tools';
import { startSshd } from '#test/sshd';

/** What needs an answer of the server itself. */
const OF_SERVER = ['access', 'mount', 'mount-answers', 'redo', 'clock', 'todb', 'process', 't2-listening', 'firewall'];

describe.skipIf(skipWithoutServerTools())('a server that is not as it should be', () => {
  const directory = mkdtempSync(join(tmpdir(), 'kuantu-bad-hosts-'));
  let zookeeper: ZooKeeperServer;
  beforeAll(async () => {
    zookeeper = await startZooKeeperServer({ tickMs: 200 }, { clock: systemClock });
  });
  afterAll(async () => {
    await zookeeper.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** The checks of a server where every command ends in this shell script; `$SSH_ORIGINAL_COMMAND` is what was asked. */
  async function against(script: string, more: { sudo?: boolean } = {}) {
    const file = join(directory, 'command.sh');
    writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const sshd = await startSshd({ config: [`ForceCommand ${file}`, 'AllowTcpForwarding no'] });
    sshd.trust();
    const server = {
      access: { ...sshd.access, ...more, user: 'root' },
      mount: { source: '10.0.0.1:/x', target: '/挂载 点', type: 'nfs' },
      redoDirectory: '/redo',
      todbFile: '/todb.xml',
      process: 'mt',
    };
    const config = writeConfig(join(directory, 'c.json'), `127.0.0.1:${zookeeper.port}`, [
      { name: 'A', host: '127.0.0.1', t2Port: 1, f2Port: 1, server },
      { name: 'B', host: '127.0.0.1', t2Port: 2, f2Port: 2 },
    ]);
    try {
      const began = performance.now();
      const run = await checkJson(config);
      return { ...run, tookMs: performance.now() - began, remount: () => remountJson(config, 'A', '--dry-run') };
    } finally {
      sshd.close();
    }
  }

  it.each([
    ['says nothing', 'exit 0', 'prints nothing'],
    ['talks garbage', 'head -c 3000 /dev/urandom', 'answered with something else'],
    [
      'greets before every answer',
      'echo "欢迎 user"; exec sh -c "$SSH_ORIGINAL_COMMAND"',
      'something else (“欢迎 user”)',
    ],
    ['lets nobody in', 'echo "This account is not available."; exit 1', 'exit code 1: This account is not available.'],
    ['speaks GB18030', "printf '\\276\\334\\276\\370\\267\\303\\316\\312\\n' >&2; exit 126", 'exit code 126: 拒绝访问'],
    ['is another system', 'echo SunOS 5.11', 'not known here: SunOS 5.11'],
    ['ends by a signal', 'kill -SEGV $$', 'killed on the server (SIGSEGV)'],
    ['prints without end', 'yes 0123456789', 'printed too much'],
    ['wants a password for sudo', 'echo "sudo: a password is required" >&2; exit 1', 'sudo wants a password'],
    ['denies', 'echo "sh: uname: Permission denied" >&2; exit 126', 'no permission'],
    ['knows no command', 'echo "sh: uname: not found" >&2; exit 127', 'there is no program'],
    ['is Windows', 'echo "\'env\' is not recognized as an internal or external command," >&2; exit 1', 'Windows'],
    ['hangs up', 'kill -9 $PPID', 'the connection was lost'],
  ])('and %s: every check of it is unknown, and says why', async (_what, script, reason) => {
    const { check, tookMs, readiness } = await against(script);
    for (const id of OF_SERVER) {
      expect(check(id, 'A').result, id).toBe('unknown');
      expect(check(id, 'A').reason.en, id).toContain(reason);
      // Nothing of it steers the terminal that it is printed on.
      expect(JSON.stringify(check(id, 'A')), id).not.toMatch(/\\u00[01]|\\u007f/);
    }
    expect(readiness).toBe('not-ready');
    expect(tookMs).toBeLessThan(10_000);
  });

  it('and hangs: every check of it is unknown in time, and nothing waits for more', async () => {
    const { check, tookMs } = await against('exec sleep 60');
    for (const id of OF_SERVER)
      expect(check(id, 'A')).toMatchObject({
        result: 'unknown',
        reason: { en: expect.stringContaining('did not end') },
      });
    expect(tookMs).toBeLessThan(15_000);
  });

  it('and answers only the first question: each other check says what it missed', async () => {
    const script = 'case "$SSH_ORIGINAL_COMMAND" in *uname*) echo Linux 5.10;; *) echo "挂载: nein" ; exit 2;; esac';
    const { check } = await against(script);
    expect(check('access', 'A').result).toBe('pass');
    for (const id of OF_SERVER.slice(1)) expect(check(id, 'A').result, id).not.toBe('pass');
    expect(check('mount', 'A').reason.en).toContain('exit code 2');
    expect(check('clock', 'A').result).toBe('unknown');
  });

  // Once in some fifty runs, beside other tests, the kernel's socket table could not be read this way; why is not known.
  it("and has BusyBox' tools alone: what they say is understood", { retry: 2 }, async () => {
    const busybox = toolPath('busybox') ?? '';
    const bin = join(directory, 'bin');
    const script = `export PATH=${bin}
set -- $SSH_ORIGINAL_COMMAND
shift 3
eval exec ${busybox} "$(printf '%s ' "$@")"`;
    const { check } = await against(script);
    expect(check('access', 'A').result).toBe('pass');
    expect(check('mount', 'A')).toMatchObject({
      result: 'fail',
      reason: { en: expect.stringContaining('mount missing') },
    });
    expect(check('clock', 'A').result).toMatch(/pass|warn/);
    expect(check('process', 'A').reason.en).toMatch(/process/);
    expect(check('firewall', 'A')).toMatchObject({ result: 'unknown' });
    expect(check('t2-listening', 'A')).toMatchObject({
      result: 'fail',
      reason: { en: expect.stringContaining('nothing listens') },
    });
  });

  it('and has no timeout: commands are run without it', async () => {
    const bin = join(directory, 'without');
    const script = `mkdir -p ${bin}; for each in env uname cat sh; do ln -sf "$(command -v $each)" ${bin}; done
exec sh -c "$(echo "$SSH_ORIGINAL_COMMAND" | sed 's#PATH=[^ ]*#PATH=${bin}#')"`;
    const { check } = await against(script);
    expect(check('access', 'A').result).toBe('pass');
    expect(check('mount', 'A').reason.en).toContain('mount missing');
    expect(check('redo', 'A')).toMatchObject({
      result: 'unknown',
      reason: { en: expect.stringContaining('no program find') },
    });
    expect(check('redo', 'A').remedy?.en).toContain('Install find');
  });

  it('and asks for a password where sudo is needed: only what needs root is unknown, with the command', async () => {
    const script =
      'case "$SSH_ORIGINAL_COMMAND" in *"sudo -n"*|*"nft "*|*iptables*|*firewall-cmd*|*ufw*) echo "sudo: a password is required" >&2; exit 1;; *) exec sh -c "$SSH_ORIGINAL_COMMAND";; esac';
    const { check } = await against(script);
    expect(check('firewall', 'A')).toMatchObject({
      result: 'unknown',
      remedy: { en: expect.stringContaining('sudoers') },
    });
    expect(check('firewall', 'A').evidence.join()).toContain('nft -j list ruleset');
    expect(check('mount', 'A').result).toBe('fail');
  });
});
