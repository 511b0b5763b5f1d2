import { describe, expect, it } from 'vitest';
import { practiceTwin } from '#main/practice';
import { configuredPolicy, environmentSchema } from '#shared/domain';

const environment = environmentSchema.parse({
  id: 'prod',
  name: '一号柜台',
  zookeeper: { connectString: '10.0.0.9:2181', sessionTimeoutMs: 9_000 },
  pathTemplate: '/x/{system}/{node}',
  policyDefaults: { timeouts: { silentAfterMs: 4_000 } },
  pairs: [
    {
      id: 'oms',
      system: 'O45',
      node: '-mt 宽途',
      driver: 'node',
      policy: 'auto',
      beatIntervalMs: 700,
      cooldownMs: 60_000,
      timeouts: { promoteMs: 7_000 },
      instances: [
        { name: '甲', host: '10.0.0.1', t2Port: 1, f2Port: 2, credential: { system: 'O3', sessionId: 'S3CRET' } },
        {
          name: 'B:2',
          host: '10.0.0.2',
          t2Port: 1,
          f2Port: 2,
          commands: { stop: { arguments: ['/S3CRET'], timeoutMs: 1_000 } },
        },
      ],
    },
  ],
});
const [pair] = environment.pairs;

describe('a practice twin', () => {
  it('has the names, the policy and the time-outs, and nothing that reaches the site', () => {
    if (!pair) throw new Error('no pair');
    const twin = practiceTwin(environment, pair, null);
    expect(twin).toMatchObject({
      of: 'prod/oms',
      environmentName: '一号柜台',
      pathTemplate: '/x/{system}/{node}',
      sessionTimeoutMs: 9_000,
      pair: { id: 'oms', system: 'O45', node: '-mt 宽途', driver: 'node', beatIntervalMs: 700 },
      instances: ['甲', 'B:2'],
      policy: { mode: 'auto', cooldownMs: 60_000, timeouts: { silentAfterMs: 4_000, promoteMs: 7_000 } },
    });
    expect(JSON.stringify(twin)).not.toMatch(/S3CRET|10\.0\.0\./);
  });

  it('has the policy that is in force, where an operator has changed it', () => {
    if (!pair) throw new Error('no pair');
    const inForce = { ...configuredPolicy(environment, pair), mode: 'observe' as const, cooldownMs: 1 };
    expect(practiceTwin(environment, pair, inForce).policy).toEqual(inForce);
  });
});
