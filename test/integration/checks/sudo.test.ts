import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#core/clock';
import { createHosts, type Host, type Hosts } from '#main/hosts';
import { skipWithoutSudo } from '#test/server-tools';
import { type Sshd, startSshd } from '#test/sshd';

const docs = readFileSync(resolve(import.meta.dirname, '../../../docs/checks.md'), 'utf8');
const ALLOWED = /^Cmnd_Alias KUANTU_LOOK[\s\S]*?^kuantu ALL=\(root\) NOPASSWD: KUANTU_LOOK$/m.exec(docs)?.[0] ?? '';

/** What hangs, told from others' by its number. */
const SLEEP_S = `61.${process.pid}`;
const SLEEP = `/usr/bin/sleep ${SLEEP_S}`;

/**
 * A real sudo with a user of its own and with what docs/checks.md says to allow: in a mount namespace, where the machine's own
 * files of users and sudoers are covered by others.
 */
describe.skipIf(skipWithoutSudo())('an account that is not root, with sudo', () => {
  const directory = mkdtempSync(join(tmpdir(), 'kuantu-sudo-'));
  const at = (name: string) => join(directory, name);
  let sshd: Sshd;
  let hosts: Hosts;
  let host: Host;

  beforeAll(async () => {
    chmodSync(directory, 0o755);
    const withUser = (file: string, line: string, mode: number) =>
      writeFileSync(at(file), `${readFileSync(`/etc/${file}`, 'utf8').trimEnd()}\n${line}\n`, { mode });
    withUser('passwd', 'kuantu:x:4242:4242::/tmp:/bin/sh', 0o644);
    withUser('shadow', 'kuantu:*:19000:0:99999:7:::', 0o640);
    writeFileSync(at('sudoers'), `root ALL=(ALL:ALL) ALL\n${ALLOWED}\nkuantu ALL=(root) NOPASSWD: ${SLEEP}\n`, {
      mode: 0o440,
    });
    const covered = ['passwd', 'shadow', 'sudoers'].map((file) => `mount --bind ${at(file)} /etc/${file}`).join(' && ');
    sshd = await startSshd({
      within: ['unshare', '-m', '--propagation', 'private', 'sh', '-c', `${covered} && exec "$@"`, 'sh'],
    });
    // sshd reads the keys as the user who logs in.
    chmodSync(sshd.directory, 0o755);
    chmodSync(join(sshd.directory, 'authorized_keys'), 0o644);
    sshd.trust();
    hosts = createHosts({ clock: systemClock, env: {}, acceptNewHostKeys: false });
    host = await hosts.open({ ...sshd.access, user: 'kuantu', sudo: true }, sshd.address);
  });
  afterAll(() => {
    hosts?.close();
    sshd?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const run = (...argv: string[]) => host.run(argv, { timeoutMs: 10_000, privileged: true });

  it('runs what the documentation allows, and only with root’s rights where it says so', async () => {
    expect((await host.run(['id', '-un'], { timeoutMs: 5_000 })).stdout.toString().trim()).toBe('kuantu');
    for (const command of [
      ['nft', '-j', 'list', 'ruleset'],
      ['nft', '-a', 'list', 'ruleset'],
      ['iptables-save'],
      ['ip6tables-save'],
    ])
      expect(await run(...command), command.join(' ')).toMatchObject({ kind: 'ended', exitCode: 0 });
  });

  it('leaves nothing of root’s behind where a command hangs', async () => {
    const { kind } = await host.run(['sleep', SLEEP_S], { timeoutMs: 1_000, privileged: true });
    expect(kind).toBe('timeout');
    await vi.waitFor(
      () => {
        const shown = execFileSync('ps', ['-e', '-o', 'args'], { encoding: 'utf8' });
        expect(shown.split('\n').filter((line) => line.includes(`sleep ${SLEEP_S}`))).toEqual([]);
      },
      { timeout: 10_000 },
    );
  });

  it('is refused everything else without being asked for a password', async () => {
    for (const command of [
      ['nft', 'flush', 'ruleset'],
      ['iptables-save', '-c'],
      ['cat', '/etc/shadow'],
      ['firewall-cmd', '--list-all', '--zone=x'],
    ]) {
      const { kind, exitCode, stderr } = await run(...command);
      expect([command, kind, exitCode !== 0, /sudo: a password is required/.test(stderr)]).toEqual([
        command,
        'ended',
        true,
        true,
      ]);
    }
  });
});
