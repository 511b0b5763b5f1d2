import { describe, expect, it } from 'vitest';
import { Sessions } from '#mtnode/instance';

describe('sessions', () => {
  it('known from the start are never swept; the rest go at the idle time', () => {
    const service = { kind: 'session', value: 's' } as const;
    const sessions = new Sessions(100, [service]);
    const client = { kind: 'token', value: 's' } as const;
    expect(sessions.touch(client, 0)).toBe(false);
    sessions.add(client, 0);
    expect(sessions.sweep(99)).toEqual([]);
    sessions.restartIdleTimes(99);
    expect(sessions.sweep(198)).toEqual([]);
    expect(sessions.sweep(199)).toHaveLength(1);
    expect(sessions.touch(client, 200)).toBe(false);
    expect(sessions.touch(service, 1e9)).toBe(true);
    expect(sessions.count).toBe(1);
  });
});
