import { describe, expect, it } from 'vitest';
import { skipWithoutApache } from '#test/apache-zookeeper';
import { runOf } from './command.ts';

describe('the drills of the ways between the parties', () => {
  it('partition-console: nothing switches, clients see no outage, and the console says why it does nothing', async () => {
    const run = await runOf('partition-console', '--consoles', '2');
    expect(run).toMatchObject({ primaryAfter: 'A', epochAfter: 1, outageMs: 0, detectMs: null, steps: [] });
    expect(run.finding).toMatchObject({
      console: run.consoles?.acting,
      verdict: 'unreachable-registered',
      key: 'state.primaryUnreachableHere',
      why: [expect.objectContaining({ key: 'blocker.unreachable' })],
    });
  });

  it('firewall-reject: nothing switches on network evidence, and the finding is named', async () => {
    const run = await runOf('firewall-reject', '--write-rate', '500');
    expect(run).toMatchObject({ primaryAfter: 'A', epochAfter: 1, detectMs: null, steps: [], writes: { lost: 0 } });
    expect(run.finding).toMatchObject({ verdict: 'unreachable-registered', key: 'state.primaryUnreachable' });
    expect(run.finding?.says).toMatch(/firewall/);
  });

  it('firewall-reject with a policy for it: an orderly switchover, and nothing is lost', async () => {
    const run = await runOf('firewall-reject', '--unreachable-after', '4000', '--write-rate', '500');
    expect(run).toMatchObject({ primaryAfter: 'B', epochAfter: 2, writes: { lost: 0, duplicated: 0 } });
    expect(run.steps.find(({ name }) => name === 'drain')?.result).toBe('ok');
    expect(run.steps.at(-1)).toMatchObject({ name: 'restart-old', result: 'ok' });
    expect(run.detectMs).toBeGreaterThan(3_900);
    expect(run.finding?.why.map(({ key }) => key)).toEqual(['blocker.unreachableUntil']);
  });

  it.skipIf(skipWithoutApache())('zk-leader: every session survives, and nothing switches', async () => {
    const run = await runOf('zk-leader', '--zookeeper', 'apache:3', '--session-timeout', '3000');
    expect(run).toMatchObject({ primaryAfter: 'A', epochAfter: 1, outageMs: 0, detectMs: null, steps: [] });
  });
});
