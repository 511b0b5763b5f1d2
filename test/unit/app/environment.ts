import { type Environment, environmentSchema, type PairConfig } from '#shared/domain';

/** An environment `e` with one pair `e/p`; `ofB`: what the configuration says of instance B beside its address. */
export function environmentOfOne(ofB: Record<string, unknown> = {}): Environment {
  return environmentSchema.parse({
    id: 'e',
    name: 'E',
    zookeeper: { connectString: 'z:1' },
    pairs: [
      {
        id: 'p',
        system: 's',
        node: 'mt',
        instances: [
          { name: 'A', host: 'a', t2Port: 1, f2Port: 1 },
          { name: 'B', host: 'b', t2Port: 1, f2Port: 1, ...ofB },
        ],
      },
    ],
  });
}

/** Finds that pair by its key; throws where another is asked for. */
export function pairOf({ pairs: [pair] }: Environment, key: string): PairConfig {
  if (key !== 'e/p' || !pair) throw new Error('no such pair');
  return pair;
}
