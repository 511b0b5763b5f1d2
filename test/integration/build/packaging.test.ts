import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import electronPackage from '../../../node_modules/electron/package.json' with { type: 'json' };

/** Where the runtime keeps its fuses: behind this word, a version and a count. */
const FUSE_WORD = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** Electron's own defaults before packaging. */
const DEFAULT_FUSES = '101100110';
const FUSES = [
  'runAsNode',
  'cookieEncryption',
  'nodeOptions',
  'inspect',
  'asarIntegrity',
  'onlyLoadAppFromAsar',
  'browserSnapshot',
  'fileProtocolPrivileges',
];

const root = join(import.meta.dirname, '../../..');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kuantu-package-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  code: number;
  output: string;
}
function runPackage(dist: string, args: string[]): Promise<Ended> {
  const script = join(root, 'resources/package.mjs');
  const env = { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: dist };
  return new Promise((resolve) => {
    execFile(process.execPath, [script, '--built', ...args], { cwd: root, env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, output: stdout + stderr }),
    );
  });
}

/** A folder that the packager takes for an unpacked Linux runtime; nothing in it can run. */
function standIn(): string {
  const dist = join(folder, 'runtime');
  mkdirSync(join(dist, 'locales'), { recursive: true });
  mkdirSync(join(dist, 'resources'));
  const fuses = Buffer.concat([
    Buffer.from(FUSE_WORD),
    Buffer.from([1, DEFAULT_FUSES.length]),
    Buffer.from(DEFAULT_FUSES),
  ]);
  writeFileSync(join(dist, 'electron'), Buffer.concat([Buffer.alloc(512), fuses, Buffer.alloc(512)]), { mode: 0o755 });
  writeFileSync(join(dist, 'version'), electronPackage.version);
  for (const file of ['LICENSE', 'LICENSES.chromium.html']) writeFileSync(join(dist, file), '');
  for (const locale of ['en-US', 'zh-CN', 'de', 'fr']) writeFileSync(join(dist, 'locales', `${locale}.pak`), '');
  return dist;
}

interface AsarFolder {
  files: Record<string, AsarFolder | { size: number; offset: string }>;
}

/** Unpacks an asar archive: a length-prefixed JSON header, then the files' bytes. Returns the names. */
function unpack(archive: string, into: string): string[] {
  const bytes = readFileSync(archive);
  const header = JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12))) as AsarFolder;
  const data = 8 + bytes.readUInt32LE(4);
  const names: string[] = [];
  const walk = (tree: AsarFolder, path: string) => {
    for (const [name, entry] of Object.entries(tree.files)) {
      const file = path ? `${path}/${name}` : name;
      if ('files' in entry) {
        walk(entry, file);
        continue;
      }
      const start = data + Number(entry.offset);
      mkdirSync(dirname(join(into, file)), { recursive: true });
      writeFileSync(join(into, file), bytes.subarray(start, start + entry.size));
      names.push(file);
    }
  };
  walk(header, '');
  return names;
}

describe('npm run package', () => {
  it('says in one sentence what is missing and what to do, and ends with 3', async () => {
    const { code, output } = await runPackage(join(folder, 'nowhere'), ['--dir']);
    expect(code).toBe(3);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output).toContain(`Electron ${electronPackage.version} runtime is not in`);
    expect(output).toContain('ELECTRON_OVERRIDE_DIST_PATH');
  });

  it('packs the bundles and their dependencies, with every fuse set', async () => {
    const target = join(folder, 'dist');
    const { code, output } = await runPackage(standIn(), ['--linux', '--dir', `-c.directories.output=${target}`]);
    expect(code, output).toBe(0);

    const packed = join(target, 'linux-unpacked');
    const program = readFileSync(join(packed, 'kuantu-ha-console'));
    const at = program.indexOf(FUSE_WORD) + FUSE_WORD.length + 2;
    const on = FUSES.filter((_, index) => program.toString('latin1', at + index, at + index + 1) === '1');
    expect(on).toEqual(['cookieEncryption', 'asarIntegrity', 'onlyLoadAppFromAsar']);

    const unpacked = join(folder, 'unpacked');
    const names = unpack(join(packed, 'resources/app.asar'), unpacked);
    const own = names.filter((name) => !name.startsWith('node_modules/'));
    expect(own).toEqual(expect.arrayContaining(['out/main/index.js', 'out/preload/index.cjs', 'package.json']));
    expect(own.filter((name) => !name.startsWith('out/') && name !== 'package.json')).toEqual([]);
    expect(names.filter((name) => name.endsWith('.map') || name.includes('/react'))).toEqual([]);

    // What is packed is all that is needed: the archive's own entries start from it.
    for (const entry of ['web', 'mtnode']) {
      const help = await new Promise<string>((resolve, reject) =>
        execFile(process.execPath, [join(unpacked, `out/main/${entry}.js`), '--help'], (error, stdout) =>
          error ? reject(error) : resolve(stdout),
        ),
      );
      expect(help).toContain('--help');
    }
  });
});
