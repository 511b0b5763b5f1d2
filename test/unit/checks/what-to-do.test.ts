import { describe, expect, it } from 'vitest';
import { LookEnded } from '#main/checks';
import { type CommandResult, createHosts, type Host } from '#main/hosts';
import { instanceConfigSchema, type Message, type Registration, type Route } from '#shared/domain';
import { LOCALES, sentence } from '#shared/i18n';
import { VirtualClock } from '#test/virtual-clock';
import type { Finding } from '../../../src/main/checks/finding.ts';
import { lookAtMount } from '../../../src/main/checks/looks/mount.ts';
import { lookAtMountWritable } from '../../../src/main/checks/looks/mount-writable.ts';
import { lookAtDatabase } from '../../../src/main/checks/looks/reach.ts';
import { lookAtRedo } from '../../../src/main/checks/looks/redo.ts';
import { lookAtRoute } from '../../../src/main/checks/looks/route.ts';
import { type PairSight, serverSight } from '../../../src/main/checks/sight.ts';

type Answer = Partial<CommandResult> & { out?: string };

const instance = (name: string, server: object) =>
  instanceConfigSchema.parse({
    name,
    host: 'h',
    t2Port: 1,
    f2Port: 1,
    server: { access: { type: 'local' }, ...server },
  });

/** A Linux server that answers each program so; one that is not among them is missing. */
function serverThat(server: object, answers: Record<string, Answer>) {
  const host = {
    name: 'server',
    async run([program = '']: readonly string[]): Promise<CommandResult> {
      const answer: Answer | undefined = program === 'uname' ? { out: 'Linux 5.10.0\n' } : answers[program];
      const base = { exitCode: 0, stdout: Buffer.from(answer?.out ?? ''), stderr: '', tookMs: 1 };
      return { ...base, kind: answer ? 'ended' : 'missing', ...answer };
    },
  } as unknown as Host;
  const hosts = {
    ...createHosts({ clock: new VirtualClock(), env: {}, acceptNewHostKeys: false }),
    open: async () => host,
  };
  return serverSight(instance('A', server), instance('B', {}), hosts);
}

async function foundBy(look: Promise<Finding>): Promise<Finding> {
  try {
    return await look;
  } catch (error) {
    if (error instanceof LookEnded) return error.finding;
    throw error;
  }
}

const inEveryLanguage = (said: Message | null) => LOCALES.map((locale) => said && sentence(locale, said));
const noFile = (file: string): Answer => ({ exitCode: 1, stderr: `cat: ${file}: No such file or directory` });

describe('what is to be done', () => {
  it('is not a remount where that would be refused: something else is mounted there', async () => {
    const mount = { source: '10.0.0.12:/share', target: '/mnt/peer', type: 'nfs' };
    const mounted = (source: string) => ({ cat: { out: `36 35 0:40 / /mnt/peer rw - nfs4 ${source} rw\n` } });
    const other = await foundBy(lookAtMount(serverThat({ mount }, mounted('10.0.0.99:/share'))));
    expect(other).toMatchObject({ result: 'fail', remedy: { key: 'check.remedy.stranger' }, commands: [] });
    const lacking = { ...mount, options: ['noac'] };
    const ours = await foundBy(lookAtMount(serverThat({ mount: lacking }, mounted('10.0.0.12:/share'))));
    expect(ours).toMatchObject({ result: 'fail', remedy: { key: 'check.remedy.remount' } });
    expect(ours.commands).toHaveLength(2);
  });

  it('is not to stop a takeover where only the user of the check may not write, and mt is another one’s', async () => {
    const mount = { source: 's', target: '/mnt/peer', type: 'nfs' };
    const looked = (owners: string) => {
      const server = serverThat(
        { mount, process: 'mt_server' },
        {
          cat: { out: '36 35 0:40 / /mnt/peer rw - nfs4 s rw\n' },
          ps: { out: 'PID PPID ELAPSED COMMAND\n42 1 00:30 mt_server --node mt\n' },
          stat: { out: owners },
          test: { exitCode: 1 },
        },
      );
      return foundBy(lookAtMountWritable(server, {} as PairSight));
    };
    expect(await looked('4300\n4200\n')).toMatchObject({
      result: 'warn',
      reason: { key: 'check.mount.notOurs', params: { uid: '4200' } },
    });
    expect((await looked('4200\n4200\n')).result).toBe('fail');
    expect((await looked('stat: junk')).result).toBe('fail');
  });

  it('is told where the redo directory is not there', async () => {
    const find = { exitCode: 1, stderr: 'find: ‘/nope’: No such file or directory' };
    const found = await foundBy(lookAtRedo(serverThat({ redoDirectory: '/nope' }, { find, cat: { out: '' } })));
    expect(found).toMatchObject({ result: 'fail', reason: { key: 'check.redo.missing' } });
    expect(inEveryLanguage(found.remedy)).toEqual([expect.stringContaining('/nope'), expect.stringContaining('/nope')]);
  });

  it('is about the Todb file where that should say where the database is', async () => {
    const found = await foundBy(lookAtDatabase(serverThat({ todbFile: '/t.xml' }, { cat: noFile('/t.xml') })));
    expect(found).toMatchObject({ result: 'unknown', reason: { key: 'check.database.noTodb' } });
    expect(found.evidence.join()).toContain('No such file');
    // Nor is a file missing where the program that would read it is.
    const noCat = { kind: 'missing' as const, exitCode: 127, stderr: "env: 'cat': No such file or directory" };
    const unread = await foundBy(lookAtDatabase(serverThat({ todbFile: '/t.xml' }, { cat: noCat })));
    expect(unread).toMatchObject({ result: 'unknown', reason: { key: 'check.command.missing' } });
  });

  it('is told of a standby that is not in place, whose role is a word of the language', async () => {
    const registration = (name: string, role: string, status: number) =>
      [name, { instance: name, role, status, epoch: 1, incarnation: name, process: { pid: 1 } }] as const;
    const registrations = new Map([registration('A', 'primary', 1), registration('B', 'standby', 3)]);
    const route = { instance: 'A', incarnation: 'A', state: 'open', epoch: 1 } as Route;
    const sight = (shown: Route | null) =>
      ({
        servers: [serverThat({}, {}), { instance: instance('B', {}) }],
        node: { systemInfo: async () => ({ kind: 'silent', detail: '' }) },
        records: {
          read: async () => ({
            kind: 'read',
            route: shown,
            registrations: registrations as unknown as Map<string, Registration>,
            problems: [],
          }),
        },
      }) as unknown as PairSight;
    const failing = await lookAtRoute(sight(route));
    expect(failing.remedy).toMatchObject({ key: 'check.remedy.standby', params: { standby: 'B' } });
    expect(inEveryLanguage(failing.reason)).toEqual([
      'B 不是就位的备机（角色 备机，状态 3）',
      'B is no standby in place (role Standby, status 3)',
    ]);
    expect((await lookAtRoute(sight(null))).remedy).toMatchObject({ key: 'check.remedy.noRoute' });
  });
});
