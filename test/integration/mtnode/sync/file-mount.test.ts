import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { appendFile, open, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock';
import { type FileMount, openFileMount } from '#mtnode/sync';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const code = (wanted: string) => expect.objectContaining({ code: wanted });

let base: string;
let directory: string;
let mount: FileMount;
const opened: FileMount[] = [];
const fifos: string[] = [];

function openMount(at = directory, giveUpMs?: number): FileMount {
  const made = openFileMount(at, { clock: systemClock, ...(giveUpMs === undefined ? {} : { giveUpMs }) });
  opened.push(made);
  return made;
}

/** A file whose opening never comes back, as that of a file on a dead server. */
function makeHanging(name: string): string {
  const path = join(directory, name);
  execFileSync('mkfifo', [path]);
  fifos.push(path);
  return path;
}

/** Lets those who hang in it go on, also who is only about to: what they opened turns out to be no regular file. */
async function releaseHanging(held: FileMount, path: string): Promise<void> {
  await expect
    .poll(async () => {
      closeSync(openSync(path, 'r+'));
      await new Promise((resolve) => setImmediate(resolve));
      return held.isBusy();
    })
    .toBe(false);
}

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'mount-'));
  directory = join(base, 'share');
  mkdirSync(directory);
  mount = openMount();
});

afterEach(async () => {
  for (const each of opened) each.close();
  for (const path of fifos.splice(0)) for (const each of opened) await releaseHanging(each, path);
  for (const each of opened.splice(0)) await each.whenIdle();
  rmSync(base, { recursive: true, force: true });
});

describe('a mounted directory', () => {
  it('is read, listed and written', async () => {
    writeFileSync(join(directory, 'share.json'), '{"version":1}');
    writeFileSync(join(directory, '.hidden'), 'x');
    mkdirSync(join(directory, 'folder'));
    expect(text(await mount.readFile('share.json'))).toBe('{"version":1}');
    expect(text(await mount.read('share.json', 2, 7))).toBe('version');
    expect(text(await mount.read('share.json', 10, 100))).toBe(':1}');
    expect(await mount.read('share.json', 100, 100)).toHaveLength(0);
    await mount.writeFile('seal.json', Buffer.from('old'));
    await mount.writeFile('seal.json', Buffer.from('new'));
    expect(readFileSync(join(directory, 'seal.json'), 'utf8')).toBe('new');
    expect(await mount.list()).toEqual(
      expect.arrayContaining([
        { name: 'share.json', bytes: 13 },
        { name: 'seal.json', bytes: 3 },
      ]),
    );
    expect(await mount.list()).toHaveLength(2);
    expect(readdirSync(directory).sort()).toEqual(['.hidden', 'folder', 'seal.json', 'share.json']);
  });

  // Whoever may do everything is told of a read-only mount alone, which no test can make.
  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('says that it cannot be written', async () => {
    await mount.checkWritable();
    chmodSync(directory, 0o500);
    await expect(mount.checkWritable()).rejects.toEqual(code('EACCES'));
    chmodSync(directory, 0o700);
  });

  it('shows what was appended since the last read', async () => {
    const file = join(directory, 'redo.log');
    writeFileSync(file, 'one');
    expect(text(await mount.read('redo.log', 0, 100))).toBe('one');
    await appendFile(file, 'two');
    expect(text(await mount.read('redo.log', 3, 100))).toBe('two');
  });

  it('brings a file of 100 MB in pieces', async () => {
    const piece = Buffer.alloc(4 * 1024 * 1024, 'abcdefg');
    const handle = await open(join(directory, 'big.dat'), 'w');
    for (let i = 0; i < 25; i++) await handle.write(piece);
    await handle.close();
    let offset = 0;
    for (;;) {
      const bytes = await mount.read('big.dat', offset, piece.length);
      if (bytes.length === 0) break;
      expect(Buffer.compare(bytes, piece)).toBe(0);
      offset += bytes.length;
    }
    expect(offset).toBe(100 * 1024 * 1024);
  });

  it('may itself be a link, which may be turned to another folder at any time', async () => {
    const link = join(base, 'link');
    const other = join(base, 'other');
    mkdirSync(other);
    writeFileSync(join(directory, 'share.json'), 'one');
    writeFileSync(join(other, 'share.json'), 'two');
    symlinkSync(directory, link);
    const linked = openMount(link);
    expect(text(await linked.readFile('share.json'))).toBe('one');
    symlinkSync(other, join(base, 'next'));
    renameSync(join(base, 'next'), link);
    expect(text(await linked.readFile('share.json'))).toBe('two');
  });

  it('that went is ENOENT, one that came back is read', async () => {
    writeFileSync(join(directory, 'share.json'), 'here');
    expect(text(await mount.readFile('share.json'))).toBe('here');
    renameSync(directory, join(base, 'away'));
    await expect(mount.list()).rejects.toEqual(code('ENOENT'));
    await expect(mount.readFile('share.json')).rejects.toEqual(code('ENOENT'));
    await expect(mount.writeFile('seal.json', Buffer.from('x'))).rejects.toEqual(code('ENOENT'));
    mkdirSync(directory);
    expect(await mount.list()).toEqual([]);
    rmSync(directory, { recursive: true });
    renameSync(join(base, 'away'), directory);
    expect(text(await mount.readFile('share.json'))).toBe('here');
  });

  it('that is a file is ENOTDIR', async () => {
    const file = join(base, 'file');
    writeFileSync(file, '');
    await expect(openMount(file).list()).rejects.toEqual(code('ENOTDIR'));
    await expect(openMount(file).readFile('share.json')).rejects.toEqual(code('ENOTDIR'));
  });
});

