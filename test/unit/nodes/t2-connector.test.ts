import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFrame } from '#core/frames';
import {
  type CallOutcome,
  type ConnectionEvent,
  type ConnectorWaits,
  createT2Connector,
  type StreamListener,
  type StreamPort,
} from '#main/nodes';
import { FUNCTIONS } from '#shared/domain';
import { VirtualClock } from '#test/virtual-clock';

/** One connection attempt as the connector made it; the test plays the peer. */
interface Attempt {
  listener: StreamListener;
  sent: { function: number; id: number }[];
  destroyed: boolean;
  unsentBytes: number;
}

function setUp(clock = new VirtualClock(), waits?: () => ConnectorWaits) {
  const attempts: Attempt[] = [];
  const streams: StreamPort = {
    connect(_host, _port, listener) {
      const attempt: Attempt = { listener, sent: [], destroyed: false, unsentBytes: 0 };
      attempts.push(attempt);
      return {
        write: (bytes) => attempt.sent.push(JSON.parse(Buffer.from(bytes).subarray(4).toString())),
        unsentBytes: () => attempt.unsentBytes,
        destroy: () => {
          attempt.destroyed = true;
        },
      };
    },
  };
  const connector = createT2Connector({ clock, streams })({ host: 'h', t2Port: 1, f2Port: 2 }, waits);
  const events: ConnectionEvent[] = [];
  connector.onConnection((event) => events.push(event));
  const attempt = (index = attempts.length - 1): Attempt => {
    const found = attempts[index];
    if (!found) throw new Error(`no attempt ${index}`);
    return found;
  };
  const beat = (timeoutMs = 1_000) => connector.call(FUNCTIONS.heartbeat, {}, timeoutMs);
  return { clock, connector, attempts, attempt, events, beat };
}

const failure = (code: string) => Object.assign(new Error(code), { code });
const replyTo = (call: { function: number; id: number } | undefined) => encodeFrame({ ...call, error_no: 0 });
const kinds = (events: ConnectionEvent[]) => events.map((event) => event.kind);

describe('how connecting fails', () => {
  test.each([
    ['ECONNREFUSED', 'refused'],
    ['ECONNRESET', 'empty'],
    ['ETIMEDOUT', 'timeout'],
    ['EHOSTUNREACH', 'timeout'],
    ['ENETUNREACH', 'timeout'],
    ['ENOTFOUND', 'timeout'],
    ['EPERM', 'timeout'],
    ['EACCES', 'timeout'],
    ['EMFILE', 'timeout'],
  ])('%s is %s, with the code as detail', async (code, outcomeClass) => {
    const { attempt, beat } = setUp();
    const outcome = beat();
    attempt().listener.ended(failure(code));
    expect(await outcome).toMatchObject({ class: outcomeClass, detail: code, reply: null, latencyMs: null });
  });

  test('a name with two addresses is refused only where both refuse', async () => {
    const { attempt, beat } = setUp();
    const both = beat();
    attempt().listener.ended(new AggregateError([failure('ECONNREFUSED'), failure('ECONNREFUSED')]));
    expect(await both).toMatchObject({ class: 'refused', detail: 'ECONNREFUSED' });
    const one = beat();
    attempt().listener.ended(new AggregateError([failure('ECONNREFUSED'), failure('EHOSTUNREACH')]));
    expect(await one).toMatchObject({ class: 'timeout', detail: 'ECONNREFUSED, EHOSTUNREACH' });
  });

  test('no answer to connecting at all: calls end in their own time-out, the attempt in its own, without an event', async () => {
    const { clock, attempt, attempts, beat, events } = setUp();
    const [short, long] = [beat(500), beat(10_000)];
    await clock.advance(500);
    expect(await short).toMatchObject({ class: 'timeout', detail: 'not connected within 500 ms' });
    await clock.advance(2_500);
    expect(await long).toMatchObject({ class: 'timeout', detail: 'no connection within 3000 ms' });
    expect(attempt().destroyed).toBe(true);
    void beat();
    expect(attempts).toHaveLength(2);
    expect(events).toEqual([]);
  });
});

