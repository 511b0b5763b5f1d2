import { describe, expect, it } from 'vitest';
import type { CallOutcome, NodeConnector, NodeTarget } from '#main/nodes';
import { ERROR_NUMBERS, FUNCTIONS } from '#shared/domain';
import { VirtualClock } from '#test/virtual-clock';
import type { ClientBeat } from '../../../src/main/drill/beats.ts';
import { ReferenceClient } from '../../../src/main/drill/reference-client.ts';

type Answer = 'silent' | 'empty' | 'refused' | 'standby' | 'switching' | { serves: string; epoch: number };

/** Two nodes that answer as told, one millisecond after the call. */
class Nodes {
  readonly clock = new VirtualClock();
  readonly answers = new Map<number, Answer>();
  readonly logins: number[] = [];
  readonly open = new Set<number>();
  beatsSent = 0;

  connect = (target: NodeTarget): NodeConnector => {
    const lost: ((outcome: CallOutcome) => void)[] = [];
    const port = target.t2Port;
    this.open.add(port);
    return {
      target,
      capabilities: { selfFence: true },
      call: (number, body, timeoutMs) =>
        new Promise((resolve) => {
          const answer = this.answers.get(port) ?? 'silent';
          if (number === FUNCTIONS.heartbeat) this.beatsSent += 1;
          else this.logins.push(port);
          if (answer === 'silent') {
            lost.push(resolve);
            this.clock.setTimer(timeoutMs, () => resolve(outcome('timeout')));
          } else this.clock.setTimer(1, () => resolve(replyOf(answer, number, body.session_id)));
        }),
      onConnection: () => () => {},
      close: () => {
        this.open.delete(port);
        for (const resolve of lost) resolve(outcome('empty'));
      },
    };
  };
}

function outcome(kind: CallOutcome['class'], errorNumber: number | null = null, extra = {}): CallOutcome {
  const reply = errorNumber === null ? null : { function: 0, id: 0, error_no: errorNumber, ...extra };
  return { class: kind, reply, errorNumber, latencyMs: 1, detail: '' };
}

function replyOf(answer: Exclude<Answer, 'silent'>, number: number, session: unknown): CallOutcome {
  if (answer === 'empty' || answer === 'refused') return outcome(answer);
  if (answer === 'standby') return outcome('error', ERROR_NUMBERS.standby, { epoch: 1 });
  if (answer === 'switching') return outcome('switching', ERROR_NUMBERS.switching, { epoch: 2 });
  const { serves, epoch } = answer;
  if (number === FUNCTIONS.practiceLogin) return outcome('ok', 0, { epoch, session_id: serves });
  return session === serves ? outcome('ok', 0, { epoch }) : outcome('error', ERROR_NUMBERS.unknownSession, { epoch });
}

const A = { host: 'a', t2Port: 1, f2Port: 1 };
const B = { host: 'b', t2Port: 2, f2Port: 2 };

function start() {
  const nodes = new Nodes();
  const beats: ClientBeat[] = [];
  const client = new ReferenceClient({
    clock: nodes.clock,
    connect: nodes.connect,
    beat: (beat) => beats.push(beat),
  });
  nodes.answers.set(1, { serves: 'session-a', epoch: 1 });
  nodes.answers.set(2, 'standby');
  client.address('A', A);
  client.address('B', B);
  client.route({ instance: 'A', epoch: 1 });
  const classes = () => beats.map((beat) => beat.class);
  return { nodes, beats, client, classes };
}

