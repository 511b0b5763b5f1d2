// Preloaded by npm's scripts: ends the program when npm is gone. npm runs a script in a shell, and neither passes every
// end on: npm killed leaves the shell waiting, a shell that was told to end leaves us. (On Windows a parent's end does
// not show; there npm's console ends us.)
import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const LOOK_MS = 500;

/** A shell's parent; undefined where the process is no shell (some shells become what they run) or cannot be read. */
function parentOfShell(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const nameEnd = stat.lastIndexOf(')');
    if (!stat.slice(0, nameEnd).endsWith('sh')) return undefined;
    return Number(stat.slice(nameEnd + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

if (isMainThread && process.env.npm_lifecycle_event !== undefined) {
  const shell = process.ppid;
  const npm = parentOfShell(shell);
  const look = setInterval(() => {
    if (process.ppid === shell && parentOfShell(shell) === npm) return;
    clearInterval(look);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_MS);
  look.unref();
}
