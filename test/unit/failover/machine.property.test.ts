import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DataStatus, ReplyClass } from '#shared/domain';
import { dataStatus, failedSync } from '#test/data-facts';
import { MachineRig, registration, type SnapshotChange } from '#test/failover-facts';

const instance = fc.constantFrom('A', 'B');
/** Mostly the first: what nearly always is in good order is what lets the interesting orders happen. */
const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
const MAX_LOSS = 10;
const DATA = [
  undefined,
  dataStatus({ lossBound: null }),
  failedSync(MAX_LOSS),
  failedSync(MAX_LOSS + 1),
  failedSync(null),
];
const event = fc.oneof(
  fc.record({
    kind: fc.constant('beat' as const),
    instance: fc.constant('B'),
    reply: mostly<ReplyClass>('error', 'ok', 'refused', 'timeout'),
  }),
  fc.record({
    kind: fc.constant('beat' as const),
    instance,
    reply: fc.constantFrom<ReplyClass>('ok', 'switching', 'error', 'empty', 'refused', 'timeout'),
  }),
  fc.record({
    kind: fc.constant('process' as const),
    instance,
    says: fc.constantFrom<'alive' | 'gone' | 'nothing'>('alive', 'gone', 'nothing'),
    frozen: fc.boolean(),
    incarnation: fc.constantFrom('A-1', 'A-2', 'B-1'),
  }),
  fc.record({
    kind: fc.constant('sees' as const),
    a: fc.constantFrom('A-1', 'A-2', null),
    b: mostly('B-1' as string | null, null),
    mode: mostly<'auto' | 'assist' | 'observe'>('auto', 'assist', 'observe'),
    holder: mostly<'this' | 'other' | 'none'>('this', 'other', 'none'),
    settled: mostly(true, false),
    data: fc.constantFrom(...DATA),
  }),
  fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(10, 250, 250, 1_000, 4_000) }),
  fc.record({ kind: fc.constant('lease' as const), live: mostly(true, false) }),
);
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

/** What a begin must rest on, kept apart from the machine's own reckoning. */
class Model {
  seen = { a: 'A-1' as string | null, b: 'B-1' as string | null, mode: 'auto', holder: 'this', settled: true };
  processGone = new Set<string>();
  lastReply = new Map<string, ReplyClass>([
    ['A', 'ok'],
    ['B', 'error'],
  ]);
  live = true;
  /** What B last said of its data, in the one life that it has here. */
  data: DataStatus | undefined;

  take(next: Event): void {
    if (next.kind === 'beat') this.lastReply.set(next.instance, next.reply);
    if (next.kind === 'process' && next.instance === 'A' && next.says === 'gone')
      this.processGone.add(next.incarnation);
    if (next.kind === 'sees') this.seen = next;
    if (next.kind === 'sees' && next.b !== null) this.data = next.data ?? this.data;
    if (next.kind === 'lease') this.live = next.live;
  }
}

const dataOf = (data: DataStatus | undefined) =>
  data ? { data, status: data.sync.state === 'failed' ? (3 as const) : (2 as const) } : {};

/** Whether a promotion may be begun by itself with what the standby said. */
function isWithinLoss(data: DataStatus | undefined): boolean {
  return !data || data.sync.state === 'following' || (data.lossBound ?? MAX_LOSS + 1) <= MAX_LOSS;
}

function feed(rig: MachineRig, next: Event): void {
  switch (next.kind) {
    case 'beat':
      rig.beat(next.instance, next.reply);
      break;
    case 'process':
      rig.process(next.instance, next.says, next.frozen, next.incarnation);
      break;
    case 'sees': {
      const change: SnapshotChange = {
        a: next.a === null ? null : registration('A', { incarnation: next.a }),
        b: next.b === null ? null : registration('B', { incarnation: next.b, ...dataOf(next.data) }),
        mode: next.mode,
        maxLossRecords: MAX_LOSS,
        lock: { holder: next.holder, name: null },
        settled: next.settled,
      };
      rig.sees(change);
      break;
    }
    case 'pass':
      rig.pass(next.ms);
      rig.feed({ kind: 'tick' });
      break;
    case 'lease':
      rig.now = { ...rig.now, zookeeperLive: next.live };
      rig.feed({ kind: 'tick' });
      break;
  }
}

describe('whatever happens in whatever order', () => {
  it('a switchover begins only with lock, lease, policy, a standby that is heard, and two classes of evidence', () => {
    let begins = 0;
    let withData = 0;
    fc.assert(
      fc.property(fc.array(event, { minLength: 10, maxLength: 40 }), (events) => {
        const rig = new MachineRig().settle();
        const model = new Model();
        for (const next of events) {
          model.take(next);
          rig.effects = [];
          feed(rig, next);
          if (rig.began().length === 0) continue;
          begins += 1;
          expect(rig.began()).toHaveLength(1);
          expect(model.live && model.seen.settled).toBe(true);
          expect(model.seen).toMatchObject({ mode: 'auto', holder: 'this', b: 'B-1' });
          expect(['empty', 'refused']).not.toContain(model.lastReply.get('B'));
          expect(isWithinLoss(model.data)).toBe(true);
          withData += model.data ? 1 : 0;
          expect(model.processGone.size > 0 || model.seen.a === null).toBe(true);
          return;
        }
      }),
      { numRuns: 2_000, seed: 20_260_105 },
    );
    // A property that nothing ever reaches proves nothing.
    expect(begins).toBeGreaterThan(50);
    expect(withData).toBeGreaterThan(20);
  }, 30_000);
});
