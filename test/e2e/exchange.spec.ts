import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Download } from '@playwright/test';
import { expect, test } from './fixtures.ts';

const instance = (name: string, port: number, credential: object | null = null) => ({
  name,
  host: '127.0.0.1',
  t2Port: port,
  f2Port: port + 1,
  credential,
});
const environment = (id: string, name: string) => ({
  id,
  name,
  zookeeper: { connectString: '127.0.0.1:1' },
  pairs: [
    {
      id: 'oms',
      system: 'O3',
      node: `mt-${id}`,
      instances: [instance('A', 7_001, { system: 'O3', sessionId: 's3cret-session' }), instance('B', 7_003)],
    },
  ],
});
const config = join(tmpdir(), `kuantu-exchange-${process.pid}.json`);

test.use({ consoleArguments: ['--config', config] });
test.afterEach(() => rmSync(config, { force: true }));
test.beforeEach(() => {
  writeFileSync(config, JSON.stringify({ version: 1, environments: [environment('one', 'Desk One')] }));
});

async function textOf(download: Download): Promise<string> {
  return readFileSync(await download.path(), 'utf8');
}

test('environments leave as a file without secrets, and come back shown beside what is there', async ({
  console: running,
}, testInfo) => {
  test.skip(testInfo.project.name === 'electron', 'Electron asks where to keep a file.');
  const page = await running.open();
  await page.goto(new URL('/#/environments', page.url()).href);
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export Desk One' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^kuantu-one-\d{4}-\d\d-\d\d\.json$/);
  const exported = await textOf(download);
  expect(exported).toContain('Desk One');
  expect(exported).not.toContain('s3cret-session');

  const file = JSON.parse(exported) as { environments: object[] };
  const broken = exported.replace('"t2Port": 7003', '"t2Port": 70030');
  const changed = JSON.stringify({
    ...file,
    environments: [JSON.parse(exported.replace('Desk One', 'Desk First')).environments[0], environment2(exported)],
  });
  await page.getByRole('button', { name: 'Import…' }).click();
  const dialog = page.getByRole('alertdialog');
  const choose = (text: string) =>
    dialog
      .getByLabel('File to import')
      .setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  await choose(broken);
  await expect(dialog.getByText('/environments/0/pairs/0/instances/1/t2Port')).toBeVisible();
  await expect(dialog.getByText(/line \d+, column \d+/)).toBeVisible();

  await choose(changed);
  await expect(dialog.getByRole('row', { name: /name "Desk One" "Desk First"/ })).toBeVisible();
  const replace = dialog.getByRole('checkbox', { name: /Replace Desk First/ });
  // What would be overwritten is not chosen by itself; what is new is.
  await expect(replace).not.toBeChecked();
  await expect(dialog.getByRole('checkbox', { name: /Import Desk Two/ })).toBeChecked();
  await replace.check();
  await dialog.getByRole('button', { name: 'Import 1, replace 1' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Environments imported: 1; replaced: 1.' })).toBeVisible();
  await expect(page.getByRole('heading', { name: /Desk First/ })).toBeVisible();
  await expect(page.getByRole('heading', { name: /Desk Two/ })).toBeVisible();
  // The stored session stays with its instance, and came from no file.
  expect(readFileSync(config, 'utf8').match(/s3cret-session/g)).toHaveLength(1);
});

function environment2(exported: string): object {
  return JSON.parse(
    exported.replaceAll('mt-one', 'mt-two').replace('"id": "one"', '"id": "two"').replace('Desk One', 'Desk Two'),
  ).environments[0];
}
