import type { ProcessIdentity } from '#shared/domain';

/**
 * `stopped`: it lives and does nothing (SIGSTOP, a debugger). `ending`: its first thread is on its way out, its files and
 * connections may be closed already; look again. `dead`: every thread has ended, nobody reaped it yet.
 */
export type ProcessState = 'running' | 'stopped' | 'ending' | 'dead';

/** What the machine says of a pid at this moment. `found: false` is a positive answer: no process has that pid. */
export type ProcessReading = { found: true; identity: ProcessIdentity; state: ProcessState } | { found: false };

/** The machine as this module sees it; tests hand in their own. */
export interface ProcessSystem {
  readonly platform: NodeJS.Platform;
  /** A small text file. Rejects with the system's error (`code` ENOENT and so on). */
  readText(path: string): Promise<string>;
  readLink(path: string): Promise<string>;
  /** Whether a process has this pid, by signal 0: `hidden` where it exists and belongs to somebody else. */
  probe(pid: number): 'exists' | 'hidden' | 'absent';
  /** Runs a system tool without a shell; its output, capped in size and time. Rejects where it fails. */
  run(file: string, args: readonly string[]): Promise<string>;
}

/** The machine could not say: neither that the process lives nor that it is gone. */
export class ProcessReadError extends Error {
  /** The pid asked about; null where the boot id itself could not be read. */
  readonly pid: number | null;
  constructor(pid: number | null, detail: string, options?: ErrorOptions) {
    super(pid === null ? `boot id: ${detail}` : `process ${pid}: ${detail}`, options);
    this.name = 'ProcessReadError';
    this.pid = pid;
  }
}
