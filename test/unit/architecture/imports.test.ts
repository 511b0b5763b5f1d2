import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const source = join(root, 'src');

interface Import {
  file: string;
  specifier: string;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g;
  return [...text.matchAll(pattern)].map((match) => ({ file, specifier: match[1] ?? match[2] ?? match[3] ?? '' }));
}

const files = globSync('src/**/*.{ts,tsx}', { cwd: root }).map((file) => file.split(sep).join('/'));
const imports = files.flatMap(importsOf);

/** The module a file belongs to: `src/main/nodes/…` → `main/nodes`; entry files are modules of one file. */
function moduleOf(path: string): string {
  const [layer = '', second = '', third = ''] = relative(source, path).split(sep);
  // The node is a module, and so is each of its folders.
  if (layer === 'mtnode') return third === '' ? layer : `${layer}/${second}`;
  if (layer === 'preload') return layer;
  return second === 'features' ? `${layer}/${second}/${third}` : `${layer}/${second}`;
}

/** A process's or page's first file: it stands beside the modules and may reach into their folders. */
const ENTRY = /^src\/(main\/\w+\.ts|renderer\/main\.tsx)$/;

/** Which layers a layer may import; `main` modules are looked at more closely below. */
const MAY_IMPORT: Record<string, string[]> = {
  shared: ['shared'],
  core: ['shared', 'core'],
  mtnode: ['shared', 'core', 'mtnode'],
  main: ['shared', 'core', 'main', 'profiles'],
  preload: ['shared'],
  renderer: ['shared', 'renderer'],
};

const layerOfSpecifier = (specifier: string) => /^#(\w+)/.exec(specifier)?.[1];
const say = ({ file, specifier }: Import) => `${file} imports ${specifier}`;

/** The ways that lead back to where they began. */
function cyclesOf(edges: readonly (readonly [from: string, to: string])[]): string[] {
  const next = new Map<string, Set<string>>();
  for (const [from, to] of edges) next.set(from, (next.get(from) ?? new Set()).add(to));
  const cycles = new Set<string>();
  const done = new Set<string>();
  const visit = (at: string, path: readonly string[]) => {
    if (path.includes(at)) cycles.add([...path.slice(path.indexOf(at)), at].join(' -> '));
    if (path.includes(at) || done.has(at)) return;
    for (const to of next.get(at) ?? []) visit(to, [...path, at]);
    done.add(at);
  };
  for (const from of next.keys()) visit(from, []);
  return [...cycles];
}