describe('after an unexpected close', () => {
  async function connected() {
    const made = setUp();
    const first = made.beat();
    made.attempt().listener.opened();
    made.attempt().listener.data(replyTo(made.attempt().sent[0]));
    expect((await first).class).toBe('ok');
    return made;
  }

  test('one attempt is made at once; a refusal ends the matter', async () => {
    const { clock, attempt, attempts, events } = await connected();
    attempt().listener.ended(null);
    expect(attempts).toHaveLength(2);
    attempt().listener.ended(failure('ECONNREFUSED'));
    await clock.advance(60_000);
    expect(attempts).toHaveLength(2);
    expect(kinds(events)).toEqual(['opened', 'closed', 'refused']);
  });

  test('a dying process that still takes and drops connections is one incident, and its refusal is learnt', async () => {
    const { clock, attempt, attempts, events } = await connected();
    attempt().listener.ended(failure('ECONNRESET'));
    attempt().listener.opened();
    attempt().listener.ended(null);
    await clock.advance(1);
    attempt().listener.ended(failure('ECONNRESET'));
    await clock.advance(3);
    attempt().listener.ended(failure('ECONNREFUSED'));
    expect(attempts).toHaveLength(4);
    expect(kinds(events).filter((kind) => kind !== 'opened')).toEqual(['closed', 'refused']);
  });

  test('the attempts are few, and a good reply gives them back', async () => {
    const { clock, attempt, attempts, beat } = await connected();
    for (let i = 0; i < 10; i++) {
      attempt().listener.opened();
      attempt().listener.ended(null);
      await clock.advance(1_000);
    }
    expect(attempts).toHaveLength(5);
    const again = beat();
    attempt().listener.opened();
    attempt().listener.data(replyTo(attempt().sent[0]));
    expect((await again).class).toBe('ok');
    attempt().listener.ended(null);
    expect(attempts).toHaveLength(7);
  });

  test('nothing is attempted after close()', async () => {
    const { clock, attempt, attempts, connector, events } = await connected();
    attempt().listener.ended(null);
    attempt().listener.ended(null);
    connector.close();
    await clock.advance(1_000);
    expect(attempts).toHaveLength(2);
    expect(kinds(events)).toEqual(['opened', 'closed']);
  });

  test('an unreachable network is silence: no event, and calls end in time-out', async () => {
    const { attempt, attempts, beat, events } = await connected();
    const outcome = beat();
    attempt().listener.ended(failure('ETIMEDOUT'));
    expect((await outcome).class).toBe('timeout');
    expect(attempts).toHaveLength(1);
    expect(kinds(events)).toEqual(['opened']);
  });
});

describe('a connection that stays quiet', () => {
  test('is replaced after three seconds, ever more rarely, and never while another call waits', async () => {
    const { clock, connector, attempt, attempts, beat, events } = setUp();
    void beat(1_000);
    attempt().listener.opened();
    const promotion = connector.call(FUNCTIONS.promote, {}, 5_000);
    for (let second = 0; second < 4; second++) {
      void beat(900);
      await clock.advance(1_000);
    }
    expect(attempts).toHaveLength(1);
    await clock.advance(1_000);
    expect((await promotion).class).toBe('timeout');
    expect(attempts).toHaveLength(2);
    expect(attempts[0]?.destroyed).toBe(true);
    let openedUpTo = 1;
    for (let second = 0; second < 60; second++) {
      while (openedUpTo < attempts.length) attempt(openedUpTo++).listener.opened();
      void beat(900);
      await clock.advance(1_000);
    }
    expect(attempts.length).toBeGreaterThan(4);
    expect(attempts.length).toBeLessThan(9);
    expect(kinds(events)).not.toContain('closed');
  });
});

describe('what the policy says of connections', () => {
  /** A connector whose policy can be changed while it is in use. */
  function ruled() {
    const waits = { connectMs: 3_000, frameMs: 5_000, quietConnectionMs: 3_000, longestQuietMs: 60_000 };
    return { waits, ...setUp(new VirtualClock(), () => waits) };
  }

  test('holds for the next attempt to connect, while the one under way keeps its time', async () => {
    const { waits, clock, attempt, attempts, beat } = ruled();
    const first = beat(20_000);
    waits.connectMs = 200;
    await clock.advance(2_999);
    expect(attempt().destroyed).toBe(false);
    await clock.advance(1);
    expect(await first).toMatchObject({ detail: 'no connection within 3000 ms' });
    const second = beat(20_000);
    await clock.advance(200);
    expect(await second).toMatchObject({ detail: 'no connection within 200 ms' });
    expect(attempts).toHaveLength(2);
  });

  test('holds for the next frame', async () => {
    const { waits, clock, attempt, beat } = ruled();
    const outcome = beat(20_000);
    attempt().listener.opened();
    waits.frameMs = 700;
    attempt().listener.data(Buffer.from([0, 0, 0, 9]));
    await clock.advance(700);
    expect(await outcome).toMatchObject({ class: 'empty', detail: 'a frame was not finished within 700 ms' });
  });

  test('holds for a connection that is quiet already, and for how far its wait doubles', async () => {
    const { waits, clock, attempt, attempts, beat } = ruled();
    void beat();
    attempt().listener.opened();
    const second = async () => {
      void beat(900);
      await clock.advance(1_000);
      if (attempts.length > opened) attempt(opened++).listener.opened();
    };
    let opened = 1;
    await second();
    expect(attempts).toHaveLength(1);
    Object.assign(waits, { quietConnectionMs: 1_000, longestQuietMs: 2_000 });
    const replaced: number[] = [];
    for (let made = 0; made < 8; made++) {
      await second();
      replaced.push(attempts.length);
    }
    // Once at a second's end, and from then on as seldom as the longest wait has it.
    expect(replaced.at(-1)).toBeGreaterThanOrEqual(3);
    expect(replaced.at(-1)).toBeLessThanOrEqual(5);
    Object.assign(waits, { longestQuietMs: 60_000 });
    const before = attempts.length;
    for (let made = 0; made < 4; made++) await second();
    expect(attempts.length).toBe(before);
  });
});

