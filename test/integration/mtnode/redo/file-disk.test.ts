import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeEntry, openFileDisk, openRedoLog } from '#mtnode/redo';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kuantu-disk-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const contentOf = (name: string) => readFileSync(join(folder, name), 'utf8');
async function* pieces(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

describe('a folder as a disk', () => {
  it('is made where there is none', async () => {
    const disk = await openFileDisk(join(folder, 'a', 'b'));
    expect(await disk.list()).toEqual([]);
    expect(existsSync(join(folder, 'a', 'b'))).toBe(true);
  });

  it('appends, syncs, and goes on at the end when opened again', async () => {
    const disk = await openFileDisk(folder);
    const file = await disk.openAppend('one.log');
    await file.append([Buffer.from('ab'), Buffer.from('cd')]);
    await file.append([]);
    await file.append([Buffer.from('e')]);
    await file.sync();
    await file.close();
    const again = await disk.openAppend('one.log');
    await again.append([Buffer.from('f')]);
    await again.close();
    expect(contentOf('one.log')).toBe('abcdef');
    expect(await disk.list()).toEqual([{ name: 'one.log', bytes: 6 }]);
  });

  it.each([
    ['was removed', () => rmSync(join(folder, 'share'), { recursive: true }), 'ENOENT'],
    ['was moved away', () => renameSync(join(folder, 'share'), join(folder, 'away')), 'ENOENT'],
    [
      'has another in its place',
      () => {
        rmSync(join(folder, 'share', 'one.log'));
        writeFileSync(join(folder, 'share', 'one.log'), 'ab');
      },
      'ESTALE',
    ],
  ])('says of nothing that it is on disk whose file %s', async (_, change, code) => {
    const disk = await openFileDisk(join(folder, 'share'));
    const file = await disk.openAppend('one.log');
    await file.append([Buffer.from('ab')]);
    await file.sync();
    change();
    await file.append([Buffer.from('cd')]);
    await expect(file.sync()).rejects.toMatchObject({ code });
    await file.close();
  });

  it('reads what is there, and less at the end', async () => {
    const disk = await openFileDisk(folder);
    writeFileSync(join(folder, 'one.log'), 'abcdef');
    const read = async (offset: number, length: number) =>
      Buffer.from(await disk.read('one.log', offset, length)).toString();
    expect(await read(1, 2)).toBe('bc');
    expect(await read(4, 9)).toBe('ef');
    expect(await read(6, 1)).toBe('');
    await expect(disk.read('none', 0, 1)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('replaces wholly or not at all', async () => {
    const disk = await openFileDisk(folder);
    await disk.replace('one.dat', pieces('old', ' content'));
    expect(contentOf('one.dat')).toBe('old content');
    async function* broken() {
      yield Buffer.from('ne');
      throw new Error('broken off');
    }
    await expect(disk.replace('one.dat', broken())).rejects.toThrow('broken off');
    expect(contentOf('one.dat')).toBe('old content');
    await disk.replace('one.dat', Buffer.from('new'));
    expect(contentOf('one.dat')).toBe('new');
    expect(readdirSync(folder)).toEqual(['one.dat']);
  });

  it('overwrites in place, and in the new file after a replacement or removal', async () => {
    const disk = await openFileDisk(folder);
    await disk.poke('mark', 0, Buffer.from('aaaa'));
    await disk.poke('mark', 1, Buffer.from('bb'));
    expect(contentOf('mark')).toBe('abba');
    await disk.replace('mark', Buffer.from('cccc'));
    await disk.poke('mark', 3, Buffer.from('d'));
    expect(contentOf('mark')).toBe('cccd');
    await disk.remove('mark');
    await disk.poke('mark', 0, Buffer.from('e'));
    expect(contentOf('mark')).toBe('e');
    await disk.close();
  });

  it('truncates and removes', async () => {
    const disk = await openFileDisk(folder);
    await disk.replace('one.log', Buffer.from('abcdef'));
    await disk.truncate('one.log', 2);
    expect(contentOf('one.log')).toBe('ab');
    await disk.remove('one.log');
    await disk.remove('one.log');
    expect(await disk.list()).toEqual([]);
    await expect(disk.truncate('one.log', 1)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('removes what an interrupted replacement left behind, and lists nothing but files of its own', async () => {
    writeFileSync(join(folder, 'one.dat.new'), 'half');
    writeFileSync(join(folder, '.hidden'), '');
    mkdirSync(join(folder, 'folder'));
    writeFileSync(join(folder, 'one.dat'), 'whole');
    const disk = await openFileDisk(folder);
    expect(await disk.list()).toEqual([{ name: 'one.dat', bytes: 5 }]);
    expect(existsSync(join(folder, 'one.dat.new'))).toBe(false);
  });

  it.each(['../outside', 'a/b', '/etc/hostname', '', '.hidden', '..', 'one.dat.new', 'x\0y'])(
    'takes no name like %j',
    async (name) => {
      const disk = await openFileDisk(join(folder, 'inside'));
      await expect(disk.read(name, 0, 1)).rejects.toThrow('no plain file name');
      await expect(disk.openAppend(name)).rejects.toThrow('no plain file name');
      await expect(disk.replace(name, Buffer.from('x'))).rejects.toThrow('no plain file name');
      await expect(disk.poke(name, 0, Buffer.from('x'))).rejects.toThrow('no plain file name');
      await expect(disk.truncate(name, 0)).rejects.toThrow('no plain file name');
      await expect(disk.remove(name)).rejects.toThrow('no plain file name');
      expect(readdirSync(folder)).toEqual(['inside']);
    },
  );

  it.skipIf(process.platform === 'win32')('follows no link out of the folder', async () => {
    mkdirSync(join(folder, 'inside'));
    writeFileSync(join(folder, 'secret'), 'secret');
    symlinkSync(join(folder, 'secret'), join(folder, 'inside', 'link'));
    const disk = await openFileDisk(join(folder, 'inside'));
    expect(await disk.list()).toEqual([]);
    await expect(disk.read('link', 0, 9)).rejects.toMatchObject({ code: 'ELOOP' });
    await expect(disk.poke('link', 0, Buffer.from('x'))).rejects.toMatchObject({ code: 'ELOOP' });
    await expect(disk.openAppend('link')).rejects.toMatchObject({ code: 'ELOOP' });
    expect(contentOf('secret')).toBe('secret');
  });

  it('carries a log that many write to at once', async () => {
    const disk = await openFileDisk(folder);
    const log = await openRedoLog(disk, { segmentBytes: 4_000 });
    const write = async (writer: number) => {
      for (let left = 20; left > 0; left--) {
        const lsn = log.append(
          1,
          'session',
          encodeEntry({ type: 'session', kind: 'token', value: `${writer}-${left}` }),
        );
        expect(await log.flush()).toBeGreaterThanOrEqual(lsn);
      }
    };
    await Promise.all(Array.from({ length: 20 }, (_, writer) => write(writer)));
    await log.close();
    const again = await openRedoLog(disk, { segmentBytes: 4_000 });
    const values = new Set<string>();
    for await (const records of again.read(1)) for (const { payload } of records) values.add(payload.toString());
    expect(again.lastLsn).toBe(400);
    expect(values.size).toBe(400);
    await again.close();
    await disk.close();
  });
});
