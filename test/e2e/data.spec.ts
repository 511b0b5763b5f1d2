import { expect, test } from './fixtures.ts';
import { write } from './orders.ts';
import { other, PairScreen } from './pair.ts';

test('positions, lag, database and what a promotion would cost are there as figures', async ({ console: running }) => {
  const pair = new PairScreen(await running.open());
  await pair.startPractice();
  const primary = await pair.primary();
  const standby = other(primary);
  await expect(pair.data(standby).getByTestId('sync')).toHaveAttribute('data-sync', 'following');
  expect(await write(pair, primary, 200)).toBe(200);
  await expect(pair.data(primary).getByTestId('orders')).toHaveText('200');
  await expect(pair.data(primary).getByTestId('lsn')).toHaveText(/^[2-9]\d\d$/);
  const written = await pair.data(primary).getByTestId('lsn').textContent();
  await expect(pair.data(standby).getByTestId('lsn')).toHaveText(String(written));
  await expect(pair.data(standby).getByTestId('lag')).toContainText('0 records');
  await expect(pair.data(standby).getByTestId('loss-bound')).toContainText('no acknowledged record would be missing');
  await expect(pair.data(primary).getByTestId('todb')).toHaveAttribute('data-todb', /^(ok|idle)$/);
  await expect(pair.data(primary).getByTestId('todb')).toContainText('not yet in it: 0');

  await pair.hurt('Kill', primary);
  await expect(pair.result).toHaveAttribute('data-outcome', 'done');
  await expect(pair.lost).toHaveAttribute('data-lost', '0');
  await expect(pair.lost).toContainText('Duplicated 0');
  await expect(pair.data(standby).getByTestId('orders')).toHaveText('200');
});

test('a lost mount is told with its directory and df, and its return ends it', async ({ console: running }) => {
  const pair = new PairScreen(await running.open());
  await pair.startPractice();
  const standby = other(await pair.primary());
  await pair.hurt('Unmount', standby);
  const sync = pair.data(standby).getByTestId('sync');
  await expect(sync).toHaveAttribute('data-sync', 'failed');
  await expect(sync).toContainText(/The mount directory (\/\S+) .*Run df -h \/\S+/);
  await expect(pair.page.locator('[data-state="degraded"][data-severity="p2"]').first()).toBeVisible();
  await expect(pair.page.getByRole('button', { name: /^Copy: df -h \// }).first()).toBeInViewport();
  await expect(pair.instance(standby)).toContainText('3 · failed');
  await pair.hurt('Mount again', standby);
  await expect(sync).toHaveAttribute('data-sync', 'following');
  await expect(pair.page.locator('[data-state="normal"]').first()).toBeVisible();
});

test('a promotion that may lose writes waits for an operator who accepts how many', async ({ console: running }) => {
  const pair = new PairScreen(await running.open());
  await pair.startPractice();
  const primary = await pair.primary();
  const standby = other(primary);
  await expect(pair.data(standby).getByTestId('sync')).toHaveAttribute('data-sync', 'following');
  expect(await write(pair, primary, 5)).toBe(5);
  await pair.hurt('Unmount', standby);
  await expect(pair.data(standby).getByTestId('sync')).toHaveAttribute('data-sync', 'failed');
  expect(await write(pair, primary, 7)).toBe(7);
  await expect(pair.data(standby).getByTestId('loss-bound')).toContainText(/at most [\d,]+ acknowledged records/);

  await pair.hurt('Kill', primary);
  await expect(pair.page.getByText(/^Nobody serves:/).first()).toBeVisible();
  await expect(pair.result).toHaveCount(0);
  await pair.page.getByRole('button', { name: `Promote ${standby}…` }).click();
  const dialog = pair.page.getByRole('alertdialog');
  const bound = /up to ([\d,]+) acknowledged/.exec(String(await dialog.getByTestId('promote-loss').textContent()))?.[1];
  expect(Number(bound?.replaceAll(',', ''))).toBeGreaterThanOrEqual(7);
  const act = dialog.getByRole('button', { name: `Fail mt-practice over to ${standby}` });
  await dialog.getByLabel('Type mt-practice to confirm').fill('mt-practice');
  await expect(act).toBeDisabled();
  await dialog.getByLabel(`Type ${bound} to accept this loss`).fill(bound ?? '');
  await act.click();
  await expect(pair.result).toHaveAttribute('data-outcome', 'done');
  await expect(pair.lost).not.toHaveAttribute('data-lost', '0');
  await expect(pair.instance(standby)).toHaveAttribute('data-role', 'primary');

  await pair.hurt('Restart', primary);
  await expect(pair.page.getByText(/on the old primary/).first()).toBeVisible();
  await expect(pair.data(primary)).toContainText('writes: 7, records: ');
});
