import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '../../..');
const out = join(root, 'out');
const read = (file: string) => readFileSync(join(out, file), 'utf8');
const run = promisify(execFile);

/** What a bundle asks for that is not a file beside it. */
function requirementsOf(code: string): string[] {
  const patterns = [
    /\brequire\(["']([^"']+)["']\)/g,
    /^import\s[^;"']*from\s*["']([^"']+)["']/gm,
    /^import\s*["']([^"']+)["']/gm,
    /\bimport\(["']([^"']+)["']\)/g,
  ];
  return patterns
    .flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1] ?? ''))
    .filter((specifier) => !specifier.startsWith('.'));
}

describe('the build', () => {
  it('has every process and the screen', () => {
    const missing = [
      'main/index.js',
      'main/web.js',
      'main/mtnode.js',
      'main/reaper.js',
      'main/mount-worker.js',
      'main/sqlite-worker.js',
      'preload/index.cjs',
      'renderer/index.html',
    ].filter((file) => !existsSync(join(out, file)));
    expect(missing, 'run npm run build first').toEqual([]);
  });

  it('has a preload that a sandbox can load: CommonJS, small, and nothing but what Electron lends it', () => {
    const code = read('preload/index.cjs');
    expect(requirementsOf(code)).toContain('electron');
    expect(requirementsOf(code).filter((name) => !['electron', 'events', 'timers', 'url'].includes(name))).toEqual([]);
    expect(code).not.toMatch(/^(import|export)\s/m);
    expect(statSync(join(out, 'preload/index.cjs')).size).toBeLessThan(4_096);
    expect(globSync('preload/**/*.{js,cjs,mjs}', { cwd: out })).toHaveLength(1);
  });

  it('leaves outside what package.json lists, and nothing else', () => {
    const allowed = [...Object.keys(packageJson.dependencies), 'electron'];
    const files = globSync('main/**/*.js', { cwd: out });
    const wrong = files.flatMap((file) =>
      requirementsOf(read(file))
        .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name))
        .filter(
          (name) =>
            !allowed.includes(
              name
                .split('/')
                .slice(0, name.startsWith('@') ? 2 : 1)
                .join('/'),
            ),
        )
        .map((name) => `${file}: ${name}`),
    );
    expect(files.length).toBeGreaterThan(4);
    expect(wrong).toEqual([]);
  });

  it('needs Electron in the Electron shell alone', () => {
    const asks = (file: string) => requirementsOf(read(file)).includes('electron');
    const reached = new Set<string>();
    const visit = (file: string) => {
      if (reached.has(file)) return;
      reached.add(file);
      const code = read(file);
      for (const [, next] of code.matchAll(/(?:\bfrom|\bimport\(?)\s*["'](\.[^"']+\.js)["']/g))
        if (next) visit(join(file, '..', next));
    };
    const entries = ['web', 'mtnode', 'reaper', 'mount-worker', 'sqlite-worker'].map((name) => `main/${name}.js`);
    for (const entry of entries) visit(entry);
    expect(reached.size).toBeGreaterThan(5);
    expect([...reached].filter(asks)).toEqual([]);
    expect(asks('main/index.js')).toBe(true);
  });

  it('waits for Electron without a top-level await, which would never end', () => {
    expect(read('main/index.js')).not.toMatch(/^\s*await\s/m);
  });

  it('has a page without inline code or styles, as its policy demands', () => {
    const page = read('renderer/index.html');
    for (const [, attributes, body] of page.matchAll(/<script\b([^>]*)>([^<]*)<\/script>/g)) {
      expect(attributes).toContain('src=');
      expect(body).toBe('');
    }
    expect(page).toContain('<script');
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|src="data:/);
  });

  it.each(['web', 'mtnode'])('starts %s far enough to explain itself', async (entry) => {
    const { stdout } = await run(process.execPath, [join(out, 'main', `${entry}.js`), '--help']);
    expect(stdout).toContain('--');
    expect(stdout.split('\n').length).toBeGreaterThan(5);
  });
});
