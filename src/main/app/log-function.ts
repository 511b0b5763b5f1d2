import type { Log, LogFields, LogLevel } from '#core/logging';

/** A log as the one function that modules without a log of their own take. */
export function logFunction(log: Log) {
  return (level: LogLevel, message: string, fields?: LogFields): void => log[level](message, fields);
}
