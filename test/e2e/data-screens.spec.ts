import { expect, test } from '@playwright/test';
import type { PairView, Preflight } from '#shared/contract';
import { ANY_LOSS, message } from '#shared/domain';
import { sentence } from '#shared/i18n';
import { pairTile } from '../renderer/pair-tile.ts';
import { pairView, primaryData, standbyData, switchoverView, unmountedData } from '../renderer/pair-view.ts';
import { holds, LOOKS } from './looks.ts';
import { openPictured, picturedSpecs, topicsOf } from './pictured.ts';

// The screen alone, told what to show: states that a running pair passes through too quickly, or hardly ever.
picturedSpecs();

const NOW = Date.UTC(2026, 10, 23, 1, 25);
const DIRECTORY = '/mnt/peer-a/share';
const PAIR = '#/pair/e/p';

/** The pair with A as primary and what is other than well in it. */
function pair(change: (usual: PairView) => Partial<PairView>): PairView {
  const usual = pairView({}, NOW);
  return { ...usual, ...change(usual) };
}
function instances(view: PairView, ...overs: Partial<PairView['instances'][number]>[]): PairView['instances'] {
  return view.instances.map((instance, index) => ({ ...instance, ...overs[index] }));
}

const mountMissing = message('sync.mountMissing', { directory: DIRECTORY, detail: 'ENOENT' });
const unmounted = pair((usual) => ({
  tile: pairTile({
    ...usual.tile,
    state: 'degraded',
    severity: 'p2',
    reason: message('state.syncFailed', { ...mountMissing.params, instance: 'B', reason: mountMissing.key }),
    next: message('state.next.checkDirectory', { instance: 'B', directory: DIRECTORY }),
  }),
  instances: instances(
    usual,
    { data: primaryData({ confirmedLsn: 1_203_080 }) },
    { status: 3, data: unmountedData(), note: sentence('en', mountMissing) },
  ),
}));
const loading = pair((usual) => ({
  instances: instances(
    usual,
    { verdict: 'gone', registration: null, dataAtMs: NOW - 14_000 },
    { role: 'promoting', data: standbyData({ lag: null, load: { done: 412_000, total: 1_000_000 } }) },
  ),
  switchover: switchoverView({ outcome: 'running', endedAtMs: null, data: null, startedAtMs: NOW - 2_000 }),
}));
const lossy = pair((usual) => ({
  route: usual.route && { ...usual.route, instance: 'B', epoch: 5 },
  instances: instances(
    usual,
    {
      role: 'standby',
      data: standbyData({
        aside: { writes: 3, records: 5, fromLsn: 1_204_513, epoch: 4, file: 'aside-e4-1204513-1204517-3.redo' },
      }),
    },
    {
      role: 'primary',
      data: primaryData({
        takeover: {
          epoch: 5,
          acknowledgedLsn: null,
          presentLsn: 1_204_512,
          complete: false,
          lossBound: 3,
          duplicated: 0,
        },
        todb: {
          ...primaryData().todb,
          state: 'unreachable',
          backlog: 52_000,
          reason: message('todb.unreachable', { database: 'kuantu@10.8.3.20', detail: 'ECONNREFUSED' }),
          matchesPeer: false,
        },
      }),
    },
  ),
  switchover: switchoverView({
    startedAtMs: NOW - 9_000,
    endedAtMs: NOW - 8_000,
    data: { acknowledged: 1_204_515, present: 1_204_512, lost: 3, lossBound: 3, duplicated: 0 },
  }),
}));

function preflight(bound: number | null): Preflight {
  return {
    pairKey: 'e/p',
    to: 'B',
    from: 'A',
    planned: false,
    choice: false,
    plan: [
      { step: 'close-route', message: message('plan.close-route', { epoch: 5, to: 'B' }), timeoutMs: 5_000 },
      { step: 'open-route', message: message('plan.open-route', { to: 'B' }), timeoutMs: 5_000 },
    ],
    checks: [{ id: 'lock', result: 'pass', message: message('preflight.lock.pass') }],
    unknowns: [],
    expectedOutageMs: 212,
    loss: { bound, reason: mountMissing },
    needsApproval: false,
    refusal: null,
    token: 'token',
    expiresAtMs: NOW + 30_000,
  };
}

for (const [name, view] of Object.entries({ usual: pairView({}, NOW), unmounted, loading, lossy }))
  test(`data that is ${name} holds at both sizes, in both themes and both languages`, async ({ browser }) => {
    for (const look of LOOKS) {
      const context = await browser.newContext(look);
      const page = await context.newPage();
      await openPictured(page, { topics: topicsOf(view), nowMs: NOW }, PAIR);
      await expect(page.locator('[data-data-of="B"]')).toBeVisible();
      await holds(page, `${look.locale} ${look.colorScheme} ${look.viewport.width}`);
      await context.close();
    }
  });

