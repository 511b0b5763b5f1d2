import { describe, expect, it, vi } from 'vitest';
import { ApprovalBanner, standingOf } from '#renderer/features/approval';
import { createLink, ScreenContext } from '#renderer/state';
import type { PairView } from '#shared/contract';
import { ANY_LOSS, message } from '#shared/domain';
import { fakeBridge, fakeTimers } from './fake-bridge.ts';
import { pairView, policyView } from './pair-view.ts';
import { render, textOf } from './render.tsx';

const NOW = 1_800_000_000_000;
vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
type Asked = NonNullable<NonNullable<PairView['policy']>['approval']>;

const asked: Asked = {
  ...{ id: 'i', operator: 'Li Lei', console: 'ops-1', reason: 'disks are gone' },
  ...{ to: 'B', incarnation: 'B-1', from: 'A', epoch: 4, acceptedLoss: 1_430 },
  ...{ askedAtMs: NOW, untilMs: NOW + 60_000, decision: null, used: null, stale: null },
};
const approved = { operator: 'Han Mei', console: 'ops-2', approves: true, atMs: NOW };

function banner(over: Partial<Asked>, locale: 'zh-CN' | 'en' = 'en', lock: PairView['lock']['holder'] = 'this') {
  const pair = pairView({
    policy: policyView({ approval: { ...asked, ...over } }),
    lock: { holder: lock, name: 'ops-9' },
  });
  const link = createLink(fakeBridge().bridge, fakeTimers());
  const node = <ApprovalBanner pair={pair} onBegun={() => undefined} />;
  return textOf(render(<ScreenContext value={{ link, info: null }}>{node}</ScreenContext>, locale));
}

describe('what was asked for', () => {
  it('is shown with who, how much, why and for how long, and can be decided on', () => {
    expect(banner({})).toMatch(/Li Lei asks to promote B.*up to 1,430.*disks are gone.*ops-1.*1 min.*Look and decide…/);
    expect(banner({ acceptedLoss: ANY_LOSS }, 'zh-CN')).toMatch(/Li Lei 申请将 B 升主.*接受任何丢失.*查看并决定/);
  });

  it('is carried out where the lock is, once it is approved', () => {
    expect(banner({ decision: approved })).toMatch(/Han Mei has approved.*Fail mt_equity over to B/);
    expect(banner({ decision: approved }, 'en', 'other')).toContain('carried out at console ops-9');
  });

  it('says why it does not hold any more, or who turned it down, and is gone when it is over', () => {
    const stale = message('approval.stale.epoch', { epoch: 4, found: 5 });
    expect(banner({ decision: approved, stale })).toMatch(/does not hold any more.*was 4 and is 5/);
    expect(banner({ decision: { ...approved, approves: false } }, 'zh-CN')).toContain('已被 Han Mei 拒绝或撤回');
    expect(banner({ untilMs: NOW })).toBe('');
    expect(standingOf({ ...asked, decision: approved, used: approved }, NOW)).toBe('over');
  });
});
