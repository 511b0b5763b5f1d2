import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { other, PairScreen } from './pair.ts';

const LARGE = { width: 1440, height: 900 };
const SMALL = { width: 1024, height: 700 };

async function fits(page: Page, what: string): Promise<void> {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `${what}: nothing sticks out sideways`).toBeLessThanOrEqual(0);
}

async function holds(page: Page, what: string): Promise<void> {
  await fits(page, what);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(
      (violation) => `${what}: ${violation.id} at ${violation.nodes.map((node) => node.target.join(' ')).join(', ')}`,
    ),
  ).toEqual([]);
}

test('every screen holds at both sizes, in both themes and both languages', async ({ console: running }) => {
  const page = await running.open();
  const pair = new PairScreen(page);
  await holds(page, 'first run');
  await pair.startPractice();
  await pair.hurt('Kill', await pair.primary());
  await expect(pair.result).toHaveAttribute('data-outcome', 'done');
  const pairUrl = page.url();
  for (const locale of ['en', 'zh-CN']) {
    await page.locator('select').first().selectOption(locale);
    await expect(page.locator('html')).toHaveAttribute('lang', locale);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const address of [pairUrl, '/#/', '/#/checks', '/#/events', '/#/environments', '/#/environments/new']) {
        await page.setViewportSize(LARGE);
        await page.goto(new URL(address, pairUrl).href);
        await expect(page.getByRole('heading').first()).toBeVisible();
        const what = `${locale} ${colorScheme} ${new URL(address, pairUrl).hash}`;
        await fits(page, `${what}, large`);
        await page.setViewportSize(SMALL);
        // Contrast goes by the theme and names by the language: each of the four once is enough for the long look.
        if ((locale === 'en') === (colorScheme === 'light')) await holds(page, `${what}, small`);
        else await fits(page, `${what}, small`);
      }
    }
  }
});

test('an operator who is to promote gets the question in one click, from the tile too', async ({
  console: running,
}) => {
  const page = await running.open();
  const pair = new PairScreen(page);
  await pair.startPractice();
  const primary = await pair.primary();
  await page.getByRole('radio', { name: 'Assist' }).click();
  await expect(page.getByText('Automatic failover is off')).toBeVisible();
  await pair.hurt('Kill', primary);
  const next = `Promote ${other(primary)}…`;
  await expect(page.getByRole('button', { name: next })).toHaveCount(1);
  await holds(page, 'pair page in an outage');
  await page.goto(new URL('/#/', page.url()).href);
  await expect(page.getByRole('link', { name: next })).toBeVisible();
  await holds(page, 'overview in an outage');
  await page.getByRole('link', { name: next }).click();
  const dialog = page.getByRole('alertdialog', { name: `Promote ${other(primary)} to primary of mt-practice` });
  await expect(dialog.getByLabel('Type mt-practice to confirm')).toBeInViewport();
  await holds(page, 'dialog');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page).toHaveURL(/#\/pair\/[^?]+$/);
});

test('the screen obeys its content security policy', async ({ console: running }) => {
  const page = await running.open();
  const complaints: string[] = [];
  page.on('console', (line) => {
    if (line.type() === 'error' || /Content.Security/i.test(line.text())) complaints.push(line.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  const pair = new PairScreen(page);
  await pair.startPractice();
  await page.getByRole('button', { name: /^Promote/ }).click();
  await expect(page.getByRole('alertdialog')).toBeVisible();
  expect(complaints).toEqual([]);
});
