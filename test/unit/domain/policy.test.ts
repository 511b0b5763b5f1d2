import { describe, expect, it } from 'vitest';
import {
  configuredPolicy,
  environmentSchema,
  newPolicyRecord,
  POLICY_RANGES,
  parseRecord,
  policyChangeSchema,
  policyOrigins,
  policyRecordSchema,
  policySettings,
  recordText,
  switchoverRecordSchema,
  timeoutsSchema,
  withPolicyChange,
} from '#shared/domain';

const read = (value: unknown) => parseRecord(policyRecordSchema, '/policy', Buffer.from(recordText(value)));

describe('a policy record', () => {
  it('comes back as it was written', () => {
    const maintenance = { operator: 'Li', reason: 'disks', sinceMs: 1, untilMs: 2 };
    const changed = { operator: null, console: 'c', atMs: 3 };
    const record = { ...newPolicyRecord(policySettings('auto')), maintenance, changed };
    expect(read({ ...record, cooldownCleared: { operationId: 'op' } })).toEqual({
      ...record,
      cooldownCleared: { operationId: 'op' },
    });
  });

  it('of an earlier console is readable: the defaults stand in for what it does not have', () => {
    const old = { version: 1, mode: 'auto', timeouts: timeoutsSchema.parse({ loadMs: 777 }), maxLossRecords: 9 };
    expect(read(old)).toEqual({
      ...newPolicyRecord(policySettings('auto', { timeouts: { loadMs: 777 }, maxLossRecords: 9 })),
    });
    expect(read({ version: 1, mode: 'assist' })).toEqual(newPolicyRecord(policySettings('assist')));
  });

  it.each<[string, object]>([
    ['mode', { mode: 'bold' }],
    ['cooldownMs', { cooldownMs: -1 }],
    ['maxPerDay', { maxPerDay: 101 }],
    ['maxFailures', { maxFailures: 1.5 }],
    ['evidence', { evidence: 'none' }],
    ['timeouts.lockMs', { timeouts: { lockMs: 1 } }],
    ['timeouts.connectMs', { timeouts: { connectMs: 49 } }],
    ['timeouts.frameMs', { timeouts: { frameMs: 60_001 } }],
    ['timeouts.quietConnectionMs', { timeouts: { quietConnectionMs: 99 } }],
    ['timeouts.longestQuietMs', { timeouts: { longestQuietMs: 3_600_001 } }],
    ['timeouts.localLookMs', { timeouts: { localLookMs: 0.5 } }],
    ['maintenance.reason', { maintenance: { operator: 'x', reason: '  ', sinceMs: 0, untilMs: 1 } }],
    ['maintenance.operator', { maintenance: { operator: 'x'.repeat(65), reason: 'r', sinceMs: 0, untilMs: 1 } }],
    ['maintenance.untilMs', { maintenance: { operator: 'x', reason: 'r', sinceMs: 0, untilMs: 'never' } }],
  ])('is refused by its %s', (place, change) => {
    const old = { version: 1, mode: 'auto' };
    expect(() => read({ ...old, ...change })).toThrow(new RegExp(`/policy: ${place.replaceAll('.', '\\.')}: `));
  });

  it('keeps what a change does not name', () => {
    const maintenance = { operator: 'Li', reason: 'disks', sinceMs: 1, untilMs: 2 };
    const before = {
      ...newPolicyRecord(policySettings('auto', { cooldownMs: 5, timeouts: { lockMs: 111 } })),
      maintenance,
    };
    const after = withPolicyChange(before, policyChangeSchema.parse({ maxPerDay: 7, timeouts: { loadMs: 222 } }));
    expect(after).toEqual({ ...before, maxPerDay: 7, timeouts: { ...before.timeouts, loadMs: 222 } });
    expect(withPolicyChange(before, { mode: 'observe' })).toEqual({ ...before, mode: 'observe' });
  });

  it('waits for connections and looks at processes as it always did, where nothing is said', () => {
    expect(policySettings('auto').timeouts).toMatchObject({
      connectMs: 3_000,
      frameMs: 5_000,
      quietConnectionMs: 3_000,
      longestQuietMs: 60_000,
      localLookMs: 2_000,
      hostLookMs: 10_000,
    });
  });

  it('has defaults within its own ranges', () => {
    const { mode: _mode, timeouts, evidence: _evidence, ...limits } = policySettings('auto');
    for (const [name, value] of Object.entries({ ...timeouts, ...limits })) {
      const { min, max } = POLICY_RANGES[name as keyof typeof POLICY_RANGES];
      expect([name, value >= min && value <= max && min < max]).toEqual([name, true]);
    }
  });
});

