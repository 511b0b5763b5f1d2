import { describe, expect, it } from 'vitest';
import { measureOutage, type OutageLedger, withOutageSample } from '#main/failover';
import type { BeatSample } from '#main/heartbeat';
import type { ReplyClass } from '#shared/domain';
import { sample } from '#test/failover-facts';

const at = (
  instance: string,
  kind: ReplyClass,
  sentMs: number,
  endedMs = sentMs + 1,
  change: Partial<BeatSample> = {},
) =>
  sample(
    instance,
    kind,
    { monotonicMs: sentMs, wallMs: sentMs, zookeeperLive: true },
    { endedMonotonicMs: endedMs, ...change },
  );
const empty = { lastGood: null, firstBad: null, lastBadOfNew: null, firstGood: null };
const outage = (samples: BeatSample[], to: string | null = 'B') =>
  measureOutage(samples.reduce<OutageLedger>((ledger, one) => withOutageSample(ledger, one, to), empty));

describe('the outage as the beats saw it', () => {
  it('is not known before a good reply', () => {
    expect(outage([at('A', 'ok', 0), at('A', 'empty', 500, 500), at('B', 'error', 520)])).toBeNull();
  });

  it('begins with the end of the connection and ends between the last bad and the first good reply', () => {
    const measured = outage([
      at('A', 'ok', 0),
      at('A', 'empty', 500, 500, { scheduled: false }),
      at('A', 'refused', 550),
      at('B', 'switching', 600),
      at('B', 'ok', 650, 652),
    ]);
    expect(measured).toEqual({ outageMs: 126, errorMs: 26 });
  });

  it('knows less of the end of a process that hangs', () => {
    const measured = outage([
      at('A', 'ok', 0),
      at('A', 'timeout', 1_000, 2_000),
      at('B', 'error', 4_900),
      at('B', 'ok', 5_000),
    ]);
    expect(measured?.outageMs).toBeCloseTo(4_450, 0);
    expect(measured?.errorMs).toBeCloseTo(550, 0);
  });

  it('is nothing where no beat failed', () => {
    expect(outage([at('A', 'ok', 0), at('B', 'ok', 10)])?.outageMs).toBe(0);
  });

  it('is found without being told who takes over, when a node promotes itself', () => {
    const measured = outage(
      [at('A', 'ok', 0), at('A', 'empty', 100, 100), at('B', 'error', 150), at('B', 'ok', 200)],
      null,
    );
    expect(measured?.outageMs).toBeGreaterThan(50);
  });

  it('is over where the same instance answers again', () => {
    const samples = [at('A', 'ok', 0), at('A', 'timeout', 100, 600), at('A', 'ok', 700), at('B', 'error', 710)];
    expect(outage(samples, null)).toBeNull();
  });

  it('counts an answer about an unknown session as served', () => {
    const samples = [
      at('A', 'ok', 0),
      at('A', 'empty', 100, 100),
      at('B', 'error', 200, 201, { errorNumber: 308000002 }),
    ];
    expect(outage(samples)).not.toBeNull();
  });
});
