import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { LaunchedProcess, LaunchRequest, ProcessExit, ProcessLauncher } from './port.ts';

/** {@link ProcessLauncher} for plain Node: the same runtime once more, tethered by its standard input. */
export function createNodeLauncher(): ProcessLauncher {
  return { launch, tethersByStdin: true, canHang: process.platform !== 'win32' };
}

async function launch(request: LaunchRequest): Promise<LaunchedProcess> {
  const child = spawn(process.execPath, [request.entry, ...request.args], {
    cwd: request.directory,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: request.ownGroup === true,
    windowsHide: true,
  });
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  // A tether whose other end is gone is how its end looks from here.
  child.stdin.on('error', () => child.stdin.destroy());
  createInterface({ input: child.stdout }).on('line', (line) => request.onLine?.(line, 'out'));
  createInterface({ input: child.stderr }).on('line', (line) => request.onLine?.(line, 'error'));
  await once(child, 'spawn');
  child.on('error', () => child.kill('SIGKILL'));
  return {
    pid: child.pid ?? 0,
    exited,
    signal: (name) => child.exitCode === null && child.signalCode === null && child.kill(name),
    release: () => child.stdin.end(),
  };
}
