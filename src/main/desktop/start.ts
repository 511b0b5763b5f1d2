import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as electron from 'electron';
import { systemClock } from '#core/clock';
import { createLogger, type Logger } from '#core/logging';
import { type App, createApp, machineOptions } from '#main/app';
import { nearestLocale } from '#shared/i18n';
import { type DesktopArguments, parseDesktopArguments } from './arguments.ts';
import { createDesktop, type Desktop } from './desktop.ts';
import { createUtilityLauncher } from './launcher.ts';
import { SCHEME } from './origin.ts';
import { createPdfPrinter } from './pdf.ts';
import { screenHandler } from './protocol.ts';
import { createSafeStorageCipher } from './safe-storage.ts';
import { createOpenExternal, denyPermissions, guardEveryContents } from './security.ts';

const { app } = electron;

/** What only the entry knows. */
export interface DesktopStart {
  version: string;
  /** The folder of the built entry, `out/main`. */
  mainFolder: string;
}

function createLog(args: DesktopArguments): Logger {
  const destination = app.isPackaged ? { file: join(app.getPath('logs'), 'console.log') } : ('stderr' as const);
  return createLogger({ name: 'console', level: args.logLevel, destination });
}

function startApp(start: DesktopStart, args: DesktopArguments, desktop: Desktop, log: Logger): Promise<App> {
  const launcher = createUtilityLauncher({
    fork: (modulePath, forkArgs, options) => electron.utilityProcess.fork(modulePath, forkArgs, options),
    kill: (pid, signal) => process.kill(pid, signal),
    platform: process.platform,
  });
  const cipher = createSafeStorageCipher(electron.safeStorage, process.platform);
  return createApp(machineOptions(args, log, cipher), {
    shell: 'electron',
    version: start.version,
    platform: process.platform,
    runtime: `Electron ${process.versions.electron}`,
    locale: desktop.locale(),
    localeChanged: (locale) => desktop.localeChanged(locale),
    notify: (notice) => desktop.notify(notice),
    totalsChanged: (totals) => desktop.totalsChanged(totals),
    printPdf: createPdfPrinter({ create: (options) => new electron.BrowserWindow(options), clock: systemClock }),
    practice: { launcher, nodeEntry: join(start.mainFolder, 'mtnode.js'), reaperEntry: null },
  });
}

/** Starts the console in its window. Call once Electron is ready. Rejects where the app cannot start. */
export async function startDesktop(start: DesktopStart): Promise<void> {
  const out = dirname(start.mainFolder);
  const args = parseDesktopArguments(process.argv.slice(1));
  const log = createLog(args);
  const shellLog = log.child('desktop');
  const openExternal = createOpenExternal(electron.shell, shellLog);
  guardEveryContents(app, openExternal, shellLog);
  denyPermissions(electron.session.defaultSession, shellLog);
  electron.protocol.handle(SCHEME, screenHandler(join(out, 'renderer')));

  const desktop = createDesktop({
    electron,
    args,
    locale: args.locale ?? nearestLocale(app.getPreferredSystemLanguages()[0] ?? app.getLocale()),
    preloadFile: join(out, 'preload', 'index.cjs'),
    iconFolder: app.isPackaged ? join(process.resourcesPath, 'icons') : join(dirname(out), 'resources', 'icons'),
    openExternal,
    process,
    home: homedir(),
    clock: systemClock,
    log: shellLog,
    flushLog: () => log.flush(),
  });
  const running = await startApp(start, args, desktop, log);
  desktop.show(running);
  if (args.practice)
    running.startPractice().catch((error: unknown) => shellLog.error('practice did not start', { error }));
}
