import { describe, expect, it } from 'vitest';
import { judgeSelfPromotion, type SelfPromotionFacts } from '#mtnode/leadership';
import type { Registration } from '#shared/domain';
import { other, route } from '../records.ts';

describe('the standby’s own promotion', () => {
  const base: SelfPromotionFacts = {
    driver: 'node',
    single: false,
    instance: 'B',
    role: 'standby',
    status: 2,
    route: route({ driver: 'node' }),
    primary: { registration: other({ instance: 'A', incarnation: 'a1', role: 'primary' }), registered: false },
    followed: 'a1',
    hasTaken: false,
    isDataUsable: true,
    connected: true,
  };
  it('is looked into once the followed primary is gone, and at once when it says so', () => {
    expect(judgeSelfPromotion(base)).toBe('ask');
    const stopped = other({ instance: 'A', incarnation: 'a1', role: 'stopped' });
    expect(judgeSelfPromotion({ ...base, primary: { registration: stopped, registered: true } })).toBe('act');
  });

  it('is looked into at once when the primary says that it has let go of the epoch', () => {
    const { epoch } = route();
    const judged = (change: Partial<Registration>) => {
      const said = other({ instance: 'A', incarnation: 'a1', role: 'standby', steppedDownEpoch: epoch, ...change });
      return judgeSelfPromotion({ ...base, primary: { registration: said, registered: true } });
    };
    expect(judged({})).toBe('act');
    expect(judged({ role: 'starting' })).toBe('act');
    expect(judged({ steppedDownEpoch: epoch - 1 })).toBe('no');
    expect(judged({ steppedDownEpoch: null })).toBe('no');
    expect(judged({ role: 'primary' })).toBe('no');
    expect(judged({ incarnation: 'a2' })).toBe('no');
  });
  it.each<[string, Partial<SelfPromotionFacts>]>([
    ['the driver is the console', { driver: 'console' }],
    ['the route’s driver is the console', { route: route() }],
    ['single mode', { single: true }],
    ['its own ZooKeeper is away', { connected: false }],
    ['not preloaded', { status: 0 }],
    ['not standby', { role: 'promoting' }],
    ['no route', { route: undefined }],
    ['the route names itself', { route: route({ driver: 'node', instance: 'B' }) }],
    ['it never followed this primary', { followed: undefined }],
    [
      'another life of the primary is registered',
      { primary: { registration: other({ incarnation: 'a2' }), registered: true } },
    ],
  ])('not when %s', (_, change) => {
    expect(judgeSelfPromotion({ ...base, ...change })).toBe('no');
  });
});
