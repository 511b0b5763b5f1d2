import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeWholeFile } from '#core/whole-file';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kuantu-whole-file-'));
  file = join(folder, 'state.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a script with this Node, after a limit or as another user. */
function script(before: string, lines: string) {
  const command = `${before} "$0" --input-type=module -e "$1" "$2"`;
  return spawnSync('bash', ['-c', command, process.execPath, lines, file], { encoding: 'utf8' });
}
const REPLACE = `import { writeWholeFile } from '#core/whole-file';
await writeWholeFile(process.argv[1], 'x'.repeat(100_000), JSON.parse(process.env.OPTIONS ?? '{}'));`;

describe('a file that is replaced as a whole', () => {
  it('has the new content, the mode and the owner that it had, and nothing beside it', async () => {
    writeFileSync(file, 'old');
    chmodSync(file, 0o640);
    if (process.getuid?.() === 0) chownSync(file, 1, 2);
    const { mode, uid, gid } = statSync(file);
    await writeWholeFile(file, '新');
    expect(readFileSync(file, 'utf8')).toBe('新');
    expect(statSync(file)).toMatchObject({ mode, uid, gid });
    expect(readdirSync(folder)).toEqual(['state.json']);
  });

  it('is made where there is none, with the mode that is asked for', async () => {
    await writeWholeFile(file, Uint8Array.of(1, 2), { mode: 0o600 });
    expect([...readFileSync(file)]).toEqual([1, 2]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is the one that a symbolic link leads to', async () => {
    writeFileSync(file, 'old');
    symlinkSync(file, join(folder, 'link'));
    await writeWholeFile(join(folder, 'link'), 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
  });

  it('is written past what an ended process of the same number left', async () => {
    writeFileSync(`${file}.${process.pid}.1.new`, 'left');
    await writeWholeFile(file, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(readFileSync(`${file}.${process.pid}.1.new`, 'utf8')).toBe('left');
  });

  it('stays as it was where the disk takes a part alone', () => {
    writeFileSync(file, 'old');
    const { status, stderr } = script("trap '' XFSZ; ulimit -f 8;", REPLACE);
    expect(stderr).toContain('EFBIG');
    expect(status).not.toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['state.json']);
  });

  it.skipIf(process.getuid?.() !== 0)('stays as it was where its owner would have to change, if that is asked', () => {
    writeFileSync(file, 'old');
    chmodSync(file, 0o666);
    chmodSync(folder, 0o777);
    const asOther = 'setpriv --reuid 1 --regid 1 --clear-groups';
    const kept = script(`OPTIONS='{"keepsOwner":true}' ${asOther}`, REPLACE);
    expect(kept.stderr).toContain('OwnerNotKeptError');
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['state.json']);
  });
});