describe('what must not be read or written', () => {
  it.each(['../outside', '..', '.', '', 'a/b', 'a\\b', '/etc/passwd', '.hidden', 'a\0b', 'x:y', `a${'b'.repeat(255)}`])(
    'refuses the name %j',
    async (name) => {
      writeFileSync(join(base, 'outside'), 'secret');
      await expect(mount.readFile(name)).rejects.toEqual(code('EINVAL'));
      await expect(mount.read(name, 0, 1)).rejects.toEqual(code('EINVAL'));
      await expect(mount.writeFile(name, Buffer.from('x'))).rejects.toEqual(code('EINVAL'));
      expect(readFileSync(join(base, 'outside'), 'utf8')).toBe('secret');
    },
  );

  it('refuses links among the files, and replaces one it writes over', async () => {
    const outside = join(base, 'outside');
    writeFileSync(outside, 'secret');
    symlinkSync(outside, join(directory, 'share.json'));
    symlinkSync(outside, join(directory, 'seal.json'));
    symlinkSync(outside, join(directory, '.seal.json.new'));
    await expect(mount.readFile('share.json')).rejects.toEqual(code('ELOOP'));
    await expect(mount.read('share.json', 0, 10)).rejects.toEqual(code('ELOOP'));
    expect(await mount.list()).toEqual([]);
    await mount.writeFile('seal.json', Buffer.from('mine'));
    expect(readFileSync(outside, 'utf8')).toBe('secret');
    expect(text(await mount.readFile('seal.json'))).toBe('mine');
  });

  it('refuses folders, and more bytes than are reasonable', async () => {
    mkdirSync(join(directory, 'folder'));
    await expect(mount.readFile('folder')).rejects.toEqual(code('EINVAL'));
    writeFileSync(join(directory, 'large.json'), Buffer.alloc(1024 * 1024 + 1));
    await expect(mount.readFile('large.json')).rejects.toEqual(code('EFBIG'));
    await expect(mount.read('large.json', 0, 4 * 1024 * 1024 + 1)).rejects.toEqual(code('EINVAL'));
    await expect(mount.read('large.json', -1, 1)).rejects.toEqual(code('EINVAL'));
    expect(await mount.read('large.json', 0, 4 * 1024 * 1024)).toHaveLength(1024 * 1024 + 1);
  });
});

describe.skipIf(process.platform === 'win32')('a mount that hangs', () => {
  it('holds up neither the event loop nor other files, and goes on when it comes back', async () => {
    writeFileSync(join(directory, 'redo.log'), 'later');
    await mount.list();
    const fifo = makeHanging('share.json');
    let hasAnswered = false;
    const hanging = mount.readFile('share.json').finally(() => {
      hasAnswered = true;
    });
    hanging.catch(() => {});
    const next = mount.read('redo.log', 0, 10);
    const latencies: number[] = [];
    for (let i = 0; i < 50; i++) {
      const from = performance.now();
      await new Promise((resolve) => setImmediate(resolve));
      await readFile(join(directory, 'redo.log'));
      latencies.push(performance.now() - from);
    }
    latencies.sort((a, b) => a - b);
    expect(latencies[25]).toBeLessThan(50);
    expect(hasAnswered).toBe(false);
    expect(mount.isBusy()).toBe(true);
    await releaseHanging(mount, fifo);
    await expect(hanging).rejects.toEqual(code('EINVAL'));
    expect(text(await next)).toBe('later');
    expect(mount.isBusy()).toBe(false);
  });

  it('is given up for another thread, that finds the mount well again', async () => {
    const impatient = openMount(directory, 1_000);
    await impatient.list();
    const fifo = makeHanging('share.json');
    await expect(impatient.readFile('share.json')).rejects.toEqual(code('ETIMEDOUT'));
    renameSync(fifo, join(directory, 'old'));
    fifos.splice(fifos.indexOf(fifo), 1, join(directory, 'old'));
    writeFileSync(join(directory, 'share.json'), 'well');
    expect(text(await impatient.readFile('share.json'))).toBe('well');
    expect(impatient.isBusy()).toBe(true);
    await releaseHanging(impatient, join(directory, 'old'));
    expect(impatient.isBusy()).toBe(false);
  });

  it('can be closed while it hangs', async () => {
    await mount.list();
    makeHanging('share.json');
    const hanging = mount.readFile('share.json');
    hanging.catch(() => {});
    const waiting = mount.list();
    waiting.catch(() => {});
    mount.close();
    expect(mount.isBusy()).toBe(true);
    await expect(hanging).rejects.toEqual(code('EBADF'));
    await expect(waiting).rejects.toEqual(code('EBADF'));
    await expect(mount.list()).rejects.toEqual(code('EBADF'));
  });
});
