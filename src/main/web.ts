import { basename, dirname, join, resolve } from 'node:path';
import { systemClock } from '#core/clock';
import { createLogger, type Logger } from '#core/logging';
import { type App, type AppPlatform, createApp, machineOptions } from '#main/app';
import { ConfigFileMissingError } from '#main/environments';
import { createNodeLauncher } from '#main/practice';
import {
  ArgumentsError,
  openBrowser,
  parseWebArguments,
  ScreenNotBuiltError,
  type ServedShell,
  ServeError,
  serve,
  type WebArguments,
} from '#main/served';
import { type Message, message } from '#shared/domain';
import { type Locale, nearestLocale, sentence } from '#shared/i18n';
import packageJson from '../../package.json' with { type: 'json' };

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

const here = import.meta.dirname;
/** Run from source (`src/main`), or built (`out/main`)? */
const fromSource = basename(dirname(here)) === 'src';

function platformOf(locale: Locale): AppPlatform {
  return {
    shell: 'served',
    version: packageJson.version,
    platform: process.platform,
    runtime: `Node ${process.versions.node}`,
    locale,
    practice: {
      launcher: createNodeLauncher(),
      nodeEntry: fromSource ? resolve(here, '../mtnode/main.ts') : join(here, 'mtnode.js'),
      reaperEntry: fromSource ? join(here, 'practice/reaper.ts') : join(here, 'reaper.js'),
    },
  };
}

function startApp(args: WebArguments, locale: Locale, log: Logger): Promise<App> {
  return createApp(machineOptions(args, log), platformOf(locale));
}

async function run(args: WebArguments, locale: Locale, log: Logger): Promise<void> {
  const app = await startApp(args, locale, log);
  let shell: ServedShell;
  try {
    shell = await serve({
      screenDirectory: resolve(here, fromSource ? '../../out/renderer' : '../renderer'),
      port: args.port,
      clock: systemClock,
      connect: app.connect,
    });
  } catch (error) {
    await app.stop();
    throw error;
  }
  stopOnSignals(app, shell, log);
  process.stdout.write(`Console: ${shell.entryUrl}\n`);
  if (args.open) openBrowser(shell.entryUrl, (error) => log.warn('no browser could be opened', { error }));
  if (args.practice) app.startPractice().catch((error: unknown) => log.error('practice did not start', { error }));
}

function stopOnSignals(app: App, shell: ServedShell, log: Logger): void {
  let stopping = false;
  const stop = (exitCode: number) => {
    // A terminal sends its signal to every process of the group, and npm passes it on once more: one is enough.
    if (stopping) return;
    stopping = true;
    void Promise.all([app.stop(), shell.close()]).finally(() => {
      log.flush();
      process.exit(exitCode);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(0));
  for (const kind of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(kind, (error: unknown) => {
      log.error('a defect ended the console', { kind, error });
      stop(EXIT_FAILED);
    });
}

/** Why the console did not start, in a sentence. */
function failureOf(error: unknown): Message {
  if (error instanceof ServeError) return message('shell.cli.cannotListen', { port: error.port, code: error.code });
  if (error instanceof ConfigFileMissingError) return message('shell.cli.configMissing', { file: error.file });
  if (error instanceof ScreenNotBuiltError) return message('shell.cli.notBuilt', { directory: error.directory });
  return message('shell.cli.failed', { detail: error instanceof Error ? error.message : String(error) });
}

function leave(locale: Locale, words: Message, exitCode: number): void {
  process.stderr.write(`${sentence(locale, words)}\n`);
  process.exitCode = exitCode;
}

async function main(): Promise<void> {
  const system = nearestLocale(Intl.DateTimeFormat().resolvedOptions().locale);
  let args: WebArguments;
  try {
    args = parseWebArguments(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof ArgumentsError)) throw error;
    return leave(system, message('shell.cli.badArguments', { detail: error.message }), EXIT_USAGE);
  }
  const locale = args.locale ?? system;
  if (args.help) {
    process.stdout.write(`${sentence(locale, message('shell.cli.usage'))}\n`);
    return;
  }
  const log = createLogger({ name: 'console', level: args.logLevel, destination: 'stderr' });
  try {
    await run(args, locale, log);
  } catch (error) {
    log.flush();
    leave(locale, failureOf(error), EXIT_FAILED);
  }
}

void main();
