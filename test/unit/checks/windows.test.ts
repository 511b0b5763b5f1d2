import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock';
import { runPairChecks } from '#main/checks';
import type { CommandResult, Host } from '#main/hosts';
import { environmentSchema } from '#shared/domain';
import type { Packet } from '../../../src/main/checks/firewall/packet.ts';
import { lookAtProcess } from '../../../src/main/checks/looks/process.ts';
import type { PairSight, ServerSight } from '../../../src/main/checks/sight.ts';
import {
  windowsClock,
  windowsFreePercent,
  windowsPorts,
  windowsProcesses,
  windowsSystem,
} from '../../../src/main/checks/windows/answers.ts';
import { parseWindowsFirewall } from '../../../src/main/checks/windows/firewall.ts';
import { powerShellCommand } from '../../../src/main/checks/windows/power-shell.ts';
import * as scripts from '../../../src/main/checks/windows/scripts.ts';

const T2: Packet = { protocol: 'tcp', port: 7001, from: '10.0.0.2', viaLoopback: false };
const F2: Packet = { protocol: 'udp', port: 7002, from: '10.0.0.2', viaLoopback: false };

/** What the script prints of Windows Server 2022: values as `ConvertTo-Json -Compress` writes them. */
function firewall(change: Record<string, unknown> = {}): string {
  return JSON.stringify({
    profiles: ['Domain', 'Private', 'Public'].map((name) => ({ name, enabled: 'True', inbound: 'NotConfigured' })),
    networks: ['Private'],
    rules: [
      { id: 'mt-t2', name: 'mt t2 主机', action: 'Allow', profiles: 'Domain, Private' },
      { id: 'odd', name: 'Some program', action: 'Allow', profiles: 'Any' },
    ],
    ports: [
      { id: 'mt-t2', protocol: 'TCP', local: ['7001', '7100-7110'], remote: ['Any'] },
      { id: 'odd', protocol: 'Any', local: ['Any'], remote: ['Any'] },
    ],
    addresses: [
      { id: 'mt-t2', remote: ['10.0.0.0/255.255.255.0'] },
      { id: 'odd', remote: ['Any'] },
    ],
    programs: [
      { id: 'mt-t2', program: 'Any' },
      { id: 'odd', program: '%ProgramFiles%\\other\\other.exe' },
    ],
    ...change,
  });
}
const judged = (text: string, packet: Packet) => parseWindowsFirewall(text)?.judge(packet);

describe("Windows' answers", () => {
  it('are commands that every shell takes as they are, and short enough for the plainest', () => {
    const { processScript, ...others } = scripts;
    for (const script of [...Object.values(others), processScript(4_194_304)]) {
      const line = powerShellCommand(script).join(' ');
      expect(line).toMatch(/^powershell\.exe -NoProfile -NonInteractive -EncodedCommand [A-Za-z0-9+/=]+$/);
      expect(line.length).toBeLessThan(8_000);
      const encoded = Buffer.from(line.split(' ').at(-1) ?? '', 'base64').toString('utf16le');
      expect(encoded).toBe(script);
    }
  });

  it('name the system, and nothing else does', () => {
    expect(windowsSystem('{"windows":true,"system":"Microsoft Windows NT 10.0.20348.0"}')).toContain('Windows NT 10');
    expect(windowsSystem('{"windows":false,"system":"Unix 6.1.0.13"}')).toBeUndefined();
    expect(windowsSystem("'powershell.exe' 不是内部或外部命令，也不是可运行的程序")).toBeUndefined();
  });

  it('list processes, with a banner before them and one alone unrolled', () => {
    const one = { pid: 4, parent: 0, command: null, started: 1_000 };
    const mt = { pid: 4711, parent: 700, command: '"C:\\mt 主\\mt.exe" --node mt-01', started: 61_000 };
    expect(windowsProcesses(`welcome\r\n${JSON.stringify({ now: 121_000, processes: [one, mt] })}`)).toEqual([
      expect.objectContaining({ pid: 4, command: '', runningS: 120 }),
      expect.objectContaining({ pid: 4711, parent: 700, command: mt.command, runningS: 60 }),
    ]);
    expect(windowsProcesses(JSON.stringify({ now: 121_000, processes: mt }))).toHaveLength(1);
    expect(windowsProcesses('{"now":1}')).toEqual([]);
  });

  it('list ports, drives and the clock', () => {
    const text =
      '{"tcp":[{"address":"0.0.0.0","port":7001,"pid":4711},{"address":"::","port":135,"pid":900}],"udp":{"address":"::","port":7002,"pid":4711}}';
    expect(windowsPorts(text)?.map(({ protocol, port }) => `${protocol} ${port}`)).toEqual([
      'tcp 7001',
      'tcp 135',
      'udp 7002',
    ]);
    const disks = '{"disks":[{"drive":"C:","free":25,"size":100},{"drive":"D:","free":null,"size":null}]}';
    expect(windowsFreePercent(disks, 'c:')?.percent).toBe(25);
    expect(windowsFreePercent(disks, 'D:')).toBeUndefined();
    expect(windowsClock('{"now":1732500000000,"service":"Running"}')).toEqual({
      wallMs: 1_732_500_000_000,
      service: 'Running',
    });
  });

  it('of any other kind are none', () => {
    for (const parse of [windowsSystem, windowsProcesses, windowsPorts, windowsClock, parseWindowsFirewall]) {
      fc.assert(fc.property(fc.string(), (junk) => void parse(junk)));
      fc.assert(fc.property(fc.json(), (json) => void parse(json)));
    }
  });
});

