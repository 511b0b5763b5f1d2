import { describe, expect, it } from 'vitest';
import { RouteFollower } from '../../../src/main/drill/route-follower.ts';

function pair(): RouteFollower {
  const follower = new RouteFollower();
  follower.knows('B');
  follower.knows('A');
  return follower;
}

describe('whom the client beats', () => {
  it('is nobody until there is a route, then the instance it names', () => {
    const follower = pair();
    expect(follower.target).toBeUndefined();
    follower.route({ instance: 'A', epoch: 1 });
    expect(follower.target).toBe('A');
  });

  it('is the standby once the primary is gone, until the route names a primary at a higher epoch (F12)', () => {
    const follower = pair();
    follower.route({ instance: 'A', epoch: 1 });
    follower.gone('A', 0);
    expect(follower.target).toBe('B');
    follower.route({ instance: 'A', epoch: 1 });
    expect(follower.target).toBe('B');
    follower.route({ instance: 'A', epoch: 2 });
    expect(follower.target).toBe('A');
  });

  it('is the named instance even where the primary never answered, as a hung one does', () => {
    const follower = pair();
    follower.route({ instance: 'A', epoch: 1 });
    follower.route({ instance: 'B', epoch: 2 });
    expect(follower.target).toBe('B');
  });

  it('never goes back to an older route', () => {
    const follower = pair();
    follower.route({ instance: 'B', epoch: 2 });
    follower.route({ instance: 'A', epoch: 1 });
    expect(follower.target).toBe('B');
  });

  it('is the primary again after a second, where the standby stays one and the route did not change', () => {
    const follower = pair();
    follower.route({ instance: 'A', epoch: 1 });
    follower.gone('A', 0);
    follower.isStandby('B', 999);
    expect(follower.target).toBe('B');
    follower.isStandby('B', 1_000);
    expect(follower.target).toBe('A');
  });

  it('swings between the two while neither answers', () => {
    const follower = pair();
    follower.route({ instance: 'A', epoch: 1 });
    follower.gone('A', 0);
    follower.gone('B', 5);
    expect(follower.target).toBe('A');
    follower.gone('B', 6);
    expect(follower.target).toBe('A');
  });

  it('stays where it is while no other instance is known', () => {
    const follower = new RouteFollower();
    follower.knows('A');
    follower.route({ instance: 'A', epoch: 1 });
    follower.gone('A', 0);
    expect(follower.target).toBe('A');
    follower.knows('B');
    expect(follower.target).toBe('B');
  });
});
