import { expect, test } from '@playwright/test';
import { holds, LOOKS } from './looks.ts';
import { EMPTY_FLEET, openPictured, picturedSpecs } from './pictured.ts';

picturedSpecs();

const PRINT = 'SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDvEEMKh9q6W2eaaaa';
const SECRET = 'a password of nobody';
const fleet = EMPTY_FLEET;

for (const look of LOOKS) {
  test(`a server is filled in, its key accepted and its password kept, ${look.locale}`, async ({ browser }) => {
    const page = await (await browser.newContext(look)).newPage();
    const replies = {
      'servers.test': { kind: 'unknown-key', host: '10.0.0.11:22', fingerprint: PRINT, evidence: [] },
      'secrets.look': { place: 'memory', stored: false },
      'secrets.set': { place: 'memory' },
    };
    await openPictured(page, { topics: { fleet }, replies, nowMs: Date.UTC(2026, 10, 23) }, '#/environments/new');
    const server = page.getByTestId('server-fields').first();
    await server.locator('summary').click();
    await server.locator('select').first().selectOption('ssh');
    const field = (name: string) => server.locator(`[name$=".server.${name}"]`);
    await field('access.host').fill('10.0.0.11');
    await field('access.user').fill('kuantu');
    await field('access.auth.type').selectOption('password');
    await field('mount.target').fill('mnt/peer');
    await field('mount.source').fill('10.0.0.12:/export/share');
    await expect(field('mount.target')).toHaveAttribute('aria-invalid', 'true');
    await expect(server.locator('[data-secret-place]')).toHaveAttribute('data-secret-place', 'memory');

    // The password goes to main at once, and is nowhere on the screen afterwards.
    await server.locator('input[type="password"]').fill(SECRET);
    const actions = server.locator('button');
    await actions.first().click();
    await expect(server.locator('input[type="password"]')).toHaveValue('');
    const kept = await page.evaluate(() => window.calls.filter(({ command }) => command === 'secrets.set'));
    expect(kept.map(({ input }) => input)).toEqual([{ host: '10.0.0.11', user: 'kuantu', password: SECRET }]);
    expect(await page.content()).not.toContain(SECRET);

    await actions.last().click();
    const key = server.locator('[data-connection="unknown-key"]');
    await expect(key.locator('code')).toHaveText(PRINT);
    await holds(page, 'server');
    await key.getByRole('button').click();
    const tests = () => page.evaluate(() => window.calls.filter(({ command }) => command === 'servers.test'));
    await expect.poll(async () => (await tests()).length).toBe(2);
    expect((await tests()).map(({ input }) => (input as { accept?: string }).accept ?? null)).toEqual([null, PRINT]);
  });
}

test("ZooKeeper's password is kept under the environment, and is nowhere on the screen afterwards", async ({
  browser,
}) => {
  const page = await (await browser.newContext(LOOKS[1])).newPage();
  const replies = { 'secrets.look': { place: 'secret-tool', stored: false }, 'secrets.set': { place: 'secret-tool' } };
  await openPictured(page, { topics: { fleet }, replies, nowMs: Date.UTC(2026, 10, 23) }, '#/environments/new');
  await page.locator('[name="id"]').fill('desk');
  await page.locator('[name="zookeeper.digest.type"]').selectOption('digest');
  await page.locator('[name="zookeeper.digest.user"]').fill('mt');
  await expect(page.locator('[data-secret-place]')).toHaveAttribute('data-secret-place', 'secret-tool');
  await holds(page, 'login');
  await page.locator('input[type="password"]').first().fill(SECRET);
  await page.getByRole('button', { name: '保存密码' }).first().click();
  const kept = () => page.evaluate(() => window.calls.filter(({ command }) => command === 'secrets.set'));
  await expect.poll(async () => (await kept()).length).toBe(1);
  expect((await kept())[0]?.input).toEqual({ host: 'zookeeper:desk', user: 'mt', password: SECRET });
  await expect(page.locator('input[type="password"]').first()).toHaveValue('');
  expect(await page.content()).not.toContain(SECRET);
});

test('single checks have intervals of their own, of a pair beside those of its environment', async ({ browser }) => {
  const page = await (await browser.newContext(LOOKS[0])).newPage();
  await openPictured(page, { topics: { fleet }, nowMs: Date.UTC(2026, 10, 23) }, '#/environments/new');
  const [ofEnvironment, ofPair] = [0, 1].map((index) => page.getByTestId('check-intervals').nth(index));
  if (!ofEnvironment || !ofPair) throw new Error('no fields');
  await ofEnvironment.locator('summary').click();
  await ofPair.locator('summary').click();
  const field = (name: string) => page.locator(`[name="${name}"]`);
  const placeholder = (id: string) => expect(field(`pairs.0.checkIntervals.${id}`));
  await placeholder('todb').toHaveAttribute('placeholder', 'Empty: on demand alone');
  await field('checkIntervalMs').fill('60000');
  await field('checkIntervals.mount').fill('5');
  await field('checkIntervals.mount').blur();
  await expect(field('checkIntervals.mount')).toHaveAttribute('aria-invalid', 'true');
  await field('checkIntervals.mount').fill('10000');
  await expect(field('checkIntervals.mount')).not.toHaveAttribute('aria-invalid', 'true');
  await placeholder('mount').toHaveAttribute('placeholder', 'Empty: 10,000');
  await placeholder('todb').toHaveAttribute('placeholder', 'Empty: 300,000');
  await placeholder('process').toHaveAttribute('placeholder', 'Empty: 60,000');
  await holds(page, 'intervals');
});

test('a key that has changed stops with both fingerprints, and cannot be accepted', async ({ browser }) => {
  const page = await (await browser.newContext(LOOKS[0])).newPage();
  const replies = {
    'servers.test': { kind: 'changed-key', host: 'h:22', now: PRINT, expected: 'SHA256:before', remedy: null },
  };
  await openPictured(page, { topics: { fleet }, replies, nowMs: Date.UTC(2026, 10, 23) }, '#/environments/new');
  const server = page.getByTestId('server-fields').first();
  await server.locator('summary').click();
  await server.locator('select').first().selectOption('ssh');
  await server.locator('[name$=".server.access.host"]').fill('h');
  await server.locator('[name$=".server.access.user"]').fill('kuantu');
  await server.getByRole('button', { name: 'Test the connection' }).click();
  const changed = server.locator('[data-connection="changed-key"]');
  await expect(changed).toContainText(PRINT);
  await expect(changed).toContainText('SHA256:before');
  await expect(changed.getByRole('button')).toHaveCount(0);
});
