import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

async function fillInstance(page: Page, index: 0 | 1, values: { name: string; t2: string; f2: string }): Promise<void> {
  const instance = page.getByRole('group', { name: `Instance ${index + 1}` });
  await instance.getByLabel('Name').fill(values.name);
  await instance.getByLabel('Host').fill('127.0.0.1');
  await instance.getByLabel(/t2/).fill(values.t2);
  await instance.getByLabel(/f2/).fill(values.f2);
}

test('an environment is added, edited and removed, and mistakes are marked where they are', async ({
  console: running,
}) => {
  const page = await running.open();
  await page.getByRole('link', { name: 'Add an environment' }).click();
  const save = page.getByRole('button', { name: /^Save/ });
  await save.click();
  await expect(page.locator('[aria-invalid="true"]').first()).toBeVisible();

  await page.getByLabel('Name', { exact: true }).first().fill('Desk 1');
  await page.getByLabel('Servers', { exact: true }).fill('127.0.0.1');
  await page.getByLabel(/^Node name/).fill('mt-01');
  await page.getByLabel(/^System/).fill('O45');
  await fillInstance(page, 0, { name: 'A', t2: '7001', f2: '7002' });
  await fillInstance(page, 1, { name: 'A', t2: '7001', f2: '7004' });
  await save.click();
  await expect(page.locator('[aria-invalid="true"]')).not.toHaveCount(0);
  await expect(page).toHaveURL(/environments\/new/);

  await page.getByLabel('Servers', { exact: true }).fill('127.0.0.1:1');
  await fillInstance(page, 1, { name: 'B', t2: '7003', f2: '7004' });
  await page.getByRole('group', { name: 'Instance 1' }).getByLabel('Heartbeats carry').selectOption('O3');
  await page.getByLabel('session_id').fill('s3cret-session');
  await save.click();
  await expect(page.getByRole('heading', { name: /Desk 1/ })).toBeVisible();

  await page.getByRole('link', { name: /Edit.*Desk 1/ }).click();
  await expect(page.getByLabel('session_id')).toHaveValue('');
  expect(await page.content()).not.toContain('s3cret-session');
  await page.getByLabel('Name', { exact: true }).first().fill('Desk One');
  await save.click();
  await expect(page.getByRole('heading', { name: /Desk One/ })).toBeVisible();

  await page.goto(new URL('/#/', page.url()).href);
  const tile = page.locator('a[data-pair]');
  await expect(tile).toContainText('mt-01');
  await expect(tile).toHaveAttribute('data-severity', /no-data|p1|p2/);

  await page.goto(new URL('/#/environments', page.url()).href);
  await page.getByRole('button', { name: /Remove.*Desk One/ }).click();
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: /Desk One/ })
    .click();
  await expect(page.getByRole('heading', { name: /Desk One/ })).toHaveCount(0);
});
