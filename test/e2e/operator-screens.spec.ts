import { expect, test } from '@playwright/test';
import type { PairView, Preflight } from '#shared/contract';
import { message, PLANNED_STEPS } from '#shared/domain';
import { pairTile } from '../renderer/pair-tile.ts';
import { instanceView, pairView, policyView, switchoverView, unmountedData } from '../renderer/pair-view.ts';
import { holds, LOOKS } from './looks.ts';
import { openPictured, picturedSpecs, topicsOf } from './pictured.ts';

// What an operator is shown, asked and told in states that a running pair hardly ever has.
picturedSpecs();

const NOW = Date.UTC(2026, 10, 23, 1, 25);
const PAIR = '#/pair/e/p';

/** Both serve at the same epoch. */
function twoServing(): PairView {
  const usual = pairView({}, NOW);
  const next = message('state.next.chooseOne');
  const tile = pairTile({
    ...usual.tile,
    ...{ state: 'split-brain', severity: 'p1', reason: message('state.splitBrain'), next },
  });
  return { ...usual, tile, instances: [instanceView({}, NOW), instanceView({ name: 'B', host: '10.8.3.12' }, NOW)] };
}

const choice: Preflight = {
  pairKey: 'e/p',
  to: 'B',
  from: 'A',
  planned: true,
  choice: true,
  plan: PLANNED_STEPS.map((step) => ({
    step,
    message: message(step === 'drain' ? 'plan.choice.drain' : `plan.${step}`, { to: 'B', from: 'A', epoch: 5 }),
    timeoutMs: 5_000,
  })),
  checks: [
    { id: 'serves', result: 'pass', message: message('preflight.serves.pass', { instance: 'B' }) },
    { id: 'goes', result: 'unknown', message: message('preflight.goes.unknown', { instance: 'A' }) },
  ],
  unknowns: [
    message('preflight.unknown.twoServed', { to: 'B', from: 'A' }),
    message('preflight.unknown.goes', { to: 'B', from: 'A' }),
  ],
  expectedOutageMs: 212,
  loss: null,
  needsApproval: false,
  refusal: null,
  token: 'token',
  expiresAtMs: NOW + 30_000,
};

/** A promotion that was asked for, seen from the console that cannot act. */
function asked(decision: NonNullable<PairView['policy']>['approval'] extends infer A ? A : never): PairView {
  const usual = pairView({}, NOW);
  const reason = message('state.nobodyServesLoss', { to: 'B', directory: '/mnt/peer-a/share', bound: 1_430 });
  const next = message('approval.next.decide', { operator: 'Li Lei', to: 'B' });
  return {
    ...usual,
    tile: pairTile({ ...usual.tile, state: 'outage', severity: 'p1', reason, next, primary: null }),
    instances: [
      instanceView({ verdict: 'gone', registration: null }, NOW),
      instanceView({ name: 'B', role: 'standby', status: 3, data: unmountedData() }, NOW),
    ],
    lock: { holder: 'other', name: 'ops-01#2211' },
    policy: policyView({ approval: decision }),
  };
}
const waiting = {
  ...{ id: 'i', operator: 'Li Lei', console: 'ops-01#2211', reason: 'The disks of A are gone for today' },
  ...{ to: 'B', incarnation: 'B-1', from: 'A', epoch: 4, acceptedLoss: 1_430 },
  ...{ askedAtMs: NOW - 60_000, untilMs: NOW + 480_000, decision: null, used: null, stale: null },
};
const loss = { bound: 1_430, reason: message('loss.noMount') };
const dryRun = { ...choice, planned: false, choice: false, loss, needsApproval: true };

for (const look of LOOKS)
  test(`a choice between two primaries and an approval hold at ${look.viewport.width}, ${look.locale}`, async ({
    browser,
  }) => {
    const context = await browser.newContext(look);
    const page = await context.newPage();
    const replies = { 'pair.preflight': choice, 'pair.dryRun': dryRun };
    await openPictured(page, { topics: topicsOf(twoServing()), replies, nowMs: NOW }, PAIR);
    await page.getByRole('button', { name: /^(B stays…|保留 B…)$/ }).click();
    await expect(page.getByRole('alertdialog').locator('[data-check="goes"]')).toBeVisible();
    await holds(page, 'the choice');
    await page.keyboard.press('Escape');
    await page.evaluate((value) => window.tell('pair:e/p', value), asked(waiting));
    await expect(page.locator('[data-approval="waiting"]')).toBeVisible();
    await holds(page, 'what is asked for');
    await page.getByRole('button', { name: /^(Look and decide…|查看并决定…)$/ }).click();
    await expect(page.getByRole('alertdialog').locator('[data-plan]').first()).toBeAttached();
    await holds(page, 'the decision');
    await context.close();
  });

