import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { _electron, test as base, chromium, type Page } from '@playwright/test';
import { findChromium } from '#test/chromium';
import { electronRuntime } from './electron-runtime.ts';

const root = resolve(import.meta.dirname, '../..');

/** A console that runs for one test, in directories of its own. */
export interface RunningConsole {
  /** Opens the console's screen: once for the Electron shell, any number of times for the served one. */
  open(options?: {
    locale?: string;
    colorScheme?: 'light' | 'dark';
    viewport?: { width: number; height: number };
  }): Promise<Page>;
  /** The address printed by the served shell; undefined on Electron. */
  url: string | undefined;
  /** The process of the console, to look at what it leaves behind. */
  process: ChildProcess;
}

interface Options {
  /** Arguments of the console, beside those that keep it to this test. */
  consoleArguments: string[];
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the console has no stdout');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('the console ended without a line');
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((done) => child.once('exit', done));
}

export const test = base.extend<Options & { console: RunningConsole }>({
  consoleArguments: [[], { option: true }],
  console: async ({ consoleArguments }, use, testInfo) => {
    const stateDir = mkdtempSync(join(tmpdir(), 'kuantu-e2e-'));
    const running = testInfo.project.name === 'electron' ? startElectron : startServed;
    try {
      const { console, stop } = await running(['--state-dir', stateDir, ...consoleArguments], stateDir);
      try {
        await use(console);
      } finally {
        await stop();
      }
    } finally {
      rmSync(stateDir, { recursive: true, force: true });
    }
  },
});
export { expect } from '@playwright/test';

async function startServed(args: string[]): Promise<{ console: RunningConsole; stop: () => Promise<void> }> {
  const executablePath = findChromium();
  test.skip(executablePath === undefined, 'no Chromium was found');
  const child = spawn(process.execPath, [join(root, 'out/main/web.js'), '--web', '--no-open', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await firstLine(child);
  const url = /^Console: (http:\/\/127\.0\.0\.1:\d+\/\?token=\S+)$/.exec(line)?.[1];
  if (!url) throw new Error(`unexpected first line: ${line}`);
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1440, height: 900 } });
  const console: RunningConsole = {
    url,
    process: child,
    open: async (options = {}) => {
      const cookies = await context.storageState();
      const own =
        Object.keys(options).length > 0
          ? await browser.newContext({
              locale: 'en-GB',
              viewport: { width: 1440, height: 900 },
              storageState: cookies,
              ...options,
            })
          : context;
      const page = await own.newPage();
      const entered = (await own.cookies()).length > 0;
      await page.goto(entered ? new URL('/', url).href : url);
      return page;
    },
  };
  const stop = async () => {
    await browser.close();
    child.kill('SIGTERM');
    await ended(child);
  };
  return { console, stop };
}

async function startElectron(
  args: string[],
  stateDir: string,
): Promise<{ console: RunningConsole; stop: () => Promise<void> }> {
  const runtime = electronRuntime();
  if ('missing' in runtime) throw new Error(runtime.missing);
  const app = await _electron.launch({
    executablePath: runtime.path,
    args: [join(root, 'out/main/index.js'), `--user-data-dir=${stateDir}`, '--no-quit-question', ...args],
    chromiumSandbox: process.getuid?.() !== 0,
  });
  const console: RunningConsole = {
    url: undefined,
    process: app.process(),
    open: async (options = {}) => {
      const page = await app.firstWindow();
      if (options.viewport) await page.setViewportSize(options.viewport);
      if (options.colorScheme) await page.emulateMedia({ colorScheme: options.colorScheme });
      return page;
    },
  };
  return { console, stop: () => app.close() };
}
