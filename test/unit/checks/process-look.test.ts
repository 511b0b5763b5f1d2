import { describe, expect, it } from 'vitest';
import type { CommandResult, Host } from '#main/hosts';
import { instanceConfigSchema, type Registration } from '#shared/domain';
import { lookAtProcess } from '../../../src/main/checks/looks/process.ts';
import type { PairSight, ServerSight } from '../../../src/main/checks/sight.ts';

const BOOT = '0f7f9b8e-1a0c-4f6a-9d5b-7f1c2b3a4d5e';
/** A process of a name with a space, begun 500.5 s after the boot. */
const STAT = `4242 (mt server) S 1 4242 4242 0 -1 4194304 1 0 0 0 1 1 0 0 20 0 7 0 50050 1000 100 18446744073709551615`;

/** A server that prints this, by its commands' files; of a file that is missing, what `cat` says. */
function lookAt(files: Record<string, string>) {
  const host = {
    run: async ([, file = '']: readonly string[]): Promise<CommandResult> => ({
      kind: 'ended',
      exitCode: file in files ? 0 : 1,
      stdout: Buffer.from(files[file] ?? ''),
      stderr: file in files ? '' : `cat: ${file}: No such file or directory`,
      tookMs: 1,
    }),
  };
  const instance = instanceConfigSchema.parse({ name: 'A', host: 'h', t2Port: 1, f2Port: 1 });
  const server = { instance, config: {}, host: async () => host as unknown as Host } as unknown as ServerSight;
  const registration = { process: { pid: 4242, startTime: '50050', bootId: BOOT } } as Registration;
  const records = { kind: 'read', route: null, registrations: new Map([['A', registration]]), problems: [] };
  return lookAtProcess(server, { records: { read: async () => records } } as unknown as PairSight);
}

const BOOT_FILE = '/proc/sys/kernel/random/boot_id';
const STAT_FILE = '/proc/4242/stat';

describe('the registered process', () => {
  it('is there, since when', async () => {
    const there = { [BOOT_FILE]: `${BOOT}\n`, [STAT_FILE]: `${STAT}\n`, '/proc/uptime': '4100.73 8000.00\n' };
    const { result, reason, evidence } = await lookAt(there);
    expect([result, reason, evidence]).toEqual([
      'pass',
      { key: 'check.mt.ok', params: { pid: 4242, seconds: 3_600 } },
      [STAT],
    ]);
    const { '/proc/uptime': _uptime, ...silent } = there;
    expect((await lookAt(silent)).reason.key).toBe('check.mt.registered');
    expect((await lookAt({ ...there, '/proc/uptime': 'junk' })).reason.key).toBe('check.mt.registered');
  });

  it('is gone, or its number is another one’s by now', async () => {
    const uptime = { [BOOT_FILE]: BOOT, '/proc/uptime': '4100.73 8000.00' };
    expect(await lookAt(uptime)).toMatchObject({ result: 'fail', reason: { key: 'check.process.gone' } });
    const other = { ...uptime, [STAT_FILE]: STAT.replace('50050', '50051') };
    expect(await lookAt(other)).toMatchObject({ result: 'fail', reason: { key: 'check.process.pidReused' } });
    expect((await lookAt({ ...uptime, [BOOT_FILE]: BOOT.replace('0f', '1f'), [STAT_FILE]: STAT })).result).toBe(
      'unknown',
    );
  });
});
