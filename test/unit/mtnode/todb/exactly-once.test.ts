import { describe, expect, it } from 'vitest';
import { TodbWriter } from '#mtnode/todb';
import { ModelRedo, seededNumbers } from '#test/histories';
import { type ModelDatabase, ModelDatabaseServer } from '#test/model-database';
import { VirtualClock } from '#test/virtual-clock';

const NODE = 'mt';
const STEPS = 40;

/** An instance of the pair: redo that survives everything, and a writer that does not survive a crash. */
class Instance {
  readonly redo = new ModelRedo();
  readonly database: ModelDatabase;
  readonly #clock: VirtualClock;
  writer: TodbWriter;
  /** The epoch in which it takes writes; undefined: it takes none. */
  #epoch: number | undefined;

  constructor(server: ModelDatabaseServer, clock: VirtualClock) {
    this.#clock = clock;
    this.database = server.connect(clock);
    this.writer = this.#newWriter();
  }

  /** The process is gone, with whatever its writer had under way; it comes back as nobody's writer. */
  crash(): void {
    this.stepDown();
    this.writer = this.#newWriter();
  }

  stepDown(): void {
    this.#epoch = undefined;
    void this.writer.stop();
  }

  becomePrimary(epoch: number): void {
    this.#epoch = epoch;
    this.redo.beginEpoch(epoch);
    this.writer.start(this.redo.history());
  }

  /** Takes orders, as a primary; also one that has not noticed yet that it is none any more. */
  take(keys: readonly string[]): void {
    const epoch = this.#epoch;
    if (epoch === undefined) return;
    for (const key of keys) this.redo.records.push({ epoch, key });
    this.writer.acknowledged(this.redo.lsn);
  }

  #newWriter(): TodbWriter {
    return new TodbWriter(
      { node: NODE, digest: 'a'.repeat(64), batchOrders: 5 },
      {
        database: this.database,
        clock: this.#clock,
        copy: { load: () => Promise.resolve(undefined), save: () => Promise.resolve() },
        source: {
          read: (fromLsn, throughLsn, maxOrders) => {
            const rows = this.redo.rows(fromLsn, throughLsn).slice(0, maxOrders);
            const end = rows.length < maxOrders ? throughLsn : (rows.at(-1)?.lsn ?? 0);
            return Promise.resolve({ rows, throughLsn: end });
          },
        },
      },
    );
  }
}

/** Two instances through switchovers of every kind and every fault of the database; who is primary in the end. */
async function run(seed: number) {
  const next = seededNumbers(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  const clock = new VirtualClock();
  const server = new ModelDatabaseServer();
  const instances = [new Instance(server, clock), new Instance(server, clock)] as const;
  let primary: Instance = instances[0];
  let standby: Instance = instances[1];
  let epoch = 1;
  let orders = 0;
  primary.becomePrimary(epoch);

  const write = (instance: Instance) => instance.take(Array.from({ length: below(12) }, () => `order-${orders++}`));
  const steps: (() => void)[] = [
    () => write(primary),
    () => write(primary),
    () => {
      standby.stepDown();
      standby.redo.copyFrom(primary.redo, primary.redo.lsn - below(Math.min(6, primary.redo.lsn)));
    },
    // A switchover, of whatever the standby has; the old primary may not have noticed, and writes on.
    () => {
      const end = next();
      if (end < 0.4) primary.stepDown();
      else if (end < 0.7) primary.crash();
      [primary, standby] = [standby, primary];
      primary.becomePrimary(++epoch);
    },
    () => write(standby),
    () => {
      primary.crash();
      primary.becomePrimary(++epoch);
    },
    () => {
      const { database } = instances[below(2) as 0 | 1];
      database.unreachable = next() < 0.5;
      database.slowMs = next() < 0.5 ? 0 : below(300);
      database.answersToLose = below(3);
    },
  ];
  for (let step = 0; step < STEPS; step++) {
    steps[below(steps.length)]?.();
    await clock.advance(below(400));
  }
  for (const { database } of instances) {
    database.unreachable = false;
    database.slowMs = 0;
    database.answersToLose = 0;
  }
  primary.writer.acknowledged(primary.redo.lsn);
  await clock.advance(10_000);
  return { primary, server, keys: Array.from({ length: orders }, (_, order) => `order-${order}`) };
}

describe('whatever happens to two writers and their database', () => {
  it.each(Array.from({ length: 100 }, (_, index) => index + 1))(
    'every order of the last primary is there exactly once, and no other (seed %i)',
    async (seed) => {
      const { primary, server, keys } = await run(seed);
      const mine = primary.redo.rows(1, primary.redo.lsn);
      const present = [...server.rows.values()].filter(({ orphan }) => orphan === null);
      const identity = ({ epoch, lsn, key }: { epoch: number; lsn: number; key: string }) => `${lsn} ${epoch} ${key}`;
      expect(present.map(identity).sort()).toEqual(mine.map(identity).sort());
      const counts = await primary.database.countByKey(NODE, keys);
      const expected = new Set(mine.map(({ key }) => key));
      for (const key of keys) expect(counts.get(key)).toBe(expected.has(key) ? 1 : 0);
      expect(primary.writer.status()).toMatchObject({ state: 'ok', backlog: 0, persistedLsn: primary.redo.lsn });
    },
  );
});
