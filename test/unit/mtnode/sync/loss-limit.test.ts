import { describe, expect, it } from 'vitest';
import { LossLimit, type LossLimitOptions, lossBoundOf, type SyncChange } from '#mtnode/sync';
import type { SyncRecord } from '#shared/domain';
import { ModelRecord, seeded } from './sync-model.ts';

const A = { instance: 'a', dataId: 'data-a' };
const B = { instance: 'b', dataId: 'data-b' };
const C = { instance: 'b', dataId: 'data-b-wiped' };

const OPTIONS: LossLimitOptions = {
  epoch: 5,
  self: A,
  mode: 'sync',
  lossBound: 1_000,
  confirmTimeoutMs: 500,
  durableLsn: 0,
};

/** A primary's limit with a ZooKeeper that answers at once. */
class Term {
  readonly zookeeper = new ModelRecord();
  readonly limit: LossLimit;
  nowMs = 0;

  constructor(options: Partial<LossLimitOptions> = {}) {
    this.limit = new LossLimit({ ...OPTIONS, ...options });
  }

  /** Does all that is to be done now; `outcome` overrides what ZooKeeper answers, `unknown` without applying. */
  settle(outcome?: Exclude<SyncChange, 'done'>): this {
    for (let i = 0; i < 10; i++) {
      const step = this.limit.next(this.nowMs, 1_000 + this.nowMs);
      if (step === undefined) break;
      const { version, record } = this.zookeeper;
      if (step.kind === 'read')
        this.limit.readEnded({ value: version < 0 ? undefined : { record, version } }, this.nowMs);
      else if (outcome) this.limit.changeEnded(outcome, this.nowMs);
      else
        this.limit.changeEnded(this.zookeeper.apply(step.record, step.expectedVersion) ? 'done' : 'lost', this.nowMs);
    }
    return this;
  }

  /** Time passes, in steps, as the wake-up times ask. */
  pass(byMs: number): this {
    for (const end = this.nowMs + byMs; this.nowMs < end; ) {
      const wake = this.limit.look(this.nowMs).wakeAtMs ?? end;
      this.nowMs = Math.max(this.nowMs + 1, Math.min(end, wake));
      this.settle();
    }
    return this;
  }

  durable(lsn: number): this {
    this.limit.durable(lsn, this.nowMs);
    return this.settle();
  }

  confirmed(lsn: number, standby = B): this {
    this.limit.confirmed(standby, lsn);
    return this.settle();
  }

  get acknowledgeable(): number {
    return this.limit.look(this.nowMs).acknowledgeableLsn;
  }

  get state(): string {
    return this.limit.look(this.nowMs).state;
  }

  get record(): SyncRecord | undefined {
    return this.zookeeper.record;
  }

  /** With a standby that keeps up, until the record says so. */
  together(lsn = 10): this {
    this.limit.registered(true);
    return this.durable(lsn).confirmed(lsn).pass(600);
  }
}

describe('the loss bound', () => {
  const record: SyncRecord = {
    version: 1,
    epoch: 5,
    primary: A,
    standby: B,
    bound: 7,
    ceilingLsn: null,
    changedAtMs: 0,
  };
  it.each<[string, SyncRecord | undefined, string, number, number | null]>([
    ['no record', undefined, 'data-b', 10, null],
    ["the primary's own directory", { ...record, ceilingLsn: 900 }, 'data-a', 10, 0],
    ['the standby that confirms', record, 'data-b', 10, 7],
    ['another directory', record, 'data-c', 10, null],
    ['a ceiling', { ...record, ceilingLsn: 900 }, 'data-b', 300, 600],
    ['a ceiling, anybody', { ...record, standby: null, ceilingLsn: 900 }, 'data-c', 0, 900],
    ['a ceiling below', { ...record, ceilingLsn: 900 }, 'data-b', 1_000, 0],
  ])('of %s', (_, found, dataId, received, bound) => {
    expect(lossBoundOf(found, dataId, received)).toBe(bound);
  });
});

