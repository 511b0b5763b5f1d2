import { expect, test } from './fixtures.ts';
import { write } from './orders.ts';
import { other, PairScreen } from './pair.ts';

test('a promotion that may lose writes is asked for by one operator, approved by another, and carried out', async ({
  console: running,
}) => {
  const pair = new PairScreen(await running.open());
  await pair.startPractice();
  const { page } = pair;
  const before = await pair.primary();
  const to = other(before);
  await page.getByText('Time-outs and limits…').click();
  await page.getByLabel('Operators that a promotion with a possible loss needs').fill('2');
  await page.getByRole('textbox', { name: 'Operator' }).last().fill('Li Lei');
  await page.getByRole('button', { name: 'Save the policy' }).click();
  await expect(page.getByText(/Last changed by Li Lei/)).toBeVisible();
  await pair.hurt('Unmount', to);
  await expect(pair.data(to).getByTestId('sync')).toHaveAttribute('data-sync', 'failed');
  expect(await write(pair, before, 7)).toBe(7);
  await expect(pair.data(to).getByTestId('loss-bound')).toContainText(/at most [\d,]+ acknowledged records/);
  await pair.hurt('Kill', before);

  await page.getByRole('button', { name: `Promote ${to}…` }).click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog.getByText('another operator to approve this')).toBeVisible();
  await dialog.getByLabel('Type mt-practice to confirm').fill('mt-practice');
  const bound = /up to ([\d,]+) acknowledged/.exec(String(await dialog.getByTestId('promote-loss').textContent()))?.[1];
  await dialog.getByLabel(`Type ${bound} to accept this loss`).fill(bound ?? '');
  const ask = dialog.getByRole('button', { name: `Ask for approval: fail mt-practice over to ${to}` });
  await expect(ask).toBeDisabled();
  await dialog.getByLabel('Reason').fill('its share is lost');
  await ask.click();
  const banner = page.locator('[data-approval]');
  await expect(banner).toHaveAttribute('data-approval', 'waiting');
  await expect(banner).toContainText('its share is lost');
  await expect(pair.result).toHaveCount(0);

  // At the same console it still takes another name.
  await page.getByRole('button', { name: 'Look and decide…' }).click();
  const approve = dialog.getByRole('button', { name: `Approve failing mt-practice over to ${to}` });
  await dialog.getByLabel('Type mt-practice to confirm').fill('mt-practice');
  await dialog.getByLabel('Approver').fill('li lei');
  await expect(dialog.getByText('Whoever asked cannot approve')).toBeVisible();
  await expect(approve).toBeDisabled();
  await dialog.getByLabel('Approver').fill('Han Mei');
  await approve.click();
  await expect(banner).toHaveAttribute('data-approval', 'approved');
  await banner.getByRole('button', { name: `Fail mt-practice over to ${to}` }).click();
  await expect(pair.result).toHaveAttribute('data-outcome', 'done');
  await expect(page.getByTestId('asked-by')).toContainText('asked for by Li Lei, approved by Han Mei');
  await expect(banner).toHaveCount(0);
});