describe('the configured policy', () => {
  const instance = (name: string, port: number) => ({ name, host: 'h', t2Port: port, f2Port: port + 1 });
  const parsed = (pair: object, policyDefaults?: object) => {
    const instances = [instance('A', 1), instance('B', 3)];
    const environment = environmentSchema.parse({
      id: 'e',
      name: 'e',
      zookeeper: { connectString: 'z:1' },
      ...(policyDefaults ? { policyDefaults } : {}),
      pairs: [{ id: 'p', system: 's', node: 'n', instances, ...pair }],
    });
    const [only] = environment.pairs;
    if (!only) throw new Error('no pair');
    return configuredPolicy(environment, only);
  };

  it('is the product’s where nothing is said', () => {
    expect(parsed({})).toEqual(policySettings('assist'));
  });

  it('is the environment’s where the pair says nothing, and the pair’s where it does', () => {
    const defaults = { cooldownMs: 1, maxPerDay: 2, evidence: 'host', timeouts: { loadMs: 333, lockMs: 444 } };
    expect(parsed({ policy: 'auto' }, defaults)).toEqual(policySettings('auto', { ...defaults, evidence: 'host' }));
    expect(parsed({ cooldownMs: 9, evidence: 'two-classes', timeouts: { lockMs: 555 } }, defaults)).toMatchObject({
      cooldownMs: 9,
      maxPerDay: 2,
      evidence: 'two-classes',
      timeouts: { loadMs: 333, lockMs: 555 },
    });
  });
});

describe('a switchover record', () => {
  it('of an earlier console is readable: it carries nothing', () => {
    const old = {
      version: 1,
      operationId: 'op',
      trigger: 'automatic',
      from: 'A',
      fromIncarnation: 'i',
      to: 'B',
      epochBefore: 1,
      epochAfter: 2,
      token: '1',
      startedAtMs: 1,
      endedAtMs: 2,
      outcome: 'done',
      steps: [],
    };
    expect(parseRecord(switchoverRecordSchema, '/s', Buffer.from(recordText(old)))).toEqual(old);
    const many = Array.from({ length: 101 }, () => ({ operationId: 'x', endedAtMs: 1 }));
    expect(() => parseRecord(switchoverRecordSchema, '/s', Buffer.from(recordText({ ...old, earlier: many })))).toThrow(
      'earlier',
    );
  });
});

describe('where a value of the policy comes from', () => {
  it('is the layer that says it last, or the page where the value in force is another', () => {
    const environment = { cooldownMs: 5, timeouts: { loadMs: 700 } };
    const pair = { cooldownMs: 6, evidence: 'host' as const };
    const settings = policySettings('auto', environment, pair, { maxPerDay: 9 });
    expect(policyOrigins(settings, environment, pair)).toMatchObject({
      ...{ cooldownMs: 'pair', evidence: 'pair', loadMs: 'environment', maxPerDay: 'page', lockMs: 'product' },
    });
    // Changed on the page to what the product has anyway: the configuration says something else.
    expect(policyOrigins(policySettings('auto', pair), environment, pair).loadMs).toBe('page');
  });
});
