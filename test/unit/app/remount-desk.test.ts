import { describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock';
import { planFingerprint } from '#main/checks';
import type { PairEvent } from '#main/pairs';
import type { CheckRunView } from '#shared/contract';
import { message, type RemountPlan, type RemountReport } from '#shared/domain';
import { sentence } from '#shared/i18n';
import { RemountDesk } from '../../../src/main/app/remount-desk.ts';
import { environmentOfOne, pairOf } from './environment.ts';

const environment = environmentOfOne({ server: { mount: { source: 'a:/s', target: '/m' } } });

const missing: RemountPlan = {
  target: '/m',
  found: [],
  expected: 'a:/s',
  refusal: null,
  steps: [{ kind: 'mount', command: ['mount', 'a:/s', '/m'], when: 'always' }],
};
const hung: RemountPlan = { ...missing, found: ['1 2 3 / /m - nfs a:/s'] };
const done = (plan: RemountPlan): RemountReport => ({
  plan,
  steps: [{ command: 'mount a:/s /m', result: 'done', detail: '', tookMs: 3 }],
  outcome: 'done',
  problem: null,
});

function desk(plan: RemountPlan, run: () => Promise<RemountReport> = async () => done(plan)) {
  const events: PairEvent[] = [];
  const ran: string[] = [];
  const now = { plan };
  const made = new RemountDesk({
    clock: systemClock,
    remounts: {
      plan: async () => ({ host: 'root@b:22', plan: now.plan, fingerprint: planFingerprint(now.plan) }),
      run: (instance, agreed) => {
        ran.push(`${instance.name} ${agreed === planFingerprint(now.plan)}`);
        return run();
      },
    },
    checks: { runAfresh: async () => ({ readiness: 'ready' }) as CheckRunView },
    find: (key) => ({ pair: pairOf(environment, key) }),
    event: (_key, event) => void events.push(event),
  });
  const told = () => events.map(({ message: said, severity }) => `${severity} ${sentence('en', said)}`);
  return { desk: made, told, ran, now };
}

describe('a remount that an operator asks for', () => {
  it('is begun and ended in the journal, and looked at again', async () => {
    const { desk: remounts, told, ran } = desk(missing);
    const offer = await remounts.plan('e/p', 'B');
    expect(offer).toMatchObject({ host: 'root@b:22', confirmation: null, plan: missing });
    const result = await remounts.run('e/p', {
      instance: 'B',
      token: offer.token,
      confirmation: '',
      operator: 'Li',
    });
    expect(result).toMatchObject({ report: { outcome: 'done' }, run: { readiness: 'ready' } });
    expect(ran).toEqual(['B true']);
    expect(told()).toEqual([
      'none remount of /m on B (root@b:22) begun by Li: mount a:/s /m',
      'none /m on B is mounted anew (mount a:/s /m: done)',
    ]);
  });

  it('wants the pair and the instance typed where a mount is taken away', async () => {
    const { desk: remounts, told, ran } = desk(hung);
    const { token, confirmation } = await remounts.plan('e/p', 'B');
    expect(confirmation).toBe('mt/B');
    await expect(remounts.run('e/p', { instance: 'B', token, confirmation: 'B' })).rejects.toMatchObject({
      wire: { code: 'refused', message: { key: 'error.remountUnconfirmed' } },
    });
    expect([told(), ran]).toEqual([[], []]);
    await remounts.run('e/p', { instance: 'B', token, confirmation: ' mt/B ' });
    expect(ran).toHaveLength(1);
  });

  it('does nothing where something else is there by then, or belongs to somebody else', async () => {
    const { desk: remounts, ran, now } = desk(missing);
    const { token } = await remounts.plan('e/p', 'B');
    now.plan = hung;
    await expect(remounts.run('e/p', { instance: 'B', token, confirmation: '' })).rejects.toMatchObject({
      wire: { message: { key: 'error.remountChanged' } },
    });
    now.plan = { ...hung, refusal: message('check.remount.stranger', {}), steps: [] };
    const stranger = await remounts.plan('e/p', 'B');
    expect(stranger.confirmation).toBeNull();
    await expect(remounts.run('e/p', { instance: 'B', token: stranger.token, confirmation: '' })).rejects.toMatchObject(
      { wire: { message: { key: 'check.remount.stranger' } } },
    );
    expect(ran).toEqual([]);
  });

  it('is one at a time for an instance', async () => {
    let end = (_report: RemountReport) => {};
    const waits = new Promise<RemountReport>((resolve) => {
      end = resolve;
    });
    const { desk: remounts, ran } = desk(missing, () => waits);
    const { token } = await remounts.plan('e/p', 'B');
    const first = remounts.run('e/p', { instance: 'B', token, confirmation: '' });
    await expect(remounts.run('e/p', { instance: 'B', token, confirmation: '' })).rejects.toMatchObject({
      wire: { message: { key: 'error.remountRuns' } },
    });
    end(done(missing));
    await first;
    await remounts.run('e/p', { instance: 'B', token, confirmation: '' });
    expect(ran).toHaveLength(2);
  });

  it('says so where it failed, and where its end is not known', async () => {
    const failed = desk(missing, async () => ({
      ...done(missing),
      outcome: 'failed',
      problem: message('check.remount.notMounted', { target: '/m' }),
    }));
    const { token } = await failed.desk.plan('e/p', 'B');
    await failed.desk.run('e/p', { instance: 'B', token, confirmation: '' });
    expect(failed.told()[1]).toBe('p2 the remount of /m on B failed: /m did not get mounted (mount a:/s /m: done)');
    const lost = desk(missing, () => Promise.reject(new Error('the connection was closed')));
    await expect(lost.desk.run('e/p', { instance: 'B', token, confirmation: '' })).rejects.toThrow('closed');
    expect(lost.told()[1]).toBe('p2 whether /m on B is mounted anew is not known: the connection was closed');
  });

  it('refuses an instance that there is not', async () => {
    await expect(desk(missing).desk.plan('e/p', 'C')).rejects.toMatchObject({ wire: { code: 'not-found' } });
  });
});
