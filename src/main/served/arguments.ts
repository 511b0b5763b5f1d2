import { parseArgs } from 'node:util';
import { LOCALES, type Locale } from '#shared/i18n';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** What the command line asked of the served shell. */
export interface WebArguments {
  help: boolean;
  open: boolean;
  practice: boolean;
  ephemeral: boolean;
  port: number;
  config: string | undefined;
  stateDir: string | undefined;
  locale: Locale | undefined;
  logLevel: (typeof LOG_LEVELS)[number];
}

/** The command line does not say something that can be done. */
export class ArgumentsError extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'ArgumentsError';
  }
}

/** Reads the command line. Throws {@link ArgumentsError} with what is wrong. */
export function parseWebArguments(args: readonly string[]): WebArguments {
  const values = read(args);
  return {
    help: values.help,
    open: !values['no-open'],
    practice: values.practice,
    ephemeral: values.ephemeral,
    port: portOf(values.port),
    config: values.config,
    stateDir: values['state-dir'],
    locale: values.lang === undefined ? undefined : oneOf('lang', values.lang, LOCALES),
    logLevel: oneOf('log-level', values['log-level'], LOG_LEVELS),
  };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        // Chosen before this entry runs; taken so that one command line serves both shells.
        web: { type: 'boolean', default: false },
        'no-open': { type: 'boolean', default: false },
        practice: { type: 'boolean', default: false },
        ephemeral: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        port: { type: 'string', default: '0' },
        config: { type: 'string' },
        'state-dir': { type: 'string' },
        lang: { type: 'string' },
        'log-level': { type: 'string', default: 'warn' },
      },
    }).values;
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split('. ', 1);
    throw new ArgumentsError(sentence);
  }
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new ArgumentsError(`--port ${text}`);
  return port;
}

function oneOf<T extends string>(option: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw new ArgumentsError(`--${option} ${value} (${choices.join(', ')})`);
  return choice;
}
