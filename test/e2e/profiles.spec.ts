import { expect, test } from './fixtures.ts';

const SAMPLE = `<?xml version="1.0" encoding="UTF-8"?>
<cfg><mt id="mt-01"><port>7001</port></mt><mt id="mt-02"><port>7001</port></mt>
<beat expiry="120"/><mode>pair</mode><password>not-to-be-shown</password></cfg>`;

test("a profile is made by pointing at the values of a site's own sample, and the wizard offers it", async ({
  console: running,
}, testInfo) => {
  const page = await running.open();
  await page.getByRole('link', { name: 'Environments' }).first().click();
  await page.getByRole('button', { name: 'Profiles…' }).click();
  await expect(page.getByRole('heading', { name: /^attributes/ })).toContainText('assumption');

  const choose = (content: string) =>
    page
      .getByLabel('Sample file')
      .setInputFiles({ name: 'alg_tran_mp.xml', mimeType: 'text/xml', buffer: Buffer.from(content) });
  await choose('<!DOCTYPE a><a/>');
  await expect(page.getByText('alg_tran_mp.xml:1:1: a DOCTYPE (DTD, external entities) is not allowed')).toBeVisible();

  await choose(SAMPLE);
  await expect(page.getByText('Root element <cfg>, encoding UTF-8.', { exact: false })).toBeVisible();
  await expect(page.getByText('not-to-be-shown')).toHaveCount(0);
  const save = page.getByRole('button', { name: /^Save/ });
  await expect(save).toBeDisabled();
  await page.getByLabel('Find a value or a place').fill('mt-02');
  await page.getByLabel("Field of /cfg/mt[@id='mt-02']/port").selectOption('node.t2.port');
  await page.getByLabel('Find a value or a place').fill('');
  await page.getByLabel('Field of /cfg/beat/@expiry').selectOption('session.expiryMs');
  await page.getByLabel('Unit in the file').selectOption('seconds');
  await page.getByLabel('Field of /cfg/mode').selectOption('svr_mode');
  await page.getByLabel('What the file has for 0').fill('pair');
  await page.getByLabel('What the file has for 1').fill('single');
  await page.getByLabel('Name of the profile').fill('Site A');
  await save.click();
  await expect(page.getByText('Site A: name: Lower-case letters', { exact: false })).toBeVisible();
  await page.getByLabel('Name of the profile').fill('site-a');
  await page.screenshot({ path: testInfo.outputPath('pick.png') });
  await page.getByRole('button', { name: 'Save (fields: 3)' }).click();
  await expect(page.getByText('The profile site-a is kept.')).toBeVisible();
  await expect(page.getByRole('heading', { name: /^site-a/ })).toContainText("site's own");
  await page.screenshot({ path: testInfo.outputPath('list.png') });

  await page.getByRole('button', { name: 'Close' }).click();

  // From then on the wizard offers it.
  await page.getByRole('link', { name: 'Set a pair up' }).click();
  await page.getByTestId('setup-new').click();
  await page.getByRole('link', { name: /mt node/ }).click();
  await page.locator('[data-field="node.profile"]').selectOption('site-a');

  await page.getByRole('link', { name: 'Environments' }).first().click();
  await page.getByRole('button', { name: 'Profiles…' }).click();
  await page.getByRole('button', { name: 'Remove site-a' }).click();
  await page.getByRole('button', { name: 'Remove site-a' }).click();
  await expect(page.getByRole('heading', { name: /^site-a/ })).toHaveCount(0);
});
