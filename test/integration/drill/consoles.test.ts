import { describe, expect, it } from 'vitest';
import { runOf } from './command.ts';

describe('two consoles, of which the one that acts is killed', () => {
  it.each(['lock', 'promote', 'report'])(
    'at %s: the other one finishes, and the epoch is raised once',
    async (step) => {
      const run = await runOf('kill-primary', '--consoles', '2', '--kill-console-at', step, '--write-rate', '500');
      expect(run).toMatchObject({ primaryAfter: 'B', epochAfter: 2, writes: { lost: 0, duplicated: 0 } });
      const { acting, killed, finishedBy } = run.consoles ?? {};
      expect(killed).toEqual({ console: acting, step, underWayMs: expect.any(Number) });
      expect([acting, finishedBy].sort()).toEqual(['console-1', 'console-2']);
      expect(run.consoles).toMatchObject({ count: 2, askedAgain: false });
      expect(run.consoles?.finishedAfterMs).toBeGreaterThan(0);
      expect(run.steps.map(({ result }) => result)).not.toContain('failed');
    },
  );

  it('in the middle of what an operator asked for: it is done, without being asked again', async () => {
    const run = await runOf('planned', '--consoles', '2', '--kill-console-at', 'prove-old-out');
    expect(run).toMatchObject({ primaryAfter: 'B', epochAfter: 2 });
    expect(run.consoles?.finishedBy).not.toBe(run.consoles?.acting);
    expect(run.consoles).toMatchObject({ finishedBy: expect.any(String), askedAgain: false });
    expect(run.steps.at(-1)).toMatchObject({ name: 'restart-old', result: 'ok' });
  });
});
