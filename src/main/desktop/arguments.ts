import { parseArgs } from 'node:util';
import type { LogLevel } from '#core/logging';
import { LOCALES, type Locale } from '#shared/i18n';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const satisfies readonly (LogLevel | 'silent')[];

export interface DesktopArguments {
  config: string | undefined;
  stateDir: string | undefined;
  ephemeral: boolean;
  practice: boolean;
  /** Started at login: out of sight. */
  hidden: boolean;
  /** `--no-quit-question`: for whoever drives the console by program. */
  askBeforeQuit: boolean;
  locale: Locale | undefined;
  logLevel: LogLevel | 'silent';
}

/**
 * Reads the program's arguments. Chromium and the desktop add switches of their own, so what is not known is passed
 * over here, unlike in the served shell.
 */
export function parseDesktopArguments(argv: readonly string[]): DesktopArguments {
  const { values } = parseArgs({
    args: [...argv],
    strict: false,
    options: {
      config: { type: 'string' },
      'state-dir': { type: 'string' },
      lang: { type: 'string' },
      'log-level': { type: 'string' },
      ephemeral: { type: 'boolean' },
      practice: { type: 'boolean' },
      hidden: { type: 'boolean' },
      'no-quit-question': { type: 'boolean' },
    },
  });
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  return {
    config: text(values.config),
    stateDir: text(values['state-dir']),
    ephemeral: values.ephemeral === true,
    practice: values.practice === true,
    hidden: values.hidden === true,
    askBeforeQuit: values['no-quit-question'] !== true,
    locale: LOCALES.find((locale) => locale === values.lang),
    logLevel: LOG_LEVELS.find((level) => level === values['log-level']) ?? 'warn',
  };
}
