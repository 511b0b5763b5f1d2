import { expect, test } from './fixtures.ts';

test('a second browser cannot use a link that was used', async ({ console: running, playwright }) => {
  test.skip(running.url === undefined, 'the Electron shell has no address');
  const url = running.url ?? '';
  await running.open();
  const stranger = await playwright.request.newContext();
  expect((await stranger.get(url, { maxRedirects: 0 })).status()).toBe(401);
  expect((await stranger.get(new URL('/', url).href)).status()).toBe(401);
  expect((await stranger.get(url, { headers: { Origin: 'http://evil.example' }, maxRedirects: 0 })).status()).toBe(403);
  await stranger.dispose();
});

test('a console that goes away is not shown as if it were there', async ({ console: running }) => {
  test.skip(running.url === undefined, 'the Electron window goes with its main process');
  const page = await running.open();
  await page.getByTestId('start-practice').click();
  await page.goto(new URL('/#/', page.url()).href);
  const tile = page.locator('a[data-pair]');
  await expect(tile).toHaveAttribute('data-freshness', 'live');
  running.process.kill('SIGKILL');
  await expect(page.getByText('No link to the console since').first()).toBeVisible();
  await expect(tile).not.toHaveAttribute('data-freshness', 'live');
});
