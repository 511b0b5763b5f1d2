import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';

const config = join(tmpdir(), `kuantu-twin-${process.pid}.json`);
const instance = (name: string, port: number) => ({ name, host: '127.0.0.1', t2Port: port, f2Port: port + 1 });

test.use({ consoleArguments: ['--config', config] });
test.afterEach(() => rmSync(config, { force: true }));
test.beforeEach(() => {
  const pair = {
    id: 'oms',
    system: 'O45',
    node: 'mt-01',
    policy: 'assist',
    instances: [instance('甲', 1), instance('乙', 3)],
  };
  const environment = { id: 'prod', name: 'Desk', zookeeper: { connectString: '127.0.0.1:1' }, pairs: [pair] };
  writeFileSync(config, JSON.stringify({ version: 1, environments: [environment] }));
});

test('a configured pair is rehearsed on a practice twin with its names and its policy', async ({
  console: running,
}) => {
  const page = await running.open();
  await page.goto(new URL('/#/pair/prod/oms', page.url()).href);
  await page.getByRole('button', { name: 'Start a practice twin' }).click();
  await expect(page).toHaveURL(/practice\/oms/, { timeout: 30_000 });
  await expect(page.getByRole('heading', { name: /mt-01/ })).toBeVisible();
  await expect(page.getByText('Practice', { exact: true })).toBeVisible();
  await expect(page.getByRole('region', { name: /甲/ }).first()).toBeVisible();
  await page.goto(new URL('/#/pair/prod/oms', page.url()).href);
  await expect(page.getByRole('link', { name: 'Go to the practice twin' })).toBeVisible();
});
