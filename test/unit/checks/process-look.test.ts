import { describe, expect, it } from 'vitest';
import type { CommandResult, Host } from '#main/hosts';
import { instanceConfigSchema, type Registration } from '#shared/domain';
import { lookAtProcess } from '../../../src/main/checks/looks/process.ts';
import type { PairSight, ServerSight } from '../../../src/main/checks/sight.ts';

const BOOT = '0f7f9b8e-1a0c-4f6a-9d5b-7f1c2b3a4d5e';
/** A process of a name with a space, begun 500.5 s after the boot. */
const STAT = `4242 (mt server) S 1 4242 4242 0 -1 4194304 1 0 0 0 1 1 0 0 20 0 7 0 50050 1000 100 18446744073709551615`;
const OWN = '/opt/mt/bin/mt_server --node mt --instance A --dir /data/a';

const BOOT_FILE = '/proc/sys/kernel/random/boot_id';
const STAT_FILE = '/proc/4242/stat';
const UPTIME_FILE = '/proc/uptime';
const NAMESPACES = '/proc/self/ns/pid 4026531836\n/proc/self/ns/time 4026531834\n';
const THERE = { [BOOT_FILE]: `${BOOT}\n`, [STAT_FILE]: `${STAT}\n`, [UPTIME_FILE]: '4100.73 8000.00\n' };

interface Server {
  /** By their names; of one that is missing, what `cat` says. */
  files?: Record<string, string>;
  /** Lines of `ps`; absent: it cannot be run. */
  processes?: string[];
  /** Where processes run, by their numbers. */
  directories?: Record<number, string>;
  sockets?: string;
  namespaces?: string;
}

function answerOf(argv: readonly string[], server: Server): string | undefined {
  const [program, file = ''] = argv;
  switch (program) {
    case 'cat':
      return server.files?.[file];
    case 'stat':
      return server.namespaces;
    case 'ps':
      return server.processes && ['PID PPID ELAPSED COMMAND', ...server.processes].join('\n');
    case 'readlink':
      return server.directories?.[Number(/\d+/.exec(file)?.[0])];
    default:
      return program === 'ss' ? (server.sockets ?? '') : undefined;
  }
}

/** The look at a server. `bootId` null: nothing is registered. */
function lookAt(server: Server, { bootId = BOOT, text }: { bootId?: string | null; text?: string } = {}) {
  const host = {
    run: async (argv: readonly string[]): Promise<CommandResult> => {
      const stdout = answerOf(argv, server);
      const isThere = stdout !== undefined;
      return {
        kind: 'ended',
        exitCode: isThere ? 0 : 1,
        stdout: Buffer.from(stdout ?? ''),
        stderr: isThere ? '' : `${argv.join(' ')}: No such file or directory`,
        tookMs: 1,
      };
    },
  } as unknown as Host;
  const sight = {
    instance: instanceConfigSchema.parse({ name: 'A', host: 'h', t2Port: 7001, f2Port: 7002 }),
    config: text === undefined ? {} : { process: text },
    host: async () => host,
    windows: async () => undefined,
    system: async () => 'Linux',
    fact: (_name: string, make: () => unknown) => make(),
  } as unknown as ServerSight;
  const registration = { process: { pid: 4242, startTime: '50050', bootId } } as Registration;
  const registrations = new Map(bootId === null ? [] : [['A', registration]]);
  const records = { kind: 'read', route: null, registrations, problems: [] };
  return lookAtProcess(sight, { pair: { node: 'mt' }, records: { read: async () => records } } as unknown as PairSight);
}

describe('the registered process', () => {
  it('is there, since when', async () => {
    const { result, reason, evidence } = await lookAt({ files: THERE });
    expect([result, reason, evidence]).toEqual([
      'pass',
      { key: 'check.mt.ok', params: { pid: 4242, seconds: 3_600 } },
      [STAT],
    ]);
    const { [UPTIME_FILE]: _uptime, ...silent } = THERE;
    expect((await lookAt({ files: silent })).reason.key).toBe('check.mt.registered');
    expect((await lookAt({ files: { ...THERE, [UPTIME_FILE]: 'junk' } })).reason.key).toBe('check.mt.registered');
  });

  it('is gone, or its number is another one’s by now', async () => {
    const { [STAT_FILE]: _stat, ...gone } = THERE;
    expect(await lookAt({ files: gone })).toMatchObject({ result: 'fail', reason: { key: 'check.process.gone' } });
    const other = { ...THERE, [STAT_FILE]: STAT.replace('50050', '50051') };
    expect(await lookAt({ files: other })).toMatchObject({
      result: 'fail',
      reason: { key: 'check.process.pidReused' },
    });
    const otherBoot = { ...THERE, [BOOT_FILE]: BOOT.replace('0f', '1f') };
    expect((await lookAt({ files: otherBoot })).result).toBe('unknown');
  });

  it('is not looked for among the numbers of another container, or of the machine around it', async () => {
    const inside = `${BOOT}+pid:4026532501`;
    const server = { files: THERE, namespaces: NAMESPACES };
    expect((await lookAt(server)).result).toBe('pass');
    expect(await lookAt(server, { bootId: inside })).toMatchObject({
      result: 'unknown',
      reason: { key: 'check.process.otherBoot' },
    });
    const within = { ...server, namespaces: NAMESPACES.replace('4026531836', '4026532501') };
    expect((await lookAt(within, { bootId: inside })).result).toBe('pass');
    expect((await lookAt(within)).result).toBe('unknown');
  });
});