describe('hostile peers', () => {
  test('a frame that is not finished in five seconds ends the connection', async () => {
    const { clock, attempt, beat, events } = setUp();
    const outcome = beat(20_000);
    attempt().listener.opened();
    for (let second = 0; second < 5; second++) {
      attempt().listener.data(second === 0 ? Buffer.from([0, 0, 0, 9]) : Buffer.from('{'));
      await clock.advance(1_000);
    }
    expect(await outcome).toMatchObject({ class: 'empty', detail: 'a frame was not finished within 5000 ms' });
    expect(kinds(events)).toEqual(['opened', 'closed']);
  });

  test('a peer that does not speak t2 is not connected to again before the next call', async () => {
    const { clock, attempt, attempts, beat } = setUp();
    const outcome = beat();
    attempt().listener.opened();
    attempt().listener.data(Buffer.from('HTTP/1.1 400'));
    expect((await outcome).class).toBe('empty');
    await clock.advance(1_000);
    expect(attempts).toHaveLength(1);
    expect(attempt().destroyed).toBe(true);
  });

  test('whatever bytes come, in whatever pieces: nothing throws and every call ends by its time-out', async () => {
    const pieces = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc
          .json()
          .map((text) => Buffer.concat([Buffer.from([0, 0, 0, Buffer.byteLength(text) % 256]), Buffer.from(text)])),
        fc
          .record({ function: fc.constant(402000), id: fc.nat(3), error_no: fc.integer() })
          .map((reply) => encodeFrame(reply)),
      ),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(pieces, async (bytes) => {
        const { clock, attempts, beat } = setUp();
        const calls: Promise<CallOutcome>[] = [beat(), beat(), beat()];
        attempts[0]?.listener.opened();
        for (const piece of bytes) if (!attempts[0]?.destroyed) attempts[0]?.listener.data(piece);
        await clock.advance(1_000);
        for (const outcome of await Promise.all(calls))
          expect(['ok', 'switching', 'error', 'empty', 'timeout']).toContain(outcome.class);
      }),
      { numRuns: 200 },
    );
  });

  test('a call to a peer that does not read is not sent, and times out', async () => {
    const { clock, attempt, beat } = setUp();
    const sent = beat();
    attempt().listener.opened();
    attempt().unsentBytes = 256 * 1024;
    const kept = beat();
    await clock.advance(1_000);
    expect(await sent).toMatchObject({ class: 'timeout', detail: 'no reply within 1000 ms' });
    expect(await kept).toMatchObject({ class: 'timeout', detail: 'the peer does not read within 1000 ms' });
    expect(attempt().sent).toHaveLength(1);
  });
});

describe('a stall of the console itself', () => {
  test('a reply that came in time and lay unread is no time-out', async () => {
    const clock = new StallingClock();
    const { attempt, beat } = setUp(clock);
    const outcome = beat(1_000);
    attempt().listener.opened();
    clock.stall(5_000);
    await clock.advance(0);
    attempt().listener.data(replyTo(attempt().sent[0]));
    await clock.advance(10);
    expect((await outcome).class).toBe('ok');
  });

  test('with nothing to read after it, it is one', async () => {
    const clock = new StallingClock();
    const { attempt, beat } = setUp(clock);
    const outcome = beat(1_000);
    attempt().listener.opened();
    clock.stall(5_000);
    await clock.advance(10);
    expect((await outcome).class).toBe('timeout');
  });
});

/** Time that can pass without any timer firing, as when the process stood still. */
class StallingClock extends VirtualClock {
  #stalledMs = 0;
  stall(byMs: number): void {
    this.#stalledMs += byMs;
  }
  override monotonicMs(): number {
    return super.monotonicMs() + this.#stalledMs;
  }
  override setTimer(delayMs: number, callback: () => void) {
    const atMs = this.monotonicMs() + delayMs;
    const timer = super.setTimer(0, () => wait());
    let inner = timer;
    const wait = () => {
      if (this.monotonicMs() >= atMs) callback();
      else inner = super.setTimer(1, wait);
    };
    return { cancel: () => inner.cancel() };
  }
}
