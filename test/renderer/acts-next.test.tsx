import { expect, it, vi } from 'vitest';
import { ActsNext } from '#renderer/features/pair';
import type { ForesightView, PairState } from '#shared/contract';
import { type Message, message } from '#shared/domain';
import { render, textOf } from './render.tsx';

const NOW = 1_800_000_000_000;
vi.useFakeTimers({ now: NOW, toFake: ['Date'] });

const people = { from: 'A', to: 'B', actor: 'desk-7' };
const waiting: ForesightView = {
  ...{ holder: 'this', actor: 'desk-7', successor: null, to: 'B', heldBy: [], ownTimeoutMs: 4_000 },
  sentence: message('foresight.waiting', { ...people, seconds: 6 }),
  letGo: { instance: 'A', withinMs: 6_000, byMs: NOW + 4_200 },
};
const held: ForesightView = {
  ...waiting,
  sentence: message('foresight.held', { ...people, count: 2 }),
  heldBy: [message('blocker.standbyGone', { instance: 'B' }), message('blocker.policy.assist')],
};
function shown(
  foresight: ForesightView | undefined,
  {
    state = 'suspect',
    known = [],
    locale = 'en',
  }: { state?: PairState; known?: Message[]; locale?: 'en' | 'zh-CN' } = {},
): string {
  return textOf(render(<ActsNext state={state} foresight={foresight} known={known} />, locale));
}

it('counts down until ZooKeeper lets the primary go, and says who acts then', () => {
  expect(shown(waiting)).toBe(
    'Who acts in 5 s at most: If A has ended, ZooKeeper lets it go within the time shown; then desk-7 promotes B',
  );
  expect(shown(waiting, { locale: 'zh-CN' })).toMatch(/^由谁动作 最迟 5 秒后： 若 A 已退出.*由 desk-7 把 B 升为主机$/);
});

it('shows no time that is over, or that nothing follows from', () => {
  const over = { instance: 'A', withinMs: 6_000, byMs: NOW - 1 };
  expect(shown({ ...waiting, letGo: over })).not.toContain('at most');
  expect(shown({ ...waiting, sentence: message('foresight.now', people) })).toBe(
    'Who acts desk-7 is about to promote B',
  );
});

it('says in words what keeps it from happening, unless that is said beneath', () => {
  expect(shown(held)).toBe(
    'Who acts Nobody by itself. The standby B is gone: there is nobody to promote (1 more under Policy)',
  );
  const known = [message('blocker.standbyGone', { instance: 'B' })];
  expect(shown(held, { known })).toContain('The policy is assist');
  expect(shown(held, { known: held.heldBy })).toMatch(/Nothing switches over to B by itself now/);
  expect(shown(held, { locale: 'zh-CN' })).toMatch(/不会自动动作。备机 B 已退出.*（另有 1 项，见“策略”一栏）$/);
});

it('is not there where nothing is asked of anybody', () => {
  for (const state of ['normal', 'degraded', 'maintenance'] as const) expect(shown(waiting, { state })).toBe('');
  expect(shown(undefined)).toBe('');
});
