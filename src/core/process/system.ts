import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { ProcessSystem } from './port.ts';

const TOOL_TIMEOUT_MS = 5_000;
const TOOL_OUTPUT_BYTES = 64 * 1024;
const execute = promisify(execFile);

/** This machine. */
export const processSystem: ProcessSystem = {
  platform: process.platform,
  // Of /proc alone: the kernel answers from memory, while the pool's threads may all be waiting for a disk.
  readText: async (path) => readFileSync(path, 'latin1'),
  readLink: (path) => readlink(path),
  probe(pid) {
    try {
      process.kill(pid, 0);
      return 'exists';
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ESRCH') return 'absent';
      if (code === 'EPERM') return 'hidden';
      throw error;
    }
  },
  async run(file, args) {
    const { stdout } = await execute(file, [...args], {
      timeout: TOOL_TIMEOUT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: TOOL_OUTPUT_BYTES,
      windowsHide: true,
      // The tools' dates must not depend on who runs them.
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    });
    return stdout;
  },
};