describe('the reference client', () => {
  it('logs in and beats the primary at least every 10 ms (F10, F11)', async () => {
    const { nodes, beats } = start();
    await nodes.clock.advance(1_000);
    expect(nodes.logins).toEqual([1]);
    expect(beats.length).toBeGreaterThanOrEqual(100);
    expect(beats.every((beat) => beat.class === 'ok' && beat.instance === 'A')).toBe(true);
    const gaps = beats.slice(1).map((beat, index) => beat.sentMs - (beats[index]?.sentMs ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(10);
  });

  it('does not wait for a lost reply', async () => {
    const { nodes, classes } = start();
    await nodes.clock.advance(100);
    nodes.answers.set(1, 'silent');
    const before = nodes.beatsSent;
    await nodes.clock.advance(500);
    expect(nodes.beatsSent - before).toBeGreaterThanOrEqual(50);
    await nodes.clock.advance(1_000);
    expect(classes()).toContain('timeout');
  });

  it('leaves a primary whose reply is empty, is told that the standby switches, and goes on there (F12, F13)', async () => {
    const { nodes, beats, classes } = start();
    await nodes.clock.advance(100);
    nodes.answers.set(1, 'empty');
    await nodes.clock.advance(20);
    expect(nodes.open).toEqual(new Set([2]));
    nodes.answers.set(2, 'switching');
    await nodes.clock.advance(20);
    nodes.answers.set(2, { serves: 'session-a', epoch: 2 });
    await nodes.clock.advance(20);
    const order = classes().filter((name, index, all) => name !== all[index - 1]);
    expect(order).toEqual(['ok', 'empty', 'error', 'switching', 'ok']);
    expect(beats.at(-1)?.instance).toBe('B');
    expect(nodes.logins).toEqual([1]);
  });

  it('logs in again where the new primary does not know its session', async () => {
    const { nodes, beats } = start();
    await nodes.clock.advance(100);
    nodes.answers.set(1, 'refused');
    nodes.answers.set(2, { serves: 'session-b', epoch: 2 });
    await nodes.clock.advance(100);
    expect(nodes.logins).toEqual([1, 2]);
    expect(beats.at(-1)).toMatchObject({ instance: 'B', class: 'ok' });
  });

  it('follows the route away from a hung primary, whose unanswered beats it counts as timed out', async () => {
    const { nodes, client, beats } = start();
    await nodes.clock.advance(100);
    nodes.answers.set(1, 'silent');
    await nodes.clock.advance(50);
    nodes.answers.set(2, { serves: 'session-a', epoch: 2 });
    client.route({ instance: 'B', epoch: 2 });
    await nodes.clock.advance(50);
    expect(beats.filter((beat) => beat.class === 'timeout').length).toBeGreaterThanOrEqual(5);
    expect(beats.some((beat) => beat.class === 'empty')).toBe(false);
    expect(nodes.open).toEqual(new Set([2]));
  });

  it('drops good replies of an epoch lower than one it has seen', async () => {
    const { nodes, beats } = start();
    nodes.answers.set(1, { serves: 'session-a', epoch: 5 });
    await nodes.clock.advance(50);
    nodes.answers.set(1, { serves: 'session-a', epoch: 4 });
    await nodes.clock.advance(50);
    expect(beats[0]).toMatchObject({ class: 'ok', stale: false });
    expect(beats.at(-1)).toMatchObject({ class: 'ok', stale: true });
  });

  it('is served from the first good reply of an instance to the first one that says otherwise', async () => {
    const { nodes, client } = start();
    expect(client.isServed).toBe(false);
    expect(client.call(FUNCTIONS.practiceWrite, {}, 1_000)).toBeUndefined();
    await nodes.clock.advance(100);
    expect(client.isServed).toBe(true);
    const written = client.call(FUNCTIONS.heartbeat, {}, 1_000);
    await nodes.clock.advance(2);
    expect((await written)?.class).toBe('ok');
    nodes.answers.set(1, 'silent');
    await nodes.clock.advance(500);
    expect(client.isServed).toBe(true);
    nodes.answers.set(2, 'switching');
    client.route({ instance: 'B', epoch: 2 });
    await nodes.clock.advance(50);
    expect(client.isServed).toBe(false);
    nodes.answers.set(2, { serves: 'session-a', epoch: 2 });
    await nodes.clock.advance(50);
    expect(client.isServed).toBe(true);
    expect(nodes.logins).toEqual([1]);
  });

  it('connects anew where an instance came back on another port', async () => {
    const { nodes, client, beats } = start();
    await nodes.clock.advance(50);
    nodes.answers.set(3, { serves: 'session-a', epoch: 1 });
    client.address('A', { ...A, t2Port: 3 });
    await nodes.clock.advance(50);
    expect(nodes.open).toEqual(new Set([3]));
    expect(beats.at(-1)?.class).toBe('ok');
  });

  it('remembers the session that each instance accepted, and stops', async () => {
    const { nodes, client } = start();
    await nodes.clock.advance(50);
    expect([client.sessionAt('A'), client.sessionAt('B')]).toEqual(['session-a', undefined]);
    client.stop();
    const sent = nodes.beatsSent;
    await nodes.clock.advance(100);
    expect(nodes.beatsSent).toBe(sent);
    expect(nodes.open.size).toBe(0);
  });
});
