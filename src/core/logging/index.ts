// Log lines as JSON with one object per line, a prefix per module, and secrets taken out before anything is written.
// `Log` is what is handed around; `createLogger` makes the real one, `silentLog` swallows everything.

export { type Log, type LogFields, type LogLevel, silentLog } from './log.ts';
export { createLogger, type Logger, type LoggerOptions } from './logger.ts';
export { redact, redactCommand } from './redact.ts';
