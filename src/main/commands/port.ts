/** How a program ended. `output`: the last lines of what it wrote, to either stream. */
export type CommandEnd =
  | { kind: 'exit'; exitCode: number; output: string }
  /** Ended by a signal that did not come from here. */
  | { kind: 'signal'; signal: string; output: string }
  /** Ended from here, since its time was over, or since it was not needed any more. */
  | { kind: 'timeout' | 'cut-off'; output: string }
  | { kind: 'not-started'; reason: string };

export interface RunOptions {
  timeoutMs: number;
  /** Ends it, with everything that it has started. */
  signal: AbortSignal;
}

/** Runs a program to its end. Never rejects. */
export type RunCommand = (command: readonly string[], options: RunOptions) => Promise<CommandEnd>;