describe('a second process beside it', () => {
  const own = `4242 1 1:00:00 ${OWN}`;

  it('fails, with both numbers and since when', async () => {
    const second = `5000 1 02:00 ${OWN} --t2-port 7009`;
    const found = await lookAt({ files: THERE, processes: [own, second, '5001 5000 02:00 sh'] });
    const params = { pid: 5000, registered: 4242, seconds: 120, registeredSeconds: 3_600 };
    expect(found).toMatchObject({
      result: 'fail',
      reason: { key: 'check.mt.second', params },
      evidence: [own, second],
    });
    expect(found.commands).toEqual([['ps', '-f', '-p', '4242,5000']]);
    const undated = await lookAt({ files: THERE, processes: [own, second.replace('02:00', '-')] });
    expect(undated).toMatchObject({ result: 'fail', reason: { key: 'check.mt.secondUndated' } });
  });

  it('is none where it is another instance’s, or its own', async () => {
    const others = [own, `5000 1 02:00 ${OWN.replace('--instance A', '--instance B')}`, `5001 4242 02:00 ${OWN}`];
    expect((await lookAt({ files: THERE, processes: others })).result).toBe('pass');
    expect((await lookAt({ files: THERE, processes: ['5000 1 02:00 mt_server'] })).result).toBe('pass');
  });

  it('is told by the directory that it runs in, where its command line names no instance', async () => {
    const plain = '/opt/mt/mt_server -c mt.xml';
    const processes = [`4242 1 1:00:00 ${plain}`, `5000 1 02:00 ${plain}`, `5001 1 01:00 ${plain}`];
    const look = (directories: Record<number, string>, command = plain) =>
      lookAt({ files: THERE, processes: processes.map((line) => line.replace(plain, command)), directories });
    expect((await look({ 4242: '/srv/a', 5000: '/srv/b', 5001: '/srv/c' })).result).toBe('pass');
    expect(await look({ 4242: '/srv/a', 5000: '/srv/b', 5001: '/srv/a' })).toMatchObject({
      result: 'fail',
      reason: { params: { pid: 5001 } },
    });
    // Where it is not shown only a command line that names a place says anything.
    expect((await look({})).result).toBe('pass');
    expect(await look({}, '/opt/mt/mt_server -c /etc/mt/1.xml')).toMatchObject({
      result: 'warn',
      reason: { key: 'check.mt.perhapsSecond', params: { pid: 5000, registered: 4242 } },
    });
  });
});

describe('an instance that is not registered', () => {
  it('runs where something listens on its port', async () => {
    const sockets = 'tcp LISTEN 0 511 0.0.0.0:7001 0.0.0.0:* users:(("mt",pid=5000,fd=21))';
    const processes = ['5000 1 02:00 mt_server'];
    expect(await lookAt({ sockets, processes }, { bootId: null })).toMatchObject({
      result: 'warn',
      reason: { key: 'check.mt.unregistered', params: { pid: 5000, name: 'A', seconds: 120 } },
    });
    const hidden = sockets.replace(/ users.*/, '');
    expect((await lookAt({ sockets: hidden }, { bootId: null })).reason.key).toBe('check.mt.unknownListens');
    expect(await lookAt({ sockets: sockets.replace('7001', '7003'), processes }, { bootId: null })).toMatchObject({
      result: 'unknown',
      reason: { key: 'check.mt.notRegistered' },
    });
  });

  it('may run where a command line has its names, or the text that is configured', async () => {
    const processes = [`5000 1 02:00 ${OWN}`];
    expect((await lookAt({ processes }, { bootId: null })).reason.key).toBe('check.mt.perhapsUnregistered');
    const byText = await lookAt({ processes }, { bootId: null, text: '--instance A' });
    expect(byText).toMatchObject({ result: 'warn', reason: { key: 'check.mt.unregistered' } });
  });
});

describe('a process by the text of its command line', () => {
  const own = `4242 1 1:00:00 ${OWN}`;
  const text = '--instance A';

  it('is the registered one, or a wrapper around it', async () => {
    expect((await lookAt({ files: THERE, processes: [own] }, { text })).result).toBe('pass');
    const wrapped = [`4000 1 1:00:00 sh -c ${OWN}`, own.replace('4242 1', '4242 4000')];
    expect((await lookAt({ files: THERE, processes: wrapped }, { text })).result).toBe('pass');
    // It stands still.
    const stopped = { ...THERE, [STAT_FILE]: STAT.replace(') S', ') T') };
    expect(await lookAt({ files: stopped, processes: [own] }, { text })).toMatchObject({
      result: 'warn',
      reason: { key: 'check.process.frozen' },
    });
  });

  it('fails where another one is registered, alive or not, and where there are several', async () => {
    const other = [`5000 1 02:00 ${OWN}`];
    const expected = {
      result: 'fail',
      reason: { key: 'check.mt.otherRegistered', params: { pid: 5000, registered: 4242 } },
    };
    expect(await lookAt({ files: THERE, processes: other }, { text })).toMatchObject(expected);
    const { [STAT_FILE]: _stat, ...gone } = THERE;
    expect(await lookAt({ files: gone, processes: other }, { text })).toMatchObject(expected);
    expect(await lookAt({ files: THERE, processes: [own, ...other] }, { text })).toMatchObject({
      result: 'fail',
      reason: { key: 'check.mt.several', params: { count: 2, pids: '4242, 5000' } },
    });
  });

  it('says enough where what is registered has numbers of its own', async () => {
    const server = { files: THERE, namespaces: NAMESPACES, processes: [`5000 1 02:00 ${OWN}`] };
    expect((await lookAt(server, { text, bootId: `${BOOT}+pid:4026532501` })).result).toBe('pass');
  });
});
