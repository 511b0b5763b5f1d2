import { describe, expect, it } from 'vitest';
import { beatDisposition } from '#mtnode/instance';

describe('the beat by role (F11–F13)', () => {
  const self = {
    status: 0,
    note: null,
    heldEpoch: undefined,
    steppedDownEpoch: null,
    steppedDownLsn: null,
    steppedDownSums: null,
    steppingDown: false,
  } as const;
  it.each([
    ['starting', { ...self, role: 'starting' }, false, 'standby'],
    ['starting, the route claimed', { ...self, role: 'starting', heldEpoch: 1 }, false, 'switching'],
    ['starting after it stepped down', { ...self, role: 'starting', steppingDown: true }, false, 'close'],
    ['standby', { ...self, role: 'standby' }, false, 'standby'],
    ['promoting', { ...self, role: 'promoting', heldEpoch: 2 }, false, 'switching'],
    ['primary with the right to serve', { ...self, role: 'primary', heldEpoch: 2 }, true, 'serve'],
    ['primary without it', { ...self, role: 'primary', heldEpoch: 2 }, false, 'close'],
    ['stopped', { ...self, role: 'stopped', heldEpoch: 2 }, true, 'close'],
  ] as const)('%s', (_, given, mayServe, expected) => {
    expect(beatDisposition(given, mayServe)).toBe(expected);
  });
});
