import { FUNCTIONS } from '#shared/domain';
import { MAX_READ_KEYS, readReplySchema } from '#shared/protocol';
import { callOnce, T2Client, TEST_SESSION } from '#test/mt-node-process';

const order = { account: 'a1', instrument: 'IF2609', side: 'buy', price: 4_000.2, quantity: 1 } as const;
const SESSION = { session_id: TEST_SESSION };

/** Writes orders, each with a key of its own, and remembers which of them were acknowledged. */
export class AckedOrders {
  readonly acked: string[] = [];
  #count = 0;

  /** Writes so many, one after the other. Returns how many were acknowledged. */
  async write(t2Port: number, count: number): Promise<number> {
    const client = new T2Client(t2Port);
    let acked = 0;
    try {
      for (let n = 0; n < count; n++) {
        const key = `k${++this.#count}`;
        const reply = await client.call(FUNCTIONS.practiceWrite, { ...SESSION, key, order }, 5_000);
        if (typeof reply === 'string' || reply.error_no !== 0) continue;
        this.acked.push(key);
        acked += 1;
      }
    } finally {
      client.end();
    }
    return acked;
  }

  /** Of everything acknowledged so far: what is not there, and what is there more than once. */
  async compare(t2Port: number): Promise<{ missing: string[]; doubled: string[] }> {
    const times = new Map<string, number>();
    for (let from = 0; from < this.acked.length; from += MAX_READ_KEYS) {
      const keys = this.acked.slice(from, from + MAX_READ_KEYS);
      const reply = readReplySchema.parse(await callOnce(t2Port, FUNCTIONS.practiceRead, { ...SESSION, keys }));
      for (const found of reply.orders) times.set(found.key, found.times);
    }
    return {
      missing: this.acked.filter((key) => !times.has(key)),
      doubled: [...times].filter(([, count]) => count > 1).map(([key]) => key),
    };
  }
}