describe('what a primary may acknowledge', () => {
  it('is nothing before the record speaks of this term', () => {
    const term = new Term();
    term.limit.durable(10, 0);
    expect([term.acknowledgeable, term.state]).toEqual([0, 'unset']);
  });

  it('is everything below the ceiling while no standby is registered', () => {
    const term = new Term().durable(10);
    expect([term.acknowledgeable, term.state, term.record?.ceilingLsn]).toEqual([10, 'beyond', 1_010]);
    term.durable(400);
    expect([term.acknowledgeable, term.record?.ceilingLsn]).toEqual([400, 1_010]);
  });

  it('never reaches the ceiling before the next one stands', () => {
    const term = new Term().durable(10);
    term.limit.durable(2_000, 5);
    expect(term.acknowledgeable).toBe(1_010);
    term.settle();
    expect([term.acknowledgeable, term.record?.ceilingLsn]).toEqual([2_000, 3_000]);
  });

  it('grows the chunk with the rate of writes', () => {
    const term = new Term();
    for (let i = 1; i <= 200; i++) {
      term.nowMs += 10;
      term.durable(i * 50);
    }
    const ahead = (term.record?.ceilingLsn ?? 0) - 10_000;
    expect(ahead).toBeGreaterThan(4_000);
    expect(ahead).toBeLessThan(12_000);
  });

  it('is what the standby confirmed once the record names it', () => {
    const term = new Term().together();
    expect([term.state, term.record?.ceilingLsn, term.record?.bound]).toEqual(['within', null, 0]);
    expect(term.record?.standby).toEqual(B);
    expect(term.durable(50).acknowledgeable).toBe(10);
    expect(term.confirmed(40).acknowledgeable).toBe(40);
    expect(term.confirmed(60).acknowledgeable).toBe(50);
  });

  it('goes beyond a standby that confirms nothing for the time-out, after the record says so', () => {
    const term = new Term().together().durable(50);
    term.pass(499);
    expect([term.acknowledgeable, term.state]).toEqual([10, 'within']);
    term.pass(2);
    expect([term.acknowledgeable, term.state, term.record?.ceilingLsn]).toEqual([50, 'beyond', 1_050]);
  });

  it('does not wait for a standby that is no longer registered', () => {
    const term = new Term().together();
    term.limit.registered(false);
    expect(term.settle().state).toBe('within');
    expect(term.durable(50).acknowledgeable).toBe(50);
  });

  it('goes on when the standby is back, with it waited for first', () => {
    const term = new Term().together().durable(50).pass(600);
    expect(term.state).toBe('beyond');
    term.confirmed(50).pass(499).durable(60).pass(10);
    expect([term.state, term.acknowledgeable, term.record?.ceilingLsn]).toEqual(['returning', 60, 1_050]);
    // From now on acknowledging waits, though the record still allows more.
    term.durable(70);
    expect(term.acknowledgeable).toBe(60);
    term.confirmed(65);
    expect([term.state, term.acknowledgeable, term.record?.ceilingLsn]).toEqual(['within', 65, null]);
  });

  it('goes back to the ceiling when the standby fails while it is returning', () => {
    const term = new Term().together().durable(50).pass(600).confirmed(50).pass(500).durable(60).pass(50);
    expect(term.state).toBe('within');
    term.durable(70).pass(550);
    expect([term.state, term.acknowledgeable]).toEqual(['beyond', 70]);
    term.confirmed(70).pass(300).durable(80).pass(600);
    expect([term.state, term.acknowledgeable]).toEqual(['beyond', 80]);
  });

  it('counts a standby with a new directory as another, and names it once it has caught up', () => {
    const term = new Term().together().durable(50).confirmed(5, C);
    expect(term.acknowledgeable).toBe(10);
    expect(term.record?.standby).not.toEqual(C);
    term.confirmed(50, C);
    expect(term.acknowledgeable).toBe(50);
    expect([term.state, term.record?.standby]).toEqual(['within', C]);
  });

  it('runs ahead of the standby by the bound in mode async', () => {
    const term = new Term({ mode: 'async', lossBound: 100 }).together();
    expect(term.record?.bound).toBe(100);
    expect(term.durable(200).acknowledgeable).toBe(110);
    expect(term.confirmed(150).acknowledgeable).toBe(200);
    term.pass(5_000);
    expect([term.state, term.record?.ceilingLsn]).toEqual(['within', null]);
    term.durable(400).pass(501);
    expect([term.state, term.acknowledgeable]).toEqual(['beyond', 400]);
  });

  it('leaves a record alone that a higher epoch has taken', () => {
    const term = new Term();
    term.zookeeper.record = {
      version: 1,
      epoch: 6,
      primary: B,
      standby: A,
      bound: 0,
      ceilingLsn: null,
      changedAtMs: 0,
    };
    term.zookeeper.version = 3;
    term.durable(10).pass(3_000);
    expect([term.state, term.acknowledgeable, term.zookeeper.version]).toEqual(['passed', 0, 3]);
  });

  it('replaces what is no record, and what was removed', () => {
    const term = new Term();
    term.zookeeper.version = 3;
    term.durable(10);
    expect([term.acknowledgeable, term.zookeeper.version]).toEqual([10, 4]);
    const gone = new Term().durable(10);
    gone.zookeeper.record = undefined;
    gone.zookeeper.version = -1;
    gone.durable(600).pass(100);
    expect([gone.acknowledgeable, gone.zookeeper.version, gone.record?.ceilingLsn]).toEqual([600, 0, 1_600]);
  });
});

