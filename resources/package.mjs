// `npm run package -- [electron-builder's arguments]`: builds, then packs with an Electron runtime that is there
// already. Where there is none it says so and stops: in a closed network a download would only hang. `--built` packs what
// has been built before.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

const EXIT_NO_RUNTIME = 3;
const root = resolve(import.meta.dirname, '..');
const require = createRequire(import.meta.url);

function run(packageName, bin, args) {
  const cli = join(dirname(require.resolve(`${packageName}/package.json`)), bin);
  const { status } = spawnSync(process.execPath, [cli, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Whether a folder is an unpacked Electron of this version, for whichever platform, or holds a zip of one. */
function holdsRuntime(folder, version) {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return false;
  const executables = ['electron', 'electron.exe', 'Electron.app'];
  const names = readdirSync(folder);
  return names.some((name) => executables.includes(name) || name.startsWith(`electron-v${version}-`));
}

const args = process.argv.slice(2).filter((argument) => argument !== '--built');
if (args.length === process.argv.length - 2) run('electron-vite', 'bin/electron-vite.js', ['build']);

const electronFolder = dirname(require.resolve('electron/package.json'));
const { version } = require('electron/package.json');
const dist = resolve(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(electronFolder, 'dist'));
if (!holdsRuntime(dist, version)) {
  process.stderr.write(
    `The Electron ${version} runtime is not in ${dist}, so nothing was packaged: fetch it with "npx install-electron", or unpack it and set ELECTRON_OVERRIDE_DIST_PATH to its folder.\n`,
  );
  process.exit(EXIT_NO_RUNTIME);
}
run('electron-builder', 'cli.js', [`-c.electronDist=${dist}`, '--publish', 'never', ...args]);
