import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock';
import { type CommandResult, type Host, HostAccessError } from '#main/hosts';
import { type InstanceConfig, instanceConfigSchema, message } from '#shared/domain';
import { createRemoteProcessCheck } from '../../../src/main/checks/remote-process.ts';
import { SYSTEM_SCRIPT } from '../../../src/main/checks/windows/scripts.ts';

const BOOT = '7d0c2a1e-4b43-4d4a-8f57-0c1b4f8b9d10';
const FIRST = '1 (systemd) S 0 1 1 0 -1 4194560 1 1 1 1 0 0 0 0 20 0 1 0 7 1 1 18446744073709551615 0\n';
const MT = '4711 (mt (server) 1\n2) S 1 1 1 0 -1 4194304 1 1 1 1 0 0 0 0 20 0 9 0 880 1 1 18446744073709551615 0\n';
const NAMESPACES = '/proc/self/ns/pid 4026531836\n/proc/self/ns/time 4026531834\n';
const MISSING = 'cat: /proc/4711/stat: No such file or directory';

const identity = { bootId: BOOT, pid: 4711, startTime: '880' };
const instance: InstanceConfig = instanceConfigSchema.parse({
  name: 'A',
  host: '10.0.0.11',
  t2Port: 1,
  f2Port: 2,
  hostCheck: 'ssh',
  server: { access: { type: 'ssh', user: 'kuantu' } },
});

function ended(stdout: string, exitCode = 0, stderr = ''): CommandResult {
  return { kind: 'ended', exitCode, stdout: Buffer.from(stdout), stderr, tookMs: 1 };
}

function look(answer: (argv: readonly string[]) => CommandResult) {
  const asked: string[] = [];
  const waited: number[] = [];
  const host = {
    run: async (argv: readonly string[], { timeoutMs }: { timeoutMs: number }) => {
      asked.push(argv.join(' '));
      waited.push(timeoutMs);
      return answer(argv);
    },
  } as unknown as Host;
  const checkWithin = createRemoteProcessCheck({ open: async () => host, clock: systemClock });
  return { check: checkWithin(instance, 100), checkWithin, asked, waited };
}

const linux =
  (stat: CommandResult, namespaces = NAMESPACES) =>
  (argv: readonly string[]) => {
    if (argv[0] === 'stat') return ended(namespaces);
    return argv.length === 2 ? ended(`${BOOT}\n`) : stat;
  };