describe('a server that runs Windows', () => {
  const answers = new Map<string, string>([
    [scripts.SYSTEM_SCRIPT, '{"windows":true,"system":"Microsoft Windows NT 10.0.20348.0"}'],
    [
      scripts.PROCESSES_SCRIPT,
      '{"now":61000,"processes":[{"pid":7,"parent":1,"command":"mt.exe --node mt","started":1000}]}',
    ],
    [scripts.PORTS_SCRIPT, '{"tcp":[{"address":"0.0.0.0","port":7001,"pid":7}],"udp":[]}'],
    [scripts.FIREWALL_SCRIPT, firewall()],
    [scripts.DISKS_SCRIPT, '{"disks":[{"drive":"D:","free":50,"size":100}]}'],
    [scripts.CLOCK_SCRIPT, JSON.stringify({ now: Date.now(), service: 'Stopped' })],
  ]);
  const host = {
    name: 'kuantu@win',
    async run(argv: readonly string[]): Promise<CommandResult> {
      const script = argv[0] === 'powershell.exe' ? Buffer.from(argv.at(-1) ?? '', 'base64').toString('utf16le') : '';
      const stdout = answers.get(script);
      const stderr = stdout === undefined ? "'env' 不是内部或外部命令，也不是可运行的程序" : '';
      return {
        kind: 'ended',
        exitCode: stdout === undefined ? 1 : 0,
        stdout: Buffer.from(stdout ?? ''),
        stderr,
        tookMs: 1,
      };
    },
    exchangeTcp: async () => ({ kind: 'answered' as const, bytes: Buffer.alloc(0), detail: 'connected' }),
    exchangeUdp: async () => ({ kind: 'unsaid' as const, bytes: Buffer.alloc(0), detail: '' }),
  } as unknown as Host;

  it('is looked at as far as that makes sense, and says of the rest that it is not', async () => {
    const access = { type: 'ssh', user: 'kuantu' };
    const server = {
      access,
      process: '--node mt',
      redoDirectory: 'D:\\mt\\redo',
      mount: { source: 'x', target: '/m' },
    };
    const instance = (name: string, last: number) => ({
      name,
      host: `10.0.0.${last}`,
      t2Port: 7001,
      f2Port: 7002,
      server,
    });
    const { pairs, zookeeper } = environmentSchema.parse({
      ...{ id: 'e', name: 'E', zookeeper: { connectString: 'z:1' } },
      pairs: [{ id: 'p', system: 's', node: 'mt', instances: [instance('A', 1), instance('B', 2)] }],
    });
    const [pair] = pairs;
    if (!pair) throw new Error('no pair');
    const report = await runPairChecks({ zookeeper }, pair, {
      clock: systemClock,
      hosts: { here: host, open: async () => host, forgetFailures() {}, close() {} },
      node: { systemInfo: async () => ({ kind: 'silent', detail: 'none' }) },
      records: { read: async () => ({ kind: 'unreachable', detail: 'none' }) },
    });
    const results = Object.fromEntries(
      report.checks
        .filter((check) => check.host === 'A')
        .map(({ id, result, reason }) => [id, `${result} ${reason.key}`]),
    );
    expect(results).toMatchObject({
      access: 'pass check.access.ok',
      process: 'pass check.mt.ok',
      't2-listening': 'pass check.listening.ok',
      'f2-listening': 'fail check.listening.none',
      't2-from-peer': 'pass check.reach.open',
      'firewall-t2': 'pass check.firewall.passes',
      'firewall-f2': 'warn check.firewall.unclear',
      'mount-space': 'pass check.mount.space',
      clock: 'warn check.clock.notSynchronised',
      mount: 'unknown check.access.notOnWindows',
      redo: 'unknown check.access.notOnWindows',
    });
  });
});

