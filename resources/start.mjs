// `npm start`: builds what is out of date, then runs the console: on Electron where its runtime is there, else (or with
// --web) in the installed browser. Standard output is left to the console's one line.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NODE_MAJOR = 24;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const self = fileURLToPath(import.meta.url);
const root = resolve(dirname(self), '..');
const require = createRequire(import.meta.url);
const args = process.argv.slice(2);

const say = (text) => process.stderr.write(`${text}\n`);

/** Runs a program to its end with our signals passed on, and ends as it did. */
function becomes(file, fileArgs) {
  const child = spawn(file, fileArgs, { stdio: 'inherit' });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    say(`cannot run ${file}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal === 'SIGINT' ? 2 : 15)));
}

function newestMs(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

/** What is built is there and newer than everything that it is built from. */
function isBuilt() {
  const outputs = ['out/main/web.js', 'out/main/index.js', 'out/renderer/index.html'].map((path) => join(root, path));
  if (!outputs.every((output) => existsSync(output))) return false;
  const builtMs = Math.min(...outputs.map((output) => statSync(output).mtimeMs));
  return ['src', 'electron.vite.config.ts', 'package.json'].every((path) => newestMs(join(root, path)) <= builtMs);
}

function build() {
  const cli = join(dirname(require.resolve('electron-vite/package.json')), 'bin/electron-vite.js');
  say('building…');
  const { status } = spawnSync(process.execPath, [cli, 'build'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  say('the build failed');
  process.exit(1);
}

/** The Electron runtime's executable; undefined where it has not been installed. */
function electronRuntime() {
  const folder = dirname(require.resolve('electron/package.json'));
  const pathFile = join(folder, 'path.txt');
  const names = { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' };
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : (names[process.platform] ?? 'electron');
  const file = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), name);
  return existsSync(file) ? file : undefined;
}

async function start() {
  if (!isBuilt()) build();
  const electron = args.includes('--web') ? undefined : electronRuntime();
  if (electron) return becomes(electron, [root, ...args]);
  if (!args.includes('--web'))
    say('The Electron runtime is not installed: opening the console in the browser instead.');
  // In this very process: signals and the exit code are its own.
  await import(pathToFileURL(join(root, 'out/main/web.js')).href);
}

if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) {
  await start();
} else {
  // The project brings the Node that it runs on.
  const own = join(
    dirname(require.resolve('node/package.json')),
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  becomes(own, [self, ...args]);
}
