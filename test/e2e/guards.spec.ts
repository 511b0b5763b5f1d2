import { expect, test } from './fixtures.ts';
import { other, PairScreen } from './pair.ts';

test('a maintenance keeps the console from acting until the operator ends it', async ({ console: running }) => {
  const pair = new PairScreen(await running.open());
  await pair.startPractice();
  const { page } = pair;
  const primary = await pair.primary();
  await page.getByText('Begin maintenance…').click();
  await page.getByRole('textbox', { name: 'Operator' }).first().fill('Li Lei');
  await page.getByRole('textbox', { name: 'Reason' }).fill('new disks');
  await page.getByRole('button', { name: /^Begin maintenance of/ }).click();
  await expect(page.locator('header[data-state]')).toHaveAttribute('data-state', 'maintenance');
  await expect(page.getByText(/In maintenance by Li Lei \(new disks\) until \d{4}-/)).toBeVisible();

  await pair.hurt('Kill', primary);
  await expect(pair.instance(primary)).toHaveAttribute('data-verdict', 'gone');
  await expect(pair.result).toHaveCount(0);
  await page.getByRole('button', { name: 'End maintenance' }).click();
  await expect(pair.result).toHaveAttribute('data-outcome', 'done');
  await expect(pair.instance(other(primary))).toHaveAttribute('data-role', 'primary');
});

test('a cooldown that is set on the page holds the next failover until it is acknowledged', async ({
  console: running,
}) => {
  const pair = new PairScreen(await running.open());
  await pair.startPractice();
  const { page } = pair;
  const first = await pair.primary();
  await page.getByText('Time-outs and limits…').click();
  await page.getByLabel('Cooldown after an automatic failover (ms)').fill('600000');
  await page.getByRole('textbox', { name: 'Operator' }).last().fill('Han');
  await page.getByRole('button', { name: 'Save the policy' }).click();
  await expect(page.getByText(/Last changed by Han/)).toBeVisible();

  await pair.hurt('Kill', first);
  await expect(pair.result).toHaveAttribute('data-outcome', 'done');
  await expect(page.getByText('1, no cap')).toBeVisible();
  await expect(page.getByText(/its cooldown lasts until \d{4}-/)).toBeVisible();
  await page.getByRole('button', { name: 'Acknowledge and end the cooldown' }).click();
  await expect(page.getByText('No cooldown')).toBeVisible();
});

test('a calendar written on the page says what holds now', async ({ console: running }) => {
  const pair = new PairScreen(await running.open());
  await pair.startPractice();
  const { page } = pair;
  await page.getByText('Market calendar…').click();
  const phases = page.getByRole('textbox', { name: 'Phases, one a line' });
  await phases.fill('1-7 00:00-24:00 never all day');
  await expect(page.getByText('Line 1 is not right')).toBeVisible();
  await phases.fill('1-7 00:00-24:00 assist all day');
  await page.getByRole('button', { name: 'Save the calendar' }).click();
  await expect(page.getByText('Now: all day, Assist')).toBeVisible();
  await expect(page.getByText(/The calendar has assist in phase all day/)).toBeVisible();
});
