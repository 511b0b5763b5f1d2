import { expect, test } from './fixtures.ts';
import { holds } from './looks.ts';
import { PairScreen } from './pair.ts';

test('a mount that is lost keeps the standby from taking over, until it is remounted from the console', async ({
  console: running,
}) => {
  const pair = new PairScreen(await running.open());
  await pair.startPractice();
  const { page } = pair;
  const panel = page.getByRole('region', { name: 'Checks on the servers' });
  const run = panel.locator('[data-readiness]');
  await panel.getByRole('button', { name: 'Check now' }).click();
  await expect(run).toHaveAttribute('data-readiness', 'ready', { timeout: 40_000 });
  const primary = await pair.primary();
  const standby = primary === 'A' ? 'B' : 'A';

  await pair.hurt('Unmount', standby);
  const mount = run.locator(`[data-host="${standby}"] [data-check="mount"]`);
  await expect(mount).toHaveAttribute('data-result', 'fail', { timeout: 40_000 });
  await expect(mount).toContainText('mount missing');
  await mount.locator('summary').click();
  await expect(mount.locator('pre')).toBeVisible();
  await expect(mount.locator('code').last()).toContainText(/^ln -s -T .*\/share .*\/mounts\//);
  await holds(page, 'checks', '[data-readiness]');
  const tile = page.locator('a[data-pair]').first();
  const overview = new URL('/#/', page.url()).href;
  await page.goto(overview);
  await expect(tile).toContainText(`standby cannot take over: mount missing on ${standby}`, { timeout: 40_000 });
  await expect(tile).toHaveAttribute('data-severity', 'p2');

  await tile.click();
  // From the head of the page it is one press to what is to be done.
  await page.getByRole('button', { name: 'See the checks on the servers' }).press('Enter');
  await expect(panel.getByRole('button', { name: `Remount on ${standby}…` })).toBeInViewport();
  await page.getByRole('button', { name: `Promote ${standby}…` }).click();
  const promotion = page.getByRole('alertdialog');
  await expect(promotion).toContainText(`The standby cannot take over. ${standby}: mount missing`);
  await expect(promotion.getByRole('button', { name: /^Switch / })).toBeDisabled();
  await promotion.getByRole('button', { name: 'Cancel' }).click();
  await panel.getByRole('button', { name: `Remount on ${standby}…` }).click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog.getByTestId('remount-plan')).toContainText(/rmdir .*ln -s -T/);
  await holds(page, 'remount', '[role="alertdialog"]');
  await dialog.getByLabel('Operator').fill('Li Wei');
  await dialog.getByRole('button', { name: /^Remount on/ }).click();
  await expect(dialog.getByTestId('remount-result')).toHaveAttribute('data-outcome', 'done', { timeout: 40_000 });
  // The word of the last look, not that of a moment in which the standby had not gone on yet.
  await expect(dialog.locator('[data-readiness="ready"]')).toBeVisible({ timeout: 60_000 });
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(run).toHaveAttribute('data-readiness', 'ready', { timeout: 60_000 });

  // What it found before is in the journal.
  await run.locator(`[data-host="${standby}"] > details > summary`).click();
  await mount.locator('summary').click();
  await mount.getByRole('button', { name: 'Earlier results' }).click();
  await expect(mount.locator('ol [data-result="fail"]')).toContainText('mount missing');

  await page.goto(overview);
  await expect(tile).toHaveAttribute('data-severity', 'none', { timeout: 40_000 });
  await expect(tile.locator('[data-readiness]')).toHaveText(/ready/);
  await page.goto(new URL('/#/events', page.url()).href);
  await expect(page.getByText(/^remount of .* begun by Li Wei: rmdir /)).toBeVisible();
  await expect(page.getByText(/is mounted anew \(/)).toBeVisible();
});