test('the operator keeps one of two that serve, with its pair’s name typed', async ({ page }) => {
  const replies = { 'pair.preflight': choice, 'pair.promote': { operationId: 'op' } };
  await openPictured(page, { topics: topicsOf(twoServing()), replies, nowMs: NOW }, PAIR);
  await expect(page.getByRole('button', { name: 'A stays…' })).toBeVisible();
  await page.getByRole('button', { name: 'B stays…' }).click();
  const dialog = page.getByRole('alertdialog', { name: 'Keep B as primary of mt_equity' });
  await expect(dialog).toContainText('B stays, A goes');
  await expect(dialog).toContainText('What clients wrote to A alone since both serve is not on B');
  const act = dialog.getByRole('button', { name: 'Keep B as primary of mt_equity' });
  await expect(act).toBeDisabled();
  await dialog.getByLabel('Type mt_equity to confirm').fill('mt_equity');
  await act.click();
  await expect(dialog).toHaveCount(0);
  const sent = await page.evaluate(() => window.calls.filter(({ command }) => command === 'pair.promote'));
  expect(sent.map(({ input }) => input)).toEqual([
    { pairKey: 'e/p', to: 'B', token: 'token', confirmation: 'mt_equity' },
  ]);
});

/** The primary does not answer, and is let go by ZooKeeper within seven seconds, if it has ended. */
function counting(): PairView {
  const usual = pairView({}, NOW);
  const reason = message('state.primaryUnreachable', { instance: 'A' });
  const next = message('state.next.checkNetwork', { instance: 'A' });
  const actor = 'trading-desk-07 (10955)';
  return {
    ...usual,
    tile: pairTile({ ...usual.tile, state: 'suspect', severity: 'p1', reason, next }),
    instances: [instanceView({ verdict: 'unreachable-registered' }, NOW), usual.instances[1] ?? instanceView()],
    foresight: {
      ...{ holder: 'this', actor, successor: null, to: 'B', heldBy: [], ownTimeoutMs: 4_000 },
      sentence: message('foresight.waiting', { from: 'A', to: 'B', actor, seconds: 12 }),
      letGo: { instance: 'A', withinMs: 12_000, byMs: NOW + 7_000 },
    },
    deadEnd: {
      known: usual.instances.map(({ name }) =>
        message('deadEnd.verdict.unreachable-registered', { instance: name, reason: 'failover.verdict.unreachable' }),
      ),
      options: [
        { kind: 'promote', instance: 'B', message: message('option.promote', { instance: 'B' }) },
        { kind: 'wait', instance: null, message: message('option.wait.letGo', { from: 'A', to: 'B' }) },
      ],
    },
  };
}

for (const look of [...LOOKS, { ...LOOKS[1], locale: 'en-GB' }])
  test(`what is wrong, who acts when, and why are in sight at ${look.viewport.width}, ${look.locale}`, async ({
    browser,
  }) => {
    const context = await browser.newContext(look);
    const page = await context.newPage();
    await openPictured(page, { topics: topicsOf(counting()), nowMs: NOW }, PAIR);
    const actsNext = page.getByTestId('acts-next');
    await expect(actsNext.locator('[data-left="7"]')).toBeInViewport({ ratio: 1 });
    await expect(actsNext).toContainText('trading-desk-07 (10955)');
    await expect(actsNext).toBeInViewport({ ratio: 1 });
    await expect(page.locator('[data-option="promote"]').getByRole('button')).toBeInViewport({ ratio: 1 });
    const evidence = page.locator('[data-instance="A"] [data-says]');
    await expect(evidence).toHaveCount(2);
    for (const source of await evidence.all()) await expect(source).toBeInViewport({ ratio: 1 });
    await holds(page, 'a countdown');
    await context.close();
  });

test('an outcome that is not known is called that, and followed', async ({ page }) => {
  const failure = message('failover.call.timeout', { instance: 'B' });
  const usual = pairView({}, NOW);
  const unknown = switchoverView({
    ...{ outcome: 'unknown', startedAtMs: NOW - 9_000, endedAtMs: NOW - 2_000, outageMs: null, data: null, failure },
  });
  await openPictured(page, { topics: topicsOf({ ...usual, switchover: unknown }), nowMs: NOW }, PAIR);
  const result = page.getByTestId('switchover-result');
  await expect(result).toHaveAttribute('data-outcome', 'unknown');
  await expect(result).toContainText('not known yet');
  await expect(page.locator('[data-operation="op"]')).not.toContainText(/failed/i);
});
