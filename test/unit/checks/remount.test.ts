import { describe, expect, it } from 'vitest';
import { LookEnded, planFingerprint, remount } from '#main/checks';
import type { Host } from '#main/hosts';
import { mountConfigSchema } from '#shared/domain';
import { parseMountInfo } from '../../../src/main/checks/parsers/mountinfo.ts';
import { planRemount } from '../../../src/main/checks/remount-plan.ts';

const config = mountConfigSchema.parse({
  source: '10.0.0.12:/share',
  target: '/mnt/peer',
  type: 'nfs',
  options: ['hard', 'noac'],
});
const line = (id: number, source: string, type: string, target = '/mnt/peer', root = '/') =>
  `${id} 1 0:${id} ${root} ${target} rw - ${type} ${source} rw,hard,noac`;
const plan = (...lines: string[]) => planRemount(parseMountInfo(lines.join('\n')), config);
const commands = (...lines: string[]) => plan(...lines).steps.map(({ command }) => command.join(' '));

/** A server that answers `cat` with these tables of mounts in turn, `ps` with these processes, and takes every other command. */
function serverWith(tables: (string | null)[], processes = '') {
  const ran: string[] = [];
  const host: Host = {
    name: 'server',
    isOpen: () => true,
    close() {},
    exchangeTcp: () => Promise.reject(new Error('not asked')),
    exchangeUdp: () => Promise.reject(new Error('not asked')),
    async run(argv) {
      const base = { exitCode: 0, stdout: Buffer.alloc(0), stderr: '', tookMs: 1 };
      if (argv[0] === 'ps')
        return { ...base, kind: 'ended', stdout: Buffer.from(`PID PPID ELAPSED COMMAND\n${processes}`) };
      if (argv[0] !== 'cat') {
        ran.push(argv.join(' '));
        return { ...base, kind: 'ended' };
      }
      const table = tables.length > 1 ? tables.shift() : tables[0];
      return typeof table === 'string'
        ? { ...base, kind: 'ended', stdout: Buffer.from(table) }
        : { ...base, kind: 'lost', exitCode: null, stderr: 'the connection was closed' };
    },
  };
  return { host, ran };
}

describe('a remount', () => {
  const there = line(1, '10.0.0.12:/share', 'nfs4');
  const agreed = planFingerprint(planRemount(parseMountInfo(there), config));

  it('unmounts lazily only where the plain way did not do, and is judged by what is there', async () => {
    const { host, ran } = serverWith([there, there, '', there]);
    expect(await remount(host, config, agreed)).toMatchObject({ outcome: 'done', problem: null });
    expect(ran).toEqual([
      'umount /mnt/peer',
      'umount -l /mnt/peer',
      'mount -t nfs -o hard,noac 10.0.0.12:/share /mnt/peer',
    ]);
  });

  it('is lazy at once where a look still waits within that very mount', async () => {
    const waits = (mount: number) => `42 1 00:30 stat -f -c %b %a %c %d ${mount} /mnt/peer`;
    const { host, ran } = serverWith([there, '', there], waits(1));
    expect(await remount(host, config, agreed)).toMatchObject({ outcome: 'done', problem: null });
    expect(ran).toEqual(['umount -l /mnt/peer', 'mount -t nfs -o hard,noac 10.0.0.12:/share /mnt/peer']);
    const other = serverWith([there, '', there], waits(2));
    expect((await remount(other.host, config, agreed)).outcome).toBe('done');
    expect(other.ran[0]).toBe('umount /mnt/peer');
  });

  it('does not know its end where the server is lost in between, and keeps what was run', async () => {
    const { host, ran } = serverWith([there, null]);
    const report = await remount(host, config, agreed);
    expect(report).toMatchObject({ outcome: 'unknown', problem: { key: 'check.command.lost' }, steps: [{}] });
    expect(ran).toEqual(['umount /mnt/peer']);
    await expect(remount(serverWith([null]).host, config, agreed)).rejects.toBeInstanceOf(LookEnded);
  });

  it('stops where somebody else has mounted something meanwhile', async () => {
    const { host, ran } = serverWith([there, line(2, 'x', 'tmpfs')]);
    const report = await remount(host, config, agreed);
    expect(report).toMatchObject({ outcome: 'failed', problem: { key: 'check.remount.stranger' } });
    expect(ran).toEqual(['umount /mnt/peer']);
  });
});

describe('the plan of a remount', () => {
  it('mounts where nothing is', () => {
    expect(commands(line(1, 'x', 'ext4', '/'))).toEqual(['mount -t nfs -o hard,noac 10.0.0.12:/share /mnt/peer']);
  });

  it('unmounts exactly what is configured, lazily only if needed', () => {
    const { steps, found, refusal } = plan(line(1, '10.0.0.12:/share', 'nfs4'));
    expect(refusal).toBeNull();
    expect(found).toHaveLength(1);
    expect(steps.map(({ kind, when }) => `${kind} ${when}`)).toEqual([
      'unmount always',
      'lazy-unmount if-needed',
      'mount always',
    ]);
    expect(steps[0]?.command).toEqual(['umount', '/mnt/peer']);
  });

  it.each([
    ['another source', [line(1, '10.0.0.13:/share', 'nfs4')]],
    ['a source that only begins alike', [line(1, '10.0.0.12:/share2', 'nfs4')]],
    ['another type', [line(1, '10.0.0.12:/share', 'fuse.sshfs')]],
    ['another below ours', [line(1, 'x', 'tmpfs'), line(2, '10.0.0.12:/share', 'nfs4')]],
    ['another above ours', [line(1, '10.0.0.12:/share', 'nfs4'), line(2, 'x', 'tmpfs')]],
  ])('refuses where there is %s', (_what, lines) => {
    const { steps, refusal } = plan(...lines);
    expect(steps).toEqual([]);
    expect(refusal?.key).toBe('check.remount.stranger');
  });

  it('lets no option or source be taken for an option of mount itself', () => {
    const base = { source: 'a:/b', target: '/t' };
    for (const wrong of [
      { ...base, source: '-o' },
      { ...base, target: '-t' },
      { ...base, target: '/a/../b' },
      { ...base, options: ['-x'] },
      { ...base, options: ['a,b'] },
      { ...base, type: '-t' },
    ])
      expect(mountConfigSchema.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
  });
});
