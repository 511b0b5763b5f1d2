import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseRow, EpochStart, LocalDatabase } from '#core/local-database';
import { ModelRedo, seededNumbers } from '#test/histories';
import { ModelDatabaseServer } from '#test/model-database';
import { VirtualClock } from '#test/virtual-clock';

/** A database of the kind under test; every connection leads to the same one. */
export interface Subject {
  connect(): LocalDatabase;
  close(): Promise<void>;
}

const row = (epoch: number, lsn: number, key = `k${epoch}-${lsn}`): DatabaseRow => ({ epoch, lsn, key, payload: '{}' });
const rows = (epoch: number, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => row(epoch, from + index));
const keysOf = (list: readonly DatabaseRow[]) => list.map(({ key }) => key);

/** What every local database promises, whatever it is made of. */
export function conformance(start: () => Promise<Subject>): void {
  let subject: Subject;
  let one: LocalDatabase;
  let other: LocalDatabase;
  let node = '';
  let nodes = 0;
  const first: EpochStart[] = [{ epoch: 1, firstLsn: 1 }];

  beforeAll(async () => {
    subject = await start();
    one = subject.connect();
    other = subject.connect();
  });
  afterAll(async () => {
    await one?.close();
    await other?.close();
    await subject?.close();
  });
  const fresh = () => {
    node = `mt-${++nodes}`;
  };
  const counts = async (list: readonly DatabaseRow[]) => [...(await other.countByKey(node, keysOf(list))).values()];

  it('has base data to load as soon as it is made', async () => {
    const base = await one.baseData();
    expect(Object.keys(base)).toContain('account.PRACTICE-1');
    expect(await other.baseData()).toEqual(base);
  });

  it('keeps rows and the position, and says them to the next claim', async () => {
    fresh();
    expect(await one.claim(node, first)).toEqual({ epoch: 1, lsn: 0, orphans: 0 });
    await one.write(node, 1, rows(1, 2, 4), 5);
    expect(await one.claim(node, first)).toEqual({ epoch: 1, lsn: 5, orphans: 0 });
    expect(await other.countByKey(node, ['k1-2', 'k1-4', 'k1-5'])).toEqual(
      new Map([
        ['k1-2', 1],
        ['k1-4', 1],
        ['k1-5', 0],
      ]),
    );
    expect(await other.countByKey('another node', ['k1-2'])).toEqual(new Map([['k1-2', 0]]));
  });

  it('takes the same rows again without doubling them, and never moves the position back', async () => {
    fresh();
    await one.claim(node, first);
    await one.write(node, 1, rows(1, 1, 10), 10);
    await one.write(node, 1, rows(1, 1, 5), 5);
    expect(await counts(rows(1, 1, 10))).toEqual(Array(10).fill(1));
    expect((await one.claim(node, first)).lsn).toBe(10);
  });

  it('counts an order that was written twice as two', async () => {
    fresh();
    await one.claim(node, first);
    await one.write(node, 1, [row(1, 1, 'same'), row(1, 2, 'same')], 2);
    expect(await one.countByKey(node, ['same'])).toEqual(new Map([['same', 2]]));
  });

  it('takes a batch of 1,000 and a position without rows', async () => {
    fresh();
    await one.claim(node, first);
    const batch = rows(1, 1, 1_000);
    await one.write(node, 1, batch, 1_000);
    await one.write(node, 1, [], 1_001);
    expect((await counts(batch)).every((count) => count === 1)).toBe(true);
    expect((await other.claim(node, first)).lsn).toBe(1_001);
  });

  it('keeps texts as they are', async () => {
    fresh();
    const payload = '{"account":"账户\'1\\"; DROP TABLE x --","note":"😀\\n"}';
    await one.claim(node, first);
    await one.write(node, 1, [{ epoch: 1, lsn: 1, key: "k'?$1,😀", payload }], 1);
    expect(await one.countByKey(node, ["k'?$1,😀"])).toEqual(new Map([["k'?$1,😀", 1]]));
  });

  it('fences a writer of an older epoch, and one that comes back to claim', async () => {
    fresh();
    const second = [...first, { epoch: 2, firstLsn: 4 }];
    await one.claim(node, first);
    await one.write(node, 1, rows(1, 1, 3), 3);
    expect(await other.claim(node, second)).toEqual({ epoch: 2, lsn: 3, orphans: 0 });
    await expect(one.write(node, 1, rows(1, 4, 5), 5)).rejects.toMatchObject({ code: 'FENCED' });
    await expect(one.claim(node, first)).rejects.toMatchObject({ code: 'FENCED' });
    expect(await counts(rows(1, 1, 5))).toEqual([1, 1, 1, 0, 0]);
    expect((await other.claim(node, second)).lsn).toBe(3);
  });

  it('refuses a writer that has not claimed', async () => {
    fresh();
    await expect(one.write(node, 1, rows(1, 1, 1), 1)).rejects.toMatchObject({ code: 'REFUSED' });
    await one.claim(node, first);
    await expect(one.write(node, 2, rows(2, 1, 1), 1)).rejects.toMatchObject({ code: 'REFUSED' });
    expect(await counts([row(1, 1), row(2, 1)])).toEqual([0, 0]);
  });

  it('makes orphans of what the new epoch never had, says how many, and says it again', async () => {
    fresh();
    await one.claim(node, first);
    await one.write(node, 1, rows(1, 1, 10), 10);
    const second = [...first, { epoch: 2, firstLsn: 8 }];
    const claimed = { epoch: 2, lsn: 7, orphans: 3 };
    expect(await other.claim(node, second)).toEqual(claimed);
    expect(await other.claim(node, second)).toEqual(claimed);
    await other.write(node, 2, rows(2, 9, 12), 12);
    expect(await counts(rows(1, 1, 10))).toEqual([1, 1, 1, 1, 1, 1, 1, 0, 0, 0]);
    expect(await other.claim(node, second)).toEqual({ ...claimed, lsn: 12 });
  });

  it('notices an epoch that came and went while nobody reached the database', async () => {
    fresh();
    await one.claim(node, first);
    await one.write(node, 1, rows(1, 1, 100), 100);
    const third = [...first, { epoch: 2, firstLsn: 90 }, { epoch: 3, firstLsn: 96 }];
    expect(await other.claim(node, third)).toEqual({ epoch: 3, lsn: 89, orphans: 11 });
    await other.write(node, 3, [...rows(2, 91, 95), ...rows(3, 97, 98)], 98);
    expect(await counts([...rows(2, 91, 95), ...rows(3, 97, 98)])).toEqual(Array(7).fill(1));
  });

  it('gives orphans back to a history that has them after all', async () => {
    fresh();
    await one.claim(node, first);
    await one.write(node, 1, rows(1, 1, 100), 100);
    await other.claim(node, [...first, { epoch: 2, firstLsn: 90 }]);
    await other.write(node, 2, rows(2, 91, 95), 95);
    // The first instance is promoted by force, without a word from the second.
    const forced = [...first, { epoch: 3, firstLsn: 101 }];
    expect(await one.claim(node, forced)).toEqual({ epoch: 3, lsn: 89, orphans: 5 });
    await one.write(node, 3, rows(1, 90, 100), 101);
    expect(await counts(rows(1, 1, 100))).toEqual(Array(100).fill(1));
    expect(await counts(rows(2, 91, 95))).toEqual(Array(5).fill(0));
  });

  it('lets one of two claims at the same time win, and no row of the other in after it', async () => {
    for (let round = 0; round < 5; round++) {
      fresh();
      const second = [...first, { epoch: 2, firstLsn: 3 }];
      await one.claim(node, first);
      const calls = [
        one.write(node, 1, rows(1, 1, 2), 2),
        one.write(node, 1, rows(1, 3, 4), 4),
        other.claim(node, second),
      ];
      await Promise.allSettled(calls);
      const { lsn } = await other.claim(node, second);
      const [before, after] = [await counts(rows(1, 1, 2)), await counts(rows(1, 3, 4))];
      expect(before).toEqual(Array(2).fill(lsn === 2 ? 1 : 0));
      expect(after).toEqual([0, 0]);
      await expect(one.write(node, 1, rows(1, 3, 4), 4)).rejects.toMatchObject({ code: 'FENCED' });
    }
  });

  describe('does what the model does', () => {
    it.each([1, 2, 3, 4, 5, 6])('whatever two instances write, lose and claim (seed %i)', async (seed) => {
      fresh();
      const model = new ModelDatabaseServer().connect(new VirtualClock());
      for (const step of randomSteps(seed, 60)) {
        const apply = (database: LocalDatabase) =>
          step.kind === 'claim'
            ? outcome(database.claim(node, step.history))
            : outcome(database.write(node, step.epoch, step.rows, step.throughLsn));
        expect(await apply(step.instance === 0 ? one : other)).toEqual(await apply(model));
        expect(await one.countByKey(node, step.keys)).toEqual(await model.countByKey(node, step.keys));
      }
    });
  });
}

