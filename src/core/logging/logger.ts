import { type Logger as Pino, pino } from 'pino';
import type { Log, LogFields, LogLevel } from './log.ts';
import { redact } from './redact.ts';

export interface LoggerOptions {
  /** Who writes: the process, as the `name` of every line. */
  name: string;
  level: LogLevel | 'silent';
  /** Standard error, or a file that is appended to (its folder is made). */
  destination: 'stderr' | { file: string };
}

/** A {@link Log} that owns its destination. */
export interface Logger extends Log {
  /** Writes out what is still held; for the end of the process. */
  flush(): void;
}

/** Held at most while the reader of the log is slow; beyond it lines are dropped rather than the process stalled. */
const MAX_HELD_BYTES = 1024 * 1024;
const STDERR = 2;

/** Makes the process's log: JSON lines, secrets redacted. A destination that fails or stalls never stops the caller. */
export function createLogger(options: LoggerOptions): Logger {
  const destination = pino.destination({
    dest: options.destination === 'stderr' ? STDERR : options.destination.file,
    mkdir: options.destination !== 'stderr',
    sync: false,
    maxLength: MAX_HELD_BYTES,
  });
  // There is nowhere left to tell that the log itself cannot be written.
  destination.on('error', () => {});
  const root = pino({ name: options.name, level: options.level, base: { pid: process.pid } }, destination);
  return {
    ...wrap(root, undefined),
    flush() {
      try {
        destination.flushSync();
      } catch {
        // As above: a reader that is gone takes the last lines with it.
      }
    },
  };
}

function wrap(sink: Pino, module: string | undefined): Log {
  const write = (level: LogLevel) => (message: string, fields?: LogFields) => {
    if (!sink.isLevelEnabled(level)) return;
    if (fields === undefined) sink[level](message);
    else sink[level](redact(fields), message);
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child(name: string) {
      const path = module === undefined ? name : `${module}/${name}`;
      return wrap(sink.child({ module: path }), path);
    },
  };
}
