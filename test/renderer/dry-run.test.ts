import { expect, it } from 'vitest';
import { dryRunText } from '#renderer/features/switchover';
import { createWords, formatsFor, type Words } from '#renderer/i18n';
import type { DryRun } from '#shared/contract';
import { message } from '#shared/domain';
import { saidParams } from '#shared/i18n';

const AT = Date.UTC(2026, 10, 23, 1, 25);

function words(locale: 'zh-CN' | 'en'): Words {
  const { t } = createWords(locale);
  const f = formatsFor(locale);
  return {
    locale,
    t: (key, params) => t(key, params ?? {}),
    say: ({ key, params }) => t(key, saidParams(params, locale, f.moment)),
    f,
  };
}

const dryRun: DryRun = {
  pairKey: 'e/p',
  to: 'B',
  from: 'A',
  planned: true,
  choice: false,
  plan: [
    { step: 'lock', message: message('plan.lock', { to: 'B' }), timeoutMs: 5_000 },
    { step: 'open-route', message: message('plan.open-route', { to: 'B' }), timeoutMs: null },
  ],
  checks: [
    { id: 'calm', result: 'pass', message: message('preflight.calm.pass') },
    { id: 'driver', result: 'fail', message: message('preflight.driver.fail') },
  ],
  unknowns: [message('preflight.unknown.clients')],
  expectedOutageMs: null,
  loss: null,
  needsApproval: false,
  refusal: message('preflight.refusal.driverNode'),
};

it('a dry run reads as text: what it is, why it would be refused, the worst check first, every step with its time', () => {
  const text = dryRunText(words('en'), dryRun, 'mt-01', AT);
  expect(text.split('\n')).toEqual([
    'Dry run: mt-01 to B',
    expect.stringMatching(/^As of 2026-11-23 .*; nothing has been done$/),
    'What it is: Planned switchover',
    'Primary: A → B',
    'Expected outage: not known: never switched before',
    'The nodes of this pair switch over by themselves (driver: node); the console promotes nobody',
    '',
    'What was checked',
    '- failed: The nodes switch over by themselves (driver: node)',
    '- passed: The console runs steadily',
    '',
    'It would be refused now; otherwise the steps, in order',
    '1. Lock: Ask ZooKeeper whether this console leads, and B whether it may be promoted (at most 5 s)',
    '2. Open route: Open the route for B',
    '',
    'What cannot be known from here',
    '- When clients connect to the new primary cannot be seen from here',
    '',
  ]);
  expect(dryRunText(words('zh-CN'), dryRun, 'mt-01', AT)).toContain('现在会被拒绝；否则将依次执行\n1. 加锁：');
});

it('says no length of an outage that would last until somebody ends it', () => {
  const refusal = message('preflight.refusal.nothingStops', { instance: 'A' });
  const text = (locale: 'en' | 'zh-CN') =>
    dryRunText(words(locale), { ...dryRun, refusal, expectedOutageMs: 212 }, 'mt-01', AT);
  expect(text('en')).toContain('Expected outage: until somebody stops A\n');
  expect(text('zh-CN')).toContain('直到有人停止 A\n');
});