type Step = { instance: number; keys: string[] } & (
  | { kind: 'claim'; history: EpochStart[] }
  | { kind: 'write'; epoch: number; rows: DatabaseRow[]; throughLsn: number }
);

async function outcome(call: Promise<unknown>): Promise<unknown> {
  try {
    return { result: await call };
  } catch (error) {
    return { code: (error as { code?: unknown }).code };
  }
}

/** Two redo logs that follow one another, part, and are made whole again; and what their writers do meanwhile. */
function* randomSteps(seed: number, steps: number): Generator<Step> {
  const next = seededNumbers(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  const redos = [new ModelRedo(), new ModelRedo()] as const;
  const keys: string[] = [];
  let epoch = 0;
  for (let step = 0; step < steps; step++) {
    const instance = below(2);
    const [redo, peer] = instance === 0 ? redos : [redos[1], redos[0]];
    const choice = next();
    if (choice < 0.2) {
      if (next() < 0.6) redo.copyFrom(peer, Math.max(0, peer.lsn - below(4)));
      redo.beginEpoch(++epoch);
    }
    const own = redo.history().at(-1)?.epoch;
    if (own === undefined) continue;
    for (let order = below(6); order > 0; order--) {
      keys.push(`order-${keys.length}`);
      redo.records.push({ epoch: own, key: keys.at(-1) ?? '' });
    }
    if (choice < 0.5) yield { kind: 'claim', instance, keys, history: redo.history() };
    else {
      const from = 1 + below(redo.lsn);
      yield { kind: 'write', instance, keys, epoch: own, rows: redo.rows(from, redo.lsn), throughLsn: redo.lsn };
    }
  }
}
