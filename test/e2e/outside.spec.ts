import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { PairScreen } from './pair.ts';

/** Headless Chromium shows no notifications: what would be shown is kept on the page instead. */
async function keepNotifications(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const kept: { title: string; body: string }[] = [];
    class KeptNotification {
      static permission: NotificationPermission = 'default';
      static async requestPermission(): Promise<NotificationPermission> {
        KeptNotification.permission = 'granted';
        return 'granted';
      }
      onclick: (() => void) | null = null;
      constructor(title: string, options?: NotificationOptions) {
        kept.push({ title, body: options?.body ?? '' });
      }
      close(): void {}
    }
    Object.assign(window, { Notification: KeptNotification, keptNotifications: kept });
  });
  await page.reload();
}

const notifications = (page: Page) =>
  page.evaluate(
    () => (window as unknown as { keptNotifications: { title: string; body: string }[] }).keptNotifications,
  );

test('title, favicon and notifications tell of a failover to whoever looks elsewhere', async ({ console: running }) => {
  test.skip(running.url === undefined, 'under Electron main shows notices; its tests are test/unit/desktop');
  const page = await running.open();
  await keepNotifications(page);
  const pair = new PairScreen(page);
  await pair.startPractice();
  const icon = page.locator('link[rel="icon"]');
  await expect(page).toHaveTitle('KuanTu HA Console');
  await expect(icon).toHaveAttribute('href', /none\.svg$/);
  await page.getByRole('button', { name: /notifications/i }).click();

  await pair.hurt('Kill', await pair.primary());
  await expect(pair.result).toHaveAttribute('data-outcome', 'done');
  await expect.poll(() => notifications(page)).toHaveLength(2);
  const [begun, done] = await notifications(page);
  expect(begun?.title).toContain('mt-practice');
  expect(done?.body).toMatch(/\d+ ms/);
  // The pair serves and has no standby now.
  await expect(page).toHaveTitle(/^\(1 P2\) /);
  await expect(icon).toHaveAttribute('href', /p2\.svg$/);
});
