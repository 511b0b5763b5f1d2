import { FUNCTIONS } from '#shared/domain';
import { loginReplySchema } from '#shared/protocol';
import { T2Client } from '#test/mt-node-process';
import type { PairScreen } from './pair.ts';

const ORDER = { account: 'a1', instrument: 'IF2609', side: 'buy', price: 4_000.2, quantity: 1 };

/** A client of the practice pair: writes so many orders to an instance. Returns how many were acknowledged. */
export async function write(pair: PairScreen, instance: string, count: number): Promise<number> {
  const client = new T2Client(await pair.t2Port(instance));
  try {
    const login = loginReplySchema.parse(
      await client.call(FUNCTIONS.practiceLogin, { system: 'O3', user: 'e2e' }, 5_000),
    );
    let acknowledged = 0;
    for (let n = 0; n < count; n++) {
      const key = `${instance}-${Date.now()}-${n}`;
      const reply = await client.call(
        FUNCTIONS.practiceWrite,
        { session_id: login.session_id, key, order: ORDER },
        5_000,
      );
      if (typeof reply !== 'string' && reply.error_no === 0) acknowledged += 1;
    }
    return acknowledged;
  } finally {
    client.end();
  }
}