test('a standby whose mount is gone says where to look, and the command can be copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read']);
  await openPictured(page, { topics: topicsOf(unmounted), nowMs: NOW }, PAIR);
  const standby = page.locator('[data-data-of="B"]');
  await expect(standby.getByTestId('sync')).toContainText(`The mount directory ${DIRECTORY} does not exist`);
  await expect(standby.getByTestId('loss-bound')).toContainText('at most 1,430 acknowledged records would be missing');
  // Once, in the operator's language: not again as the node's own words.
  await expect(page.locator('[data-instance="B"]')).toContainText('3 · failed');
  await expect(page.locator('[data-instance="B"]')).not.toContainText('does not exist');
  // Above the fold, without scrolling: what is wrong, what to do, and the command.
  const command = page.getByRole('button', { name: `Copy: df -h ${DIRECTORY}` }).first();
  await expect(command).toBeInViewport();
  await command.click();
  await expect(command).toHaveText('Copied');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`df -h ${DIRECTORY}`);
});

test('figures change in place', async ({ page }) => {
  const view = pairView({}, NOW);
  await openPictured(page, { topics: topicsOf(view), nowMs: NOW }, PAIR);
  const panel = page.locator('[data-data-of="B"]');
  await expect(panel.getByTestId('lag')).toContainText('2 records');
  const places = () =>
    page
      .locator('[data-data-of]')
      .locator('dt, dd')
      .evaluateAll((all) => all.map((element) => Math.round(element.getBoundingClientRect().top)));
  const before = await places();
  const later = {
    ...view,
    instances: instances(
      view,
      { data: primaryData({ lsn: 1_888_888, acknowledgedLsn: 1_888_880, confirmedLsn: 1_887_000 }) },
      { data: standbyData({ lsn: 1_887_000, lag: { records: 1_888, bytes: 200_128, seconds: 1.1 } }) },
    ),
  };
  await page.evaluate((value) => window.tell('pair:e/p', value), later);
  await expect(panel.getByTestId('lag')).toContainText('1,888 records');
  expect(await places()).toEqual(before);
});

test('a promotion that may lose writes is sent only with the name and the loss typed', async ({ page }) => {
  const replies = { 'pair.preflight': preflight(1_430), 'pair.promote': { operationId: 'op' } };
  await openPictured(page, { topics: topicsOf(unmounted), replies, nowMs: NOW }, PAIR);
  await page.getByRole('button', { name: 'Promote B…' }).click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog.getByTestId('promote-loss')).toContainText('may lose up to 1,430 acknowledged records');
  await expect(dialog.getByTestId('promote-loss')).toContainText('refused and nothing is changed');
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await holds(page, 'dialog with a loss');
  const act = dialog.getByRole('button', { name: 'Fail mt_equity over to B' });
  await dialog.getByLabel('Type mt_equity to confirm').fill('mt_equity');
  await expect(act).toBeDisabled();
  await dialog.getByLabel('Type 1,430 to accept this loss').fill('143');
  await expect(act).toBeDisabled();
  await page.keyboard.press('Enter');
  await dialog.getByLabel('Type 1,430 to accept this loss').fill('1430');
  await act.click();
  await expect(dialog).toHaveCount(0);
  const sent = await page.evaluate(() => window.calls.filter(({ command }) => command === 'pair.promote'));
  expect(sent.map(({ input }) => input)).toEqual([
    { pairKey: 'e/p', to: 'B', token: 'token', confirmation: 'mt_equity', acceptedLoss: 1_430 },
  ]);
});

test('where nobody can say how much, any loss has to be accepted in words', async ({ browser }) => {
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1024, height: 700 } });
  const page = await context.newPage();
  const replies = { 'pair.preflight': preflight(null), 'pair.promote': { operationId: 'op' } };
  await openPictured(page, { topics: topicsOf(unmounted), replies, nowMs: NOW }, PAIR);
  await page.getByRole('button', { name: '升主 B…' }).click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog.getByTestId('promote-loss')).toContainText('数量无法判断');
  await dialog.getByLabel('输入 mt_equity 以确认').fill('mt_equity');
  const act = dialog.getByRole('button', { name: '将 mt_equity 故障切换到 B' });
  await expect(act).toBeDisabled();
  await dialog.getByLabel('输入“接受任何丢失”以接受').fill('接受任何丢失');
  await act.click();
  const sent = await page.evaluate(() => window.calls.find(({ command }) => command === 'pair.promote')?.input);
  expect(sent).toMatchObject({ acceptedLoss: ANY_LOSS });
  await context.close();
});