describe('a change of the record whose outcome is not known', () => {
  it('counts as not made when it would allow more', () => {
    const term = new Term().together().durable(50);
    term.nowMs += 501;
    term.settle('unknown');
    expect(term.acknowledgeable).toBe(10);
    expect(term.confirmed(30).acknowledgeable).toBe(30);
    // Asking again tells.
    term.pass(600);
    expect([term.state, term.acknowledgeable]).toEqual(['beyond', 50]);
  });

  it('counts as made when it would allow less', () => {
    const term = new Term().durable(10).durable(40);
    term.limit.registered(true);
    term.limit.confirmed(B, 40);
    term.limit.look(term.nowMs);
    term.nowMs += 500;
    // The change to `within` stands, and nobody heard of it.
    const step = term.limit.next(term.nowMs, 0);
    if (step?.kind !== 'change') throw new Error('no change');
    expect(step.record.ceilingLsn).toBeNull();
    expect(term.zookeeper.apply(step.record, step.expectedVersion)).toBe(true);
    term.limit.changeEnded('unknown', term.nowMs);
    term.limit.durable(60, term.nowMs);
    term.limit.registered(false);
    expect([term.state, term.acknowledgeable]).toEqual(['beyond', 40]);
    term.pass(200);
    expect([term.state, term.acknowledgeable, term.record?.ceilingLsn]).toEqual(['beyond', 60, 1_060]);
  });

  it('costs nothing where it surely was not sent', () => {
    const term = new Term().together().durable(50);
    term.nowMs += 501;
    term.settle('none');
    expect([term.state, term.acknowledgeable]).toEqual(['within', 10]);
    term.pass(60);
    expect(term.acknowledgeable).toBe(50);
  });
});

/** What may happen to a change on its way. */
interface Travelling {
  record: SyncRecord;
  expectedVersion: number | undefined;
}

