import { describe, expect, it } from 'vitest';
import { createTopicHub, type TopicHub } from '#main/ipc';
import { applyChanges, type BeatColumns, type ServerMessage, type StateTopic } from '#shared/contract';
import { VirtualClock } from '#test/virtual-clock';

type Delivered = Exclude<ServerMessage, { t: 'reply' }>;

function rig() {
  const clock = new VirtualClock();
  const pictures: Record<string, unknown> = {};
  const asked: string[] = [];
  const hub = createTopicHub(clock, {
    state: (topic) => {
      asked.push(topic);
      return pictures[topic] ?? null;
    },
    beats: () => [],
  });
  return { clock, pictures, asked, hub };
}

function screen(hub: TopicHub, topic: StateTopic | `beats:${string}`) {
  const got: Delivered[] = [];
  const subscriber = { deliver: (message: Delivered) => void got.push(message) };
  hub.subscribe(topic, subscriber);
  return { got, leave: () => hub.unsubscribe(topic, subscriber) };
}

const columns = (instance: string, ...times: number[]): BeatColumns => ({
  instance,
  atMs: Float64Array.from(times),
  code: new Uint8Array(times.length),
  latencyMs: Float32Array.from(times, () => 1.5),
});

describe('the topic hub', () => {
  it('sends the snapshot first, then consecutive changes of only what differs', async () => {
    const { hub, pictures, clock } = rig();
    pictures['pair:e/p'] = { tile: { state: 'normal' }, epoch: 1 };
    const { got } = screen(hub, 'pair:e/p');
    expect(got).toEqual([
      { t: 'snapshot', topic: 'pair:e/p', version: 1, value: { tile: { state: 'normal' }, epoch: 1 } },
    ]);
    for (const [epoch, version] of [
      [2, 2],
      [3, 3],
    ] as const) {
      pictures['pair:e/p'] = { tile: { state: 'normal' }, epoch };
      hub.touch('pair:e/p');
      await clock.advance(200);
      expect(got.at(-1)).toEqual({
        t: 'change',
        topic: 'pair:e/p',
        version,
        changes: [{ path: ['epoch'], value: epoch }],
      });
    }
  });

  it('coalesces to ten a second however often it is touched, and loses nothing', async () => {
    const { hub, pictures, clock } = rig();
    pictures.fleet = { n: 0 };
    const { got } = screen(hub, 'fleet');
    for (let n = 1; n <= 1000; n++) {
      pictures.fleet = { n };
      hub.touch('fleet');
      await clock.advance(1);
    }
    await clock.advance(100);
    const changes = got.filter((message) => message.t === 'change');
    expect(changes.length).toBeGreaterThanOrEqual(9);
    expect(changes.length).toBeLessThanOrEqual(12);
    const state = changes.reduce((now, change) => applyChanges(now, change.changes), { n: 0 });
    expect(state).toEqual({ n: 1000 });
    expect(changes.map(({ version }) => version)).toEqual(changes.map((_, index) => index + 2));
  });

  it('sends nothing where a touch changed nothing', async () => {
    const { hub, pictures, clock } = rig();
    pictures.fleet = { list: [1, { a: 2 }] };
    const { got } = screen(hub, 'fleet');
    pictures.fleet = { list: [1, { a: 2 }] };
    hub.touch('fleet');
    await clock.advance(500);
    expect(got).toHaveLength(1);
  });

  it('computes no picture that nobody looks at', async () => {
    const { hub, clock, asked } = rig();
    hub.touch('fleet');
    await clock.advance(500);
    expect(asked).toEqual([]);
    const { leave } = screen(hub, 'fleet');
    leave();
    hub.touch('fleet');
    await clock.advance(500);
    expect(asked).toEqual(['fleet']);
  });

  it('gives a second screen the same versions as the first', async () => {
    const { hub, pictures, clock } = rig();
    pictures.fleet = { n: 1 };
    const first = screen(hub, 'fleet');
    pictures.fleet = { n: 2 };
    hub.touch('fleet');
    await clock.advance(200);
    const second = screen(hub, 'fleet');
    expect(second.got).toEqual([{ t: 'snapshot', topic: 'fleet', version: 2, value: { n: 2 } }]);
    pictures.fleet = { n: 3 };
    hub.touch('fleet');
    await clock.advance(200);
    expect(second.got.at(-1)).toEqual(first.got.at(-1));
    expect(second.got.at(-1)).toMatchObject({ t: 'change', version: 3 });
  });

  it('streams beats in batches, one an instance, to who looks at the pair alone', async () => {
    const { hub, clock } = rig();
    const looking = screen(hub, 'beats:e/p');
    const elsewhere = screen(hub, 'beats:e/q');
    hub.publishBeats('e/p', [columns('a', 1)]);
    await clock.advance(1);
    hub.publishBeats('e/p', [columns('a', 2), columns('b', 2)]);
    hub.publishBeats('e/p', [columns('a', 3)]);
    await clock.advance(200);
    const batches = looking.got.flatMap((message) => (message.t === 'beats' ? [message.columns] : []));
    expect(batches).toHaveLength(2);
    expect(batches[1]?.map(({ instance, atMs }) => [instance, [...atMs]])).toEqual([
      ['a', [2, 3]],
      ['b', [2]],
    ]);
    expect(elsewhere.got).toEqual([]);
  });
});
