/** Where this module's log lines go. Never handed a command's input: it may hold a secret. */
export type IpcLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields?: Record<string, unknown>,
) => void;