describe('whatever happens', () => {
  const seeds = Array.from({ length: 60 }, (_, index) => index + 1);
  it.each(seeds)('the record that a reader finds bounds what is missing (seed %i)', (seed) => {
    const random = seeded(seed);
    const chance = (share: number) => random.next() < share;
    const mode = chance(0.5) ? ('sync' as const) : ('async' as const);
    const limit = new LossLimit({ ...OPTIONS, mode, lossBound: 20 });
    const zookeeper = new ModelRecord();
    const standbys = [
      { holder: B, received: 0 },
      { holder: C, received: 0 },
    ];
    let isUp = true;
    let standby = standbys[0] ?? { holder: B, received: 0 };
    let nowMs = 0;
    let durable = 0;
    let late: Travelling[] = [];
    let inFlight: { change?: Travelling; due: number } | undefined;
    let granted = 0;
    let hadCeiling = false;
    let hadBound = false;

    const check = () => {
      const { acknowledgeableLsn } = limit.look(nowMs);
      if (acknowledgeableLsn < granted || acknowledgeableLsn > durable)
        throw new Error(`seed ${seed}: ${acknowledgeableLsn} after ${granted}, durable ${durable}`);
      granted = acknowledgeableLsn;
      hadCeiling ||= zookeeper.record?.ceilingLsn != null;
      hadBound ||= zookeeper.record?.ceilingLsn === null;
      for (const { holder, received } of standbys) {
        const bound = lossBoundOf(zookeeper.record, holder.dataId, received);
        const missing = Math.max(0, granted - received);
        if (zookeeper.record === undefined && granted > 0) throw new Error(`seed ${seed}: granted without a record`);
        if (bound !== null && missing > bound)
          throw new Error(`seed ${seed}: ${missing} missing at ${holder.dataId}, bound ${bound}`);
      }
    };

    const answer = () => {
      const { change } = inFlight ?? {};
      inFlight = undefined;
      const draw = random.next();
      if (change === undefined) {
        const { version, record } = zookeeper;
        const isAnswered = isUp && draw < 0.8;
        limit.readEnded(isAnswered ? { value: version < 0 ? undefined : { record, version } } : 'failed', nowMs);
      } else if (!isUp) limit.changeEnded('none', nowMs);
      else if (draw < 0.5)
        limit.changeEnded(zookeeper.apply(change.record, change.expectedVersion) ? 'done' : 'lost', nowMs);
      else if (draw < 0.6) limit.changeEnded('lost', nowMs);
      else {
        // Applied and unheard of; lost on the way; or still on the way.
        if (draw < 0.75) zookeeper.apply(change.record, change.expectedVersion);
        else if (draw < 0.9) late.push(change);
        limit.changeEnded('unknown', nowMs);
      }
    };

    for (let turn = 0; turn < 3_000; turn++) {
      nowMs += random.next() * 40;
      if (chance(0.5)) {
        durable += Math.floor(random.next() * 30);
        limit.durable(durable, nowMs);
      }
      if (chance(0.02)) limit.registered(chance(0.7));
      if (chance(0.02)) isUp = chance(0.8);
      if (chance(0.005)) standby = standbys[Math.floor(random.next() * 2)] ?? standby;
      // Every so often the standby stands still for a good while.
      const isStanding = Math.floor(nowMs / 4_000) % 3 === 1;
      if (!isStanding && chance(0.6))
        standby.received = Math.max(standby.received, durable - Math.floor(random.next() * 9));
      if (chance(0.7))
        limit.confirmed(standby.holder, Math.floor(standby.received * (chance(0.9) ? 1 : random.next())));
      if (inFlight !== undefined && nowMs >= inFlight.due) answer();
      const arriving = late.filter(() => chance(0.1));
      late = late.filter((change) => !arriving.includes(change));
      for (const change of arriving) zookeeper.apply(change.record, change.expectedVersion);
      check();
      const step = inFlight === undefined ? limit.next(nowMs, nowMs) : undefined;
      if (step !== undefined)
        inFlight = { due: nowMs + random.next() * 60, ...(step.kind === 'change' ? { change: step } : {}) };
      check();
    }
    expect([hadCeiling, hadBound, granted > 1_000]).toEqual([true, true, true]);

    // Calm: everything is acknowledged in the end, and the record says that the standby has it.
    late = [];
    isUp = true;
    limit.registered(true);
    for (let turn = 0; turn < 400; turn++) {
      nowMs += 10;
      standby.received = durable;
      limit.confirmed(standby.holder, durable);
      if (inFlight?.change !== undefined) {
        const { record, expectedVersion } = inFlight.change;
        limit.changeEnded(zookeeper.apply(record, expectedVersion) ? 'done' : 'lost', nowMs);
      } else if (inFlight !== undefined)
        limit.readEnded({ value: zookeeper.version < 0 ? undefined : { ...zookeeper } }, nowMs);
      inFlight = undefined;
      const step = limit.next(nowMs, nowMs);
      if (step !== undefined) inFlight = { due: 0, ...(step.kind === 'change' ? { change: step } : {}) };
      check();
    }
    expect(limit.look(nowMs)).toMatchObject({ acknowledgeableLsn: durable, state: 'within' });
  });
});