describe('a registered process on Windows', () => {
  const MACHINE = '12345678-90ab-cdef-1234-567890abcdef';
  const identity = { pid: 7, startTime: '133770000000000000', bootId: `${MACHINE}/20261101000000` };
  const command = '"C:\\Program Files\\MT\\mt.exe" --node mt --instance A --dir "D:\\mt a"';

  function look(commands: Record<number, string>, started: string | null = identity.startTime) {
    const answer = { machine: MACHINE.toUpperCase(), booted: '20261101000000', found: started !== null, started };
    const processes = Object.entries(commands).map(([pid, text]) => ({
      pid: Number(pid),
      parent: 1,
      command: text,
      started: 1_000,
    }));
    const host = {
      async run(argv: readonly string[]): Promise<CommandResult> {
        const script = Buffer.from(argv.at(-1) ?? '', 'base64').toString('utf16le');
        const isList = script === scripts.PROCESSES_SCRIPT;
        const stdout = JSON.stringify(isList ? { now: 61_000, processes } : answer);
        return { kind: 'ended', exitCode: 0, stdout: Buffer.from(stdout), stderr: '', tookMs: 1 };
      },
    } as unknown as Host;
    const instance = { name: 'A', host: 'h', t2Port: 1, f2Port: 1 };
    const server = {
      ...{ instance, config: {}, system: async () => 'Windows', windows: async () => host },
      fact: (_name: string, make: () => unknown) => make(),
    } as unknown as ServerSight;
    const records = { kind: 'read', registrations: new Map([['A', { process: identity }]]) };
    return lookAtProcess(server, {
      pair: { node: 'mt' },
      records: { read: async () => records },
    } as unknown as PairSight);
  }

  it('is there since when, or gone', async () => {
    expect(await look({ 7: command })).toMatchObject({
      result: 'pass',
      reason: { key: 'check.mt.ok', params: { pid: 7, seconds: 60 } },
    });
    expect(await look({ 7: command }, '133770000000000001')).toMatchObject({ result: 'fail' });
    expect(await look({}, null)).toMatchObject({ result: 'fail', reason: { key: 'check.process.gone' } });
  });

  it('has a second one beside it, told from the other instance’s', async () => {
    expect(await look({ 7: command, 8: command.replace('"C:\\Program Files\\MT\\mt.exe"', 'mt.exe') })).toMatchObject({
      result: 'fail',
      reason: { key: 'check.mt.second', params: { pid: 8, registered: 7, seconds: 60 } },
    });
    expect((await look({ 7: command, 8: command.replace('--instance A', '--instance B') })).result).toBe('pass');
  });
});

describe("Windows' firewall", () => {
  it('passes what a rule allows, from where it allows it, and blocks the rest by its default', () => {
    expect(judged(firewall(), T2)).toEqual({ says: 'passes', lines: ['Private: Allow: mt t2 主机'] });
    // A rule for a program may be mt's or not.
    expect(judged(firewall(), F2)?.says).toBe('unclear');
    const without = { rules: [{ id: 'mt-t2', name: 'mt', action: 'Allow', profiles: 'Domain, Private' }] };
    expect(judged(firewall(without), F2)).toEqual({ says: 'dropped', lines: ['Private: inbound NotConfigured'] });
    expect(judged(firewall(without), { ...T2, from: '10.0.1.2' })?.says).toBe('dropped');
    expect(judged(firewall(without), { ...T2, from: null })?.says).toBe('unclear');
    expect(judged(firewall(without), { ...T2, port: 7105 })?.says).toBe('passes');
    // Only the profile of the network that it is in counts.
    expect(judged(firewall({ ...without, networks: ['Public'] }), T2)?.says).toBe('dropped');
    expect(judged(firewall({ ...without, networks: 'DomainAuthenticated' }), T2)?.says).toBe('passes');
  });

  it('blocks before it allows, and is off where no profile in force has it on', () => {
    const block = {
      rules: [
        { id: 'mt-t2', name: 'mt', action: 'Allow', profiles: 'Any' },
        { id: 'block', name: 'block', action: 'Block', profiles: 'Any' },
      ],
      ports: { id: 'block', protocol: '6', local: '7001', remote: 'Any' },
    };
    expect(judged(firewall(block), T2)).toEqual({ says: 'dropped', lines: ['Private: Block: block'] });
    const off = [{ name: 'Private', enabled: 'False', inbound: 'Block' }];
    expect(parseWindowsFirewall(firewall({ profiles: off }))?.active).toBe(false);
    expect(judged(firewall({ profiles: off }), F2)?.says).toBe('passes');
  });

  it('is unclear about what depends on the server itself', () => {
    const local = { addresses: [{ id: 'mt-t2', remote: ['LocalSubnet'] }], programs: [] };
    expect(
      judged(firewall({ ...local, rules: [{ id: 'mt-t2', name: 'mt', action: 'Allow', profiles: 'Any' }] }), T2)?.says,
    ).toBe('unclear');
  });
});
