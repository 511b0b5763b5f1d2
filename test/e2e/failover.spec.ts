import { expect, test } from './fixtures.ts';
import { other, PairScreen } from './pair.ts';

test('from an empty console to a failover with its outage, in one sitting', async ({ console: running }) => {
  const pair = new PairScreen(await running.open());
  await pair.startPractice();
  const before = await pair.primary();
  await expect(pair.instance(before)).toContainText('serving');
  await expect(pair.instance(other(before))).toContainText('loading');

  await pair.hurt('Kill', before);
  await expect(pair.result).toHaveAttribute('data-outcome', 'done');
  await expect(pair.result).toContainText(/\d+ ms ± /);
  await expect(pair.instance(other(before))).toHaveAttribute('data-role', 'primary');
  await expect(pair.instance(before)).toHaveAttribute('data-verdict', 'gone');
  await expect(pair.page.getByRole('listitem').filter({ hasText: 'report' }).first()).toBeVisible();

  await pair.hurt('Restart', before);
  await expect(pair.instance(before)).toHaveAttribute('data-role', 'standby');
  await expect(pair.page.getByRole('heading', { level: 1 })).toContainText('mt-practice');
  await pair.page.goto(new URL('/#/', pair.page.url()).href);
  await expect(pair.page.locator('a[data-pair]')).toHaveAttribute('data-state', 'normal');
});

test('a frozen primary is replaced once ZooKeeper has expired it, and comes back as standby', async ({
  console: running,
}) => {
  const pair = new PairScreen(await running.open());
  await pair.startPractice();
  const before = await pair.primary();
  await pair.hurt('Hang', before);
  await expect(pair.result).toHaveAttribute('data-outcome', 'done', { timeout: 30_000 });
  await expect(pair.instance(other(before))).toHaveAttribute('data-role', 'primary');
  await pair.page.getByRole('button', { name: `Resume ${before}`, exact: true }).click();
  await expect(pair.instance(before)).toHaveAttribute('data-role', 'standby');
  await expect(pair.instance(other(before))).toHaveAttribute('data-role', 'primary');
});

test('a dead standby moves nothing, and the tile says what is missing', async ({ console: running }) => {
  const pair = new PairScreen(await running.open());
  await pair.startPractice();
  const primary = await pair.primary();
  await pair.hurt('Kill', other(primary));
  await expect(pair.instance(other(primary))).toHaveAttribute('data-verdict', 'gone');
  await pair.page.goto(new URL('/#/', pair.page.url()).href);
  const tile = pair.page.locator('a[data-pair]');
  await expect(tile).toHaveAttribute('data-state', 'degraded');
  await expect(tile).toHaveAttribute('data-severity', 'p2');
  await tile.click();
  await expect(pair.instance(primary)).toHaveAttribute('data-role', 'primary');
  await expect(pair.result).toHaveCount(0);
});
