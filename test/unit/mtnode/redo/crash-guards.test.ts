import { describe, expect, it } from 'vitest';
import { type Disk, MARK_FILE, openFileDisk, openRedoLog } from '#mtnode/redo';
import { ModelDisk } from '#test/model-disk';
import { runCases } from '../../../crash/cases.ts';

const RUN = { cases: 30, seed: 3 };

/** Cases of recovery on a disk some of whose calls are not the real ones. */
function runOn(change: (disk: Disk) => Partial<Disk>) {
  return runCases({
    ...RUN,
    openDisk: async (folder) => {
      const disk = await openFileDisk(folder);
      const close = () => disk.close();
      const changed: Disk & { close(): Promise<void> } = {
        list: () => disk.list(),
        read: (name, offset, length) => disk.read(name, offset, length),
        openAppend: (name) => disk.openAppend(name),
        replace: (name, content) => disk.replace(name, content),
        poke: (name, offset, bytes) => disk.poke(name, offset, bytes),
        truncate: (name, bytes) => disk.truncate(name, bytes),
        remove: (name) => disk.remove(name),
        close,
      };
      return { ...changed, ...change(disk) };
    },
  });
}

describe('the crash cases', { timeout: 60_000 }, () => {
  it('find nothing where nothing is wrong, and the same again', async () => {
    const first = await runOn(() => ({}));
    expect(first).toMatchObject({ cases: 30, violations: [] });
    expect(first.recovered).toBeGreaterThan(3);
    expect(first.refused).toBeGreaterThan(3);
    expect(first.undamaged).toBeGreaterThan(1);
    expect(await runOn(() => ({}))).toEqual(first);
  });

  it('find a recovery that does not heed the mark', async () => {
    const fresh = new ModelDisk();
    await openRedoLog(fresh, { segmentBytes: 1_000 });
    const unmarked = fresh.bytes(MARK_FILE) ?? Buffer.alloc(0);
    const { violations } = await runOn((disk) => ({
      read: (name, offset, length) =>
        name === MARK_FILE
          ? Promise.resolve(unmarked.subarray(offset, offset + length))
          : disk.read(name, offset, length),
    }));
    expect(violations.flatMap(({ problems }) => problems).join()).toContain('below the mark, was let pass');
  });

  it('find a recovery that loses what was acknowledged', async () => {
    const { violations } = await runOn((disk) => ({
      list: async () => (await disk.list()).filter(({ name }) => name.startsWith('aside-')),
      read: (name, offset, length) => (name === MARK_FILE ? disk.read('none', 0, 1) : disk.read(name, offset, length)),
    }));
    expect(violations.flatMap(({ problems }) => problems).join()).toContain('was acknowledged before the damage');
  });

  it('find a recovery that ends with an error of another kind', async () => {
    const { violations } = await runOn(() => ({ truncate: () => Promise.reject(new Error('EROFS')) }));
    expect(violations.flatMap(({ problems }) => problems).join()).toContain('neither recovered nor refused');
  });
});
