import type { App, MessageBoxOptions, MessageBoxReturnValue } from 'electron';
import { type Clock, withDeadline } from '#core/clock';
import type { Log } from '#core/logging';
import { message } from '#shared/domain';
import { type Locale, sentence } from '#shared/i18n';

/** The app gets this long to stop; then the shell ends all the same. */
const STOP_TIMEOUT_MS = 10_000;
const KEEP_RUNNING = 0;
const QUIT = 1;

export interface QuitParts {
  app: Pick<App, 'on' | 'quit'>;
  ask(options: MessageBoxOptions): Promise<MessageBoxReturnValue>;
  /** How many pairs are being watched: with none, quitting loses nothing and is not asked about. */
  watchedPairs(): number;
  /** Stops the app behind the window. */
  stop(): Promise<void>;
  /** The last thing done before the shell ends. */
  stopped(): void;
  locale(): Locale;
  clock: Clock;
  log: Log;
}

export interface Quit {
  /** Ends without asking: a signal, the end of the operator's session, the machine going down. */
  now(): void;
  /** Whether windows may close: everything behind them has stopped. */
  readonly done: boolean;
}

function question(locale: Locale, pairs: number): MessageBoxOptions {
  const words = (name: string) => sentence(locale, message(`shell.quit.${name}`, { count: pairs }));
  return {
    type: 'warning',
    title: words('title'),
    message: words('message'),
    detail: words('detail'),
    buttons: [words('keep'), words('quit')],
    // Enter and Escape both keep the console running.
    defaultId: KEEP_RUNNING,
    cancelId: KEEP_RUNNING,
    noLink: true,
  };
}

/** Quitting ends the monitoring, so it is asked about; then the app is stopped before the shell ends. */
export function createQuit(parts: QuitParts): Quit {
  const { app, clock, log } = parts;
  let phase: 'running' | 'asking' | 'stopping' | 'done' = 'running';

  async function ask(): Promise<void> {
    phase = 'asking';
    let quit = true;
    try {
      const { response } = await parts.ask(question(parts.locale(), parts.watchedPairs()));
      quit = response === QUIT;
    } catch (error) {
      log.error('quitting could not be asked about; the operator wants to, so it is done', { error });
    }
    if (phase !== 'asking') return;
    phase = 'running';
    if (quit) await end();
  }

  async function end(): Promise<void> {
    if (phase === 'stopping' || phase === 'done') return;
    phase = 'stopping';
    try {
      await withDeadline(clock, STOP_TIMEOUT_MS, 'stopping the console', parts.stop());
    } catch (error) {
      log.error('the console did not stop in order', { error });
    }
    phase = 'done';
    parts.stopped();
    app.quit();
  }

  app.on('before-quit', (event) => {
    if (phase === 'done') return;
    event.preventDefault();
    if (phase !== 'running') return;
    void (parts.watchedPairs() > 0 ? ask() : end());
  });
  return {
    now: () => void end(),
    get done() {
      return phase === 'done';
    },
  };
}
