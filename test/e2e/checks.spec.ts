import { expect, test } from './fixtures.ts';
import { holds } from './looks.ts';
import { PairScreen } from './pair.ts';

test('the servers of a pair are looked at on demand, and what was found stays for the next screen', async ({
  console: running,
}) => {
  const pair = new PairScreen(await running.open());
  await pair.startPractice();
  const { page } = pair;
  const panel = page.getByRole('region', { name: 'Checks on the servers' });
  await panel.getByRole('button', { name: 'Check now' }).click();
  const run = panel.locator('[data-readiness]');
  // A practice pair has no mount that could be looked at: that is not known, and not passed.
  await expect(run).toHaveAttribute('data-readiness', 'unknown', { timeout: 40_000 });
  await expect(run.locator('[data-host="B"]').locator('[data-check="t2-from-console"]')).toHaveAttribute(
    'data-result',
    'pass',
  );
  await expect(run.locator('[data-check="route"]')).toHaveAttribute('data-result', 'pass');
  await expect(run.locator('[data-check="mount"]').first()).toContainText('not configured: server.mount');
  const process = run.locator('[data-check="process"]').first();
  await process.locator('summary').click();
  await expect(process.locator('pre')).toBeVisible();
  await holds(page, 'checks');
  await page.reload();
  await expect(panel.locator('[data-readiness="unknown"]')).toBeVisible();
  // The tile has the word, and the events what led to it.
  await expect(page.getByText(/^checks: whether the standby of .* is not known/).first()).toBeVisible();
  await page.goto(new URL('/#/', page.url()).href);
  await expect(page.locator('a[data-pair] [data-readiness]').first()).toHaveText(/readiness unknown/);
});
