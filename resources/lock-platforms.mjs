/**
 * Completes package-lock.json with the optional packages of other platforms. A registry that carries only one
 * platform's packages makes `npm install` leave the others out, and `npm ci` then refuses the lock file on every
 * platform. What is added has no integrity: nobody here could fetch it. Run it after `npm install` where that is so.
 * It also takes the note "has an install script" off the packages whose scripts package.json's `allowScripts` refuses:
 * an npm that does not know `allowScripts` would run them, and they compile.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const file = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const { allowScripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const SYSTEMS = ['android', 'aix', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'x64', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32'];

/** What a platform package's name says of where it may be installed: `cli-linux-arm64-musl`. */
function platformOf(name) {
  if (name === 'fsevents') return { os: ['darwin'] };
  const words = name.split(/[/-]/);
  const cpu = words.find((word) => PROCESSORS.includes(word));
  const os = words.find((word) => SYSTEMS.includes(word));
  if (!os && !cpu) return undefined;
  const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') ? ['glibc'] : undefined;
  return { ...(cpu ? { cpu: [cpu] } : {}), ...(os ? { os: [os] } : {}), ...(libc ? { libc } : {}) };
}

/** Whether a package at `place` finds `name` by Node's rules: beside it, or in a folder above. */
function found(place, name) {
  const parts = place.split('/node_modules/');
  for (let depth = parts.length; depth > 0; depth--)
    if (lock.packages[`${parts.slice(0, depth).join('/node_modules/')}/node_modules/${name}`]) return true;
  return lock.packages[`node_modules/${name}`] !== undefined;
}

const added = [];
for (const [place, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    const platform = platformOf(name);
    if (found(place, name) || platform === undefined) continue;
    const top = `node_modules/${name}`;
    const version = range.replace(/^[\^~]/, '');
    lock.packages[top] = { version, ...platform, ...(entry.dev ? { dev: true } : {}), optional: true };
    added.push(`${name}@${version}`);
  }
}
for (const [name, allowed] of Object.entries(allowScripts))
  if (!allowed) delete lock.packages[`node_modules/${name}`]?.hasInstallScript;
const sorted = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
writeFileSync(file, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);
process.stdout.write(`${added.length} packages of other platforms added\n`);