describe('imports', () => {
  it('finds the code', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(imports.length).toBeGreaterThan(200);
  });

  it('point one way between layers', () => {
    const wrong = imports.filter(({ file, specifier }) => {
      const target = layerOfSpecifier(specifier);
      const layer = file.split('/')[1] ?? '';
      return target !== undefined && !MAY_IMPORT[layer]?.includes(target);
    });
    expect(wrong.map(say)).toEqual([]);
  });

  it('stay inside their module when relative, and name a file that is there', () => {
    const wrong = imports.filter(({ file, specifier }) => {
      if (!specifier.startsWith('.')) return false;
      const from = join(root, file);
      const target = resolve(dirname(from), specifier.replace(/\?.*$/, ''));
      const entry = ENTRY.test(file);
      return !existsSync(target) || (!entry && moduleOf(target) !== moduleOf(from));
    });
    expect(wrong.map(say)).toEqual([]);
  });

  it('reach another module through its index alone', () => {
    const wrong = imports.filter(({ specifier }) => {
      const [layer, second] = specifier.split('/');
      const depth = layer === '#renderer' && second === 'features' ? 3 : 2;
      return specifier.startsWith('#') && specifier.split('/').length > depth;
    });
    expect(wrong.map(say)).toEqual([]);
  });

  it('have no cycle between modules', () => {
    const between = imports
      .filter(({ specifier }) => specifier.startsWith('#'))
      .map(({ file, specifier }) => [moduleOf(join(root, file)), specifier.slice(1)] as const);
    expect(cyclesOf(between.filter(([from, to]) => from !== to))).toEqual([]);
  });

  it('have no cycle between the files of a module', () => {
    const within = imports
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(
        ({ file, specifier }) =>
          [file, relative(root, resolve(dirname(join(root, file)), specifier)).replaceAll(sep, '/')] as const,
      );
    expect(within.length).toBeGreaterThan(1_000);
    expect(cyclesOf(within)).toEqual([]);
  });

  it('go one way between the folders of the failover engine, what decides above what is known', () => {
    // '' is the folder itself: the machine and the engine.
    const order = ['facts', 'guards', 'procedure', 'preflight', 'picture', ''];
    const base = 'src/main/failover';
    const floor = (path: string) => order.indexOf(dirname(relative(join(root, base), path)).replace('.', ''));
    const inside = imports.filter(({ file, specifier }) => file.startsWith(`${base}/`) && specifier.startsWith('.'));
    const wrong = inside.filter(({ file, specifier }) => {
      const from = join(root, file);
      return floor(resolve(dirname(from), specifier)) > floor(from);
    });
    expect(inside.length).toBeGreaterThan(50);
    expect(wrong.map(say)).toEqual([]);
  });

  it('go one way between the folders of the node, from what it keeps to what it answers', () => {
    const data = ['redo', 'uft', 'sync', 'todb', 'data'];
    const parts = ['memory', 'instance', 'right', 'pair', 'parts'];
    // '' is the folder itself: the node put together, and its process.
    const order = [...data, ...parts, 'leadership', 'upkeep', 'answers', ''];
    const floor = (module: string) => order.indexOf(module.replace(/^mtnode\/?/, ''));
    const between = imports
      .filter(({ file, specifier }) => file.startsWith('src/mtnode/') && /^#mtnode(\/|$)/.test(specifier))
      .map((each) => ({ ...each, from: floor(moduleOf(join(root, each.file))), to: floor(each.specifier.slice(1)) }));
    expect(between.length).toBeGreaterThan(80);
    expect(between.filter(({ from, to }) => from < 0 || to < 0 || to >= from).map(say)).toEqual([]);
  });

  it('keep electron in its rooms', () => {
    const allowed = /^src\/(main\/desktop\/|main\/index\.ts$|preload\/)/;
    const wrong = imports.filter(({ file, specifier }) => /^electron($|\/)/.test(specifier) && !allowed.test(file));
    expect(wrong.map(say)).toEqual([]);
  });

  it('keep the shells and the composition root above the modules', () => {
    const wrong = imports.filter(({ file, specifier }) => {
      if (!['#main/app', '#main/desktop'].includes(specifier)) return false;
      const module = moduleOf(join(root, file));
      return !(ENTRY.test(file) || module === 'main/desktop' || module === 'main/app');
    });
    expect(wrong.map(say)).toEqual([]);
  });
});

describe('modules', () => {
  it('each say in their index what they are for', () => {
    const folders = globSync(['src/{core,main,mtnode,renderer,shared}/*/', 'src/renderer/features/*/'], {
      cwd: root,
    }).filter((folder) => globSync('*.{ts,tsx}', { cwd: join(root, folder) }).length > 0);
    const silent = folders.filter((folder) => {
      const index = join(root, folder, 'index.ts');
      return !existsSync(index) || !readFileSync(index, 'utf8').startsWith('// ');
    });
    expect(folders.length).toBeGreaterThan(15);
    expect(silent).toEqual([]);
  });

  it('take randomness from whoever built them, where they decide', () => {
    const pure = /^src\/(core|mtnode|main\/(failover|heartbeat|coordination))\//;
    const real = ['src/core/clock/system.ts', 'src/mtnode/main.ts'];
    const wrong = files.filter(
      (file) =>
        pure.test(file) &&
        !real.includes(file) &&
        /Math\.random|randomUUID|randomBytes/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(wrong).toEqual([]);
  });
});
