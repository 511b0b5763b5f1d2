/**
 * Takes the README's pictures of the real console: starts the built one, practises, kills the primary and waits for the
 * result. Run by hand after `npm run build`: `node test/e2e/screenshots.ts`. It writes docs/images/*.png.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, chromium } from '@playwright/test';
import { write } from './orders.ts';
import { other, PairScreen } from './pair.ts';

const root = resolve(import.meta.dirname, '../..');
const images = join(root, 'docs/images');
/** Beats enough for a strip worth looking at, before the primary is killed. */
const CALM_MS = 40_000;
/** Written before, so that the result tells of data. */
const ORDERS = 2_000;
/** What follows a failover has been said by then: the registration expired, the state settled. */
const SETTLED_MS = 12_000;

async function addressOf(lines: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: lines })) {
    const address = /^Console: (\S+)$/.exec(line)?.[1];
    if (address) return address;
  }
  throw new Error('the console ended without an address: is it built?');
}

async function takePictures(browser: Browser, address: string): Promise<void> {
  const context = await browser.newContext({
    locale: 'en-GB',
    timezoneId: 'Asia/Shanghai',
    colorScheme: 'light',
    viewport: { width: 1440, height: 900 },
    deviceScaleFactor: 1,
  });
  const page = await context.newPage();
  await page.goto(address);
  const pair = new PairScreen(page);
  await pair.startPractice();
  const before = await pair.primary();
  await write(pair, before, ORDERS);
  await page.waitForTimeout(CALM_MS);
  await pair.hurt('Kill', before);
  await page.locator(`[data-instance="${other(before)}"][data-role="primary"]`).waitFor();
  await pair.result.waitFor();
  await page.waitForTimeout(SETTLED_MS);
  await page.screenshot({ path: join(images, 'pair.png') });
  await page.getByLabel('Language').selectOption('zh-CN');
  await page.locator('html[lang="zh-CN"]').waitFor();
  await page.screenshot({ path: join(images, 'pair.zh-CN.png') });
  await page.getByLabel('语言').selectOption('en');
  await page.goto(new URL('/#/', page.url()).href);
  await page.locator('a[data-pair][data-state="degraded"]').waitFor();
  await page.screenshot({ path: join(images, 'overview.png'), clip: { x: 0, y: 0, width: 1440, height: 440 } });
}

const stateDir = mkdtempSync(join(tmpdir(), 'kuantu-screenshots-'));
mkdirSync(images, { recursive: true });
const served = spawn(
  process.execPath,
  [join(root, 'out/main/web.js'), '--web', '--no-open', '--port', '0', '--ephemeral', '--state-dir', stateDir],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const executablePath = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path),
);
const browser = await chromium.launch({
  ...(executablePath ? { executablePath } : {}),
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
});
try {
  await takePictures(browser, await addressOf(served.stdout));
} finally {
  await browser.close();
  if (served.exitCode === null) {
    const exited = once(served, 'exit');
    served.kill('SIGTERM');
    await exited;
  }
  rmSync(stateDir, { recursive: true, force: true });
}
