import { describe, expect, it } from 'vitest';
import { ModelDisk } from '#test/model-disk';
import { ModelMount } from '#test/model-mount';
import { VirtualClock } from '#test/virtual-clock';

const bytes = (text: string) => Buffer.from(text);
const seeded = (seed: number) => {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return { next, uuid: () => `${next()}` };
};

describe('the modelled folder', () => {
  it('keeps what was synced over a power cut, and nothing else', async () => {
    const disk = new ModelDisk();
    const file = await disk.openAppend('log');
    await file.append([bytes('ab'), bytes('c')]);
    await file.sync();
    await file.append([bytes('def')]);
    await disk.poke('mark', 0, bytes('m'));
    expect(disk.bytes('log')?.toString()).toBe('abcdef');
    disk.crash();
    expect(disk.bytes('log')?.toString()).toBe('abc');
    expect(disk.names()).toEqual(['log']);
  });

  it('keeps some part of the rest, where chance decides', async () => {
    const lengths = new Set<number>();
    const random = seeded(7);
    for (let run = 1; run <= 50; run++) {
      const disk = new ModelDisk();
      const file = await disk.openAppend('log');
      await file.append([bytes('abc')]);
      await file.sync();
      await file.append([bytes('defghij')]);
      disk.crash(random);
      const left = disk.bytes('log')?.toString() ?? '';
      expect('abcdefghij'.startsWith(left) && left.startsWith('abc')).toBe(true);
      lengths.add(left.length);
    }
    expect(lengths.size).toBeGreaterThan(4);
  });

  it('never makes durable what a failed sync should have', async () => {
    const disk = new ModelDisk();
    const file = await disk.openAppend('log');
    await file.append([bytes('lost')]);
    disk.syncError = 'EIO';
    await expect(file.sync()).rejects.toMatchObject({ code: 'EIO' });
    disk.syncError = undefined;
    await file.append([bytes('kept')]);
    await file.sync();
    disk.crash();
    expect(disk.bytes('log')?.toString()).toBe('\0\0\0\0kept');
  });

  it('does nothing more for a process that was killed', async () => {
    const disk = new ModelDisk();
    const process = disk.attach();
    const file = await process.openAppend('log');
    await file.append([bytes('a')]);
    disk.detach();
    let hasAnswered = false;
    void file.append([bytes('b')]).then(() => {
      hasAnswered = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(hasAnswered).toBe(false);
    expect(disk.bytes('log')?.toString()).toBe('a');
  });

  it('takes the clock its time', async () => {
    const clock = new VirtualClock();
    const disk = new ModelDisk(clock);
    disk.syncMs = 5;
    const file = await disk.openAppend('log');
    await file.append([bytes('a')]);
    let isDurable = false;
    void file.sync().then(() => {
      isDurable = true;
    });
    await clock.advance(4);
    expect(isDurable).toBe(false);
    await clock.advance(1);
    expect(isDurable).toBe(true);
  });
});

describe('the modelled mount', () => {
  it('shows the share, the empty directory beneath it, somebody else, nothing, an error', async () => {
    const disk = new ModelDisk();
    const other = new ModelDisk();
    disk.put('share.json', bytes('mine'));
    other.put('share.json', bytes('theirs'));
    const mount = new ModelMount(disk);
    const marker = async () => Buffer.from(await mount.readFile('share.json')).toString();
    expect(await marker()).toBe('mine');
    mount.unmount();
    await expect(marker()).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await mount.list()).toEqual([]);
    await mount.writeFile('seal.json', bytes('{}'));
    expect(disk.names()).toEqual(['share.json']);
    mount.view = 'gone';
    await expect(mount.list()).rejects.toMatchObject({ code: 'ENOENT' });
    mount.view = { code: 'ESTALE' };
    await expect(mount.list()).rejects.toMatchObject({ code: 'ESTALE' });
    mount.view = { foreign: other };
    expect(await marker()).toBe('theirs');
    mount.remount();
    expect(await marker()).toBe('mine');
  });

  it('hangs until it is released', async () => {
    const disk = new ModelDisk();
    disk.put('share.json', bytes('mine'));
    const mount = new ModelMount(disk);
    mount.hang();
    const reading = mount.readFile('share.json');
    await new Promise((resolve) => setImmediate(resolve));
    expect(mount.hanging()).toBe(1);
    mount.release();
    expect(Buffer.from(await reading).toString()).toBe('mine');
  });
});
