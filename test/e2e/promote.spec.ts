import { PLANNED_STEPS } from '#shared/domain';
import { expect, test } from './fixtures.ts';
import { other, PairScreen } from './pair.ts';

test('an operator promotes the standby and sees what it cost', async ({ console: running }) => {
  const pair = new PairScreen(await running.open());
  await pair.startPractice();
  const before = await pair.primary();
  const to = other(before);
  await pair.page.getByRole('button', { name: `Promote ${to}…` }).click();

  const dialog = pair.page.getByRole('alertdialog');
  await expect(dialog.locator('[data-check][data-result="pass"]').first()).toBeVisible();
  await expect(dialog.locator('[data-check][data-result="fail"]')).toHaveCount(0);
  // Nothing dangerous has a default: Enter right after opening must change nothing.
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  const plan = dialog.getByRole('group').filter({ hasText: 'Dry run' });
  await expect(plan.getByRole('listitem').first()).toBeHidden();
  await plan.getByText('Dry run').click();
  await expect(plan.getByRole('listitem')).toHaveCount(PLANNED_STEPS.length);
  await expect(plan.getByRole('listitem').first()).toBeVisible();

  const name = dialog.getByLabel('Type mt-practice to confirm');
  const act = dialog.getByRole('button', { name: new RegExp(`mt-practice.*${to}|${to}.*mt-practice`) });
  if (await name.isVisible()) {
    await expect(act).toBeDisabled();
    await name.fill('mt-practice');
  }
  await act.click();
  await expect(pair.result).toHaveAttribute('data-outcome', 'done');
  await expect(pair.instance(to)).toHaveAttribute('data-role', 'primary');
  await expect(pair.instance(before)).toHaveAttribute('data-role', 'standby');

  // The way back is one button, with the same dialog and the same checks.
  await pair.page.getByRole('button', { name: `Switch back to ${before}…` }).click();
  await expect(dialog.locator('[data-check][data-result="pass"]').first()).toBeVisible();
  await dialog.getByRole('button', { name: `Switch mt-practice over to ${before}` }).click();
  await expect(pair.instance(before)).toHaveAttribute('data-role', 'primary');
  await expect(pair.result).toHaveAttribute('data-outcome', 'done');
});

test('a dry run shows every step and check, can be copied, and changes nothing', async ({ console: running }) => {
  const pair = new PairScreen(await running.open());
  await pair.startPractice();
  const before = await pair.primary();
  const { page } = pair;
  await page.context().grantPermissions(['clipboard-read']);
  await page.getByRole('button', { name: `Dry run of promoting ${other(before)}` }).click();
  const dialog = page.getByRole('dialog', { name: `Dry run: mt-practice to ${other(before)}` });
  await expect(dialog.locator('[data-plan]')).toHaveCount(12);
  await expect(dialog.locator('[data-check="lock"][data-result="pass"]')).toBeVisible();
  await expect(dialog.getByRole('button')).toHaveText(['Copy', 'Check again', 'Close']);
  await dialog.getByRole('button', { name: /^Copy/ }).click();
  await expect(dialog.getByRole('button', { name: /^Copy/ })).toHaveText('Copied');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain('1. Detect: Take down who asked, and when');
  expect(copied).toContain('- passed: This console holds the lock of this pair');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(pair.result).toHaveCount(0);
  await expect(pair.instance(before)).toHaveAttribute('data-role', 'primary');
});

test('cancelling changes nothing', async ({ console: running }) => {
  const pair = new PairScreen(await running.open());
  await pair.startPractice();
  const before = await pair.primary();
  await pair.page.getByRole('button', { name: `Promote ${other(before)}…` }).click();
  await pair.page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(pair.page.getByRole('alertdialog')).toHaveCount(0);
  await expect(pair.instance(before)).toHaveAttribute('data-role', 'primary');
  await expect(pair.result).toHaveCount(0);
});

test('under assist the console proposes, and the operator decides', async ({ console: running }) => {
  const pair = new PairScreen(await running.open());
  await pair.startPractice();
  const before = await pair.primary();
  const to = other(before);
  await pair.page.getByRole('radio', { name: /^Assist/ }).click();
  await expect(pair.page.getByRole('radio', { name: /^Assist/ })).toBeChecked();
  await pair.hurt('Kill', before);
  await expect(pair.page.getByText(`Promote ${to} now`).first()).toBeVisible();
  await expect(pair.result).toHaveCount(0);

  await pair.page.getByRole('button', { name: `Promote ${to}…` }).click();
  const dialog = pair.page.getByRole('alertdialog');
  await dialog.getByLabel('Type mt-practice to confirm').fill('mt-practice');
  await dialog.getByRole('button', { name: new RegExp(`mt-practice.*${to}|${to}.*mt-practice`) }).click();
  await expect(pair.result).toHaveAttribute('data-outcome', 'done');
  await expect(pair.instance(to)).toHaveAttribute('data-role', 'primary');
});