describe("a process looked at on its instance's server", () => {
  it('is alive where its start time is the registered one, whatever it calls itself', async () => {
    const { check } = look(linux(ended(`${BOOT}\n${FIRST}${MT}`)));
    expect(await check(identity)).toMatchObject({ says: 'alive', frozen: false });
    const stopped = look(linux(ended(`${BOOT}\n${FIRST}${MT.replace(') S', ') T')}`)));
    expect(await stopped.check(identity)).toMatchObject({ says: 'alive', frozen: true });
  });

  it('is waited for as long as whoever asks says, each time anew', async () => {
    const { checkWithin, waited } = look(linux(ended(`${BOOT}\n${FIRST}${MT}`)));
    for (const timeoutMs of [100, 7_000, 100]) {
      waited.length = 0;
      expect(await checkWithin(instance, timeoutMs)(identity)).toMatchObject({ says: 'alive' });
      expect(new Set(waited)).toEqual(new Set([timeoutMs]));
    }
  });

  it('is asked for with one command once the connection is known', async () => {
    const { check, asked } = look(linux(ended(`${BOOT}\n${FIRST}${MT}`)));
    await check(identity);
    const first = asked.length;
    await check(identity);
    expect(asked.slice(first)).toEqual(['cat /proc/sys/kernel/random/boot_id /proc/1/stat /proc/4711/stat']);
  });

  it('is gone where the pid is nobody, or another one, or a zombie', async () => {
    const none = look(linux(ended(`${BOOT}\n${FIRST}`, 1, MISSING)));
    expect(await none.check(identity)).toMatchObject({ says: 'gone', reason: { key: 'check.process.gone' } });
    const busybox = look(
      linux(ended(`${BOOT}\n${FIRST}`, 1, "cat: can't open '/proc/4711/stat': No such file or directory")),
    );
    expect(await busybox.check(identity)).toMatchObject({ says: 'gone' });
    const died = look(linux(ended(`${BOOT}\n${FIRST}`, 1, 'cat: /proc/4711/stat: No such process')));
    expect(await died.check(identity)).toMatchObject({ says: 'gone' });
    const another = look(linux(ended(`${BOOT}\n${FIRST}${MT.replace(' 880 ', ' 999 ')}`)));
    expect(await another.check(identity)).toMatchObject({ says: 'gone', reason: { key: 'check.process.pidReused' } });
    const zombie = look(linux(ended(`${BOOT}\n${FIRST}${MT.replace(') S', ') Z').replace(' 20 0 9 ', ' 20 0 1 ')}`)));
    expect(await zombie.check(identity)).toMatchObject({ says: 'gone', reason: { key: 'check.process.zombie' } });
  });

  it('is not gone for being hidden: hidepid hides the first process as well', async () => {
    const stderr = `cat: /proc/1/stat: No such file or directory\n${MISSING}`;
    const { check } = look(linux(ended(`${BOOT}\n`, 1, stderr)));
    expect(await check(identity)).toMatchObject({ says: 'nothing', reason: { key: 'check.process.hidden' } });
    // Its own processes a user sees even then.
    const own = look(linux(ended(`${BOOT}\n${MT}`, 1, 'cat: /proc/1/stat: No such file or directory')));
    expect(await own.check(identity)).toMatchObject({ says: 'alive' });
  });

  it('proves nothing in another boot, container or system', async () => {
    const boot = look(linux(ended(`${BOOT}\n${FIRST}`, 1, MISSING)));
    expect(await boot.check({ ...identity, bootId: BOOT.replace('7', '8') })).toMatchObject({
      says: 'nothing',
      reason: { key: 'check.process.otherBoot' },
    });
    const inside = NAMESPACES.replace('4026531836', '4026532999');
    const container = look(linux(ended(`${BOOT}\n${FIRST}`, 1, MISSING), inside));
    expect(await container.check(identity)).toMatchObject({ says: 'nothing' });
    expect(await container.check({ ...identity, bootId: `${BOOT}+pid:4026532999` })).toMatchObject({ says: 'gone' });
    const windows = look(() => ended('', 1, "'cat' is not recognized as an internal or external command"));
    expect(await windows.check(identity)).toMatchObject({ says: 'nothing' });
    const silent = look(() => ({ ...ended(''), kind: 'timeout', exitCode: null }));
    expect(await silent.check(identity)).toMatchObject({ says: 'nothing', reason: { key: 'check.command.timeout' } });
  });

  it('proves nothing where the server is not to be had, for the reason why not', async () => {
    const said = message('check.access.changedKey', { host: 'h', now: 'SHA256:x', expected: 'SHA256:y' });
    const refused = new HostAccessError('changed-key', said, null, []);
    const check = createRemoteProcessCheck({ open: () => Promise.reject(refused), clock: systemClock });
    expect(await check(instance, 100)(identity)).toEqual({ says: 'nothing', frozen: false, reason: said });
    expect(await check({ ...instance, server: undefined }, 100)(identity)).toMatchObject({ says: 'nothing' });
  });

  it('is looked for through PowerShell on Windows, and is gone where that says so', async () => {
    const machine = 'C0FFEE00-1111-2222-3333-444455556666';
    const own = { bootId: `${machine.toLowerCase()}/20241125060000`, pid: 4711, startTime: '133770000000000000' };
    const windows = (answer: object | string) =>
      look((argv) => {
        if (argv[0] !== 'powershell.exe') return ended('', 1, "'env' 不是内部或外部命令");
        const script = Buffer.from(argv.at(-1) ?? '', 'base64').toString('utf16le');
        if (script === SYSTEM_SCRIPT) return ended('{"windows":true,"system":"Microsoft Windows NT 10.0.20348.0"}');
        return ended(
          typeof answer === 'string' ? answer : JSON.stringify({ machine, booted: '20241125060000', ...answer }),
        );
      }).check(own);
    const there = { found: true, started: own.startTime };
    expect(await windows(there)).toMatchObject({ says: 'alive' });
    expect(await windows({ found: false, started: null })).toMatchObject({ says: 'gone' });
    expect(await windows({ ...there, started: '133770000000000001' })).toMatchObject({
      says: 'gone',
      reason: { key: 'check.process.pidReused' },
    });
    expect(await windows({ found: true, started: null })).toMatchObject({ says: 'nothing' });
    expect(await windows({ ...there, booted: '20241126060000' })).toMatchObject({
      says: 'nothing',
      reason: { key: 'check.process.otherBoot' },
    });
    expect(await windows('garbage')).toMatchObject({ says: 'nothing', reason: { key: 'check.windows.notUnderstood' } });
  });

  it('is never gone by garbage, nor by an answer that was cut', async () => {
    const whole = `${BOOT}\n${FIRST}${MT}`;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.nat(whole.length).map((end) => whole.slice(0, end)),
        ),
        fc.constantFrom(0, 1),
        fc.constantFrom('', MISSING.replace('4711', '1'), 'cat: write error'),
        async (stdout, code, stderr) => {
          const { check } = look(linux(ended(stdout, code, stderr)));
          expect((await check(identity)).says).not.toBe('gone');
        },
      ),
    );
  });
});
