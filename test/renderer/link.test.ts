import { describe, expect, it } from 'vitest';
import { CallError, createLink, topicValue } from '#renderer/state';
import { message } from '#shared/domain';
import { fakeBridge, fakeTimers } from './fake-bridge.ts';

function setUp() {
  const main = fakeBridge();
  const timers = fakeTimers();
  const link = createLink(main.bridge, timers);
  return { main, timers, link };
}

describe('topics', () => {
  it('subscribes once for many watchers and unsubscribes after the last one', () => {
    const { main, link } = setUp();
    main.setLink(true);
    const first = link.watch('events');
    const second = link.watch('events');
    expect(main.take()).toEqual([{ t: 'subscribe', topic: 'events' }]);
    first();
    expect(main.take()).toEqual([]);
    second();
    expect(main.take()).toEqual([{ t: 'unsubscribe', topic: 'events' }]);
    expect(topicValue(link.store.getState(), 'events')).toBeUndefined();
  });

  it('applies changes with consecutive versions and keeps what did not change', () => {
    const { main, link } = setUp();
    main.setLink(true);
    link.watch('fleet');
    const untouched = { key: 'e/b' };
    main.deliver({
      t: 'snapshot',
      topic: 'fleet',
      version: 4,
      value: { pairs: { 'e/a': { epoch: 1 }, 'e/b': untouched } },
    });
    main.deliver({ t: 'change', topic: 'fleet', version: 5, changes: [{ path: ['pairs', 'e/a', 'epoch'], value: 2 }] });
    const fleet = topicValue(link.store.getState(), 'fleet');
    expect(fleet?.pairs['e/a']?.epoch).toBe(2);
    expect(fleet?.pairs['e/b']).toBe(untouched);
  });

  it('asks again after a gap, keeps the old state meanwhile and ignores what belongs to the old subscription', () => {
    const { main, link } = setUp();
    main.setLink(true);
    link.watch('events');
    main.deliver({ t: 'snapshot', topic: 'events', version: 1, value: { latest: [] } });
    main.take();
    main.deliver({ t: 'change', topic: 'events', version: 3, changes: [{ path: ['latest'], value: ['lost'] }] });
    expect(main.take()).toEqual([
      { t: 'unsubscribe', topic: 'events' },
      { t: 'subscribe', topic: 'events' },
    ]);
    main.deliver({ t: 'change', topic: 'events', version: 4, changes: [{ path: ['latest'], value: ['late'] }] });
    expect(main.take()).toEqual([]);
    expect(topicValue(link.store.getState(), 'events')).toEqual({ latest: [] });
    main.deliver({ t: 'snapshot', topic: 'events', version: 9, value: { latest: ['whole'] } });
    expect(topicValue(link.store.getState(), 'events')).toEqual({ latest: ['whole'] });
  });

  it('keeps the state, dated, when the link is lost, and subscribes again when it is back', () => {
    const { main, timers, link } = setUp();
    main.setLink(true);
    link.watch('events');
    main.deliver({ t: 'snapshot', topic: 'events', version: 1, value: { latest: [] } });
    main.take();
    timers.advance(500);
    main.setLink(false);
    expect(link.store.getState()).toMatchObject({ up: false, lostAtMs: timers.now() });
    expect(topicValue(link.store.getState(), 'events')).toEqual({ latest: [] });
    main.setLink(true);
    expect(link.store.getState()).toMatchObject({ up: true, lostAtMs: null });
    expect(main.take()).toEqual([{ t: 'subscribe', topic: 'events' }]);
  });

  it('takes no state of a topic that nobody watches any more', () => {
    const { main, link } = setUp();
    main.setLink(true);
    link.watch('events')();
    main.deliver({ t: 'snapshot', topic: 'events', version: 1, value: { latest: [] } });
    expect(link.store.getState().topics).toEqual({});
  });
});

describe('calls', () => {
  it('resolves with the reply of its own id', async () => {
    const { main, timers, link } = setUp();
    main.setLink(true);
    const first = link.call('practice.start', {});
    const second = link.call('environments.remove', { id: 'x' });
    const [one, two] = main.take();
    if (one?.t !== 'call' || two?.t !== 'call') throw new Error('two calls were expected');
    main.deliver({ t: 'reply', id: two.id, ok: true, value: null });
    main.deliver({ t: 'reply', id: one.id, ok: true, value: { pairKey: 'practice/mt' } });
    await expect(first).resolves.toEqual({ pairKey: 'practice/mt' });
    await expect(second).resolves.toBeNull();
    expect(timers.pending()).toEqual([]);
  });

  it("rejects with main's typed error", async () => {
    const { main, link } = setUp();
    main.setLink(true);
    const call = link.call('pair.promote', { pairKey: 'e/p', to: 'b', token: 't', confirmation: '' });
    const [sent] = main.take();
    if (sent?.t !== 'call') throw new Error('a call was expected');
    main.deliver({
      t: 'reply',
      id: sent.id,
      ok: false,
      error: { code: 'refused', message: message('x.y', { a: 1 }), instance: 'b', step: 'lock' },
    });
    const error = await call.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CallError);
    expect(error).toMatchObject({ code: 'refused', said: message('x.y', { a: 1 }), instance: 'b', step: 'lock' });
  });

  it('says that the outcome is not known after a time-out, and ignores the late reply', async () => {
    const { main, timers, link } = setUp();
    main.setLink(true);
    const call = link.call('practice.stop', {}, 3_000);
    const [sent] = main.take();
    timers.advance(3_000);
    await expect(call).rejects.toMatchObject({
      code: 'timeout',
      said: message('screen.error.timeout', { seconds: 3 }),
    });
    if (sent?.t === 'call') main.deliver({ t: 'reply', id: sent.id, ok: true, value: null });
  });

  it('says that the outcome is not known when the link is lost under way', async () => {
    const { main, link } = setUp();
    main.setLink(true);
    const call = link.call('practice.stop', {});
    main.setLink(false);
    await expect(call).rejects.toMatchObject({ code: 'link-lost', said: message('screen.error.linkLost') });
  });

  it('sends nothing without a link, and says that nothing was done', async () => {
    const { main, link } = setUp();
    await expect(link.call('practice.stop', {})).rejects.toMatchObject({ said: message('screen.error.noLink') });
    expect(main.take()).toEqual([]);
  });
});
