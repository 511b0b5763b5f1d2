import { describe, expect, it } from 'vitest';
import { createWebSocketBridge, type Socket } from '#renderer/bridge';
import { packBinary, type ServerMessage } from '#shared/contract';
import { fakeTimers } from './fake-bridge.ts';

class FakeSocket implements Socket {
  binaryType = 'blob';
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readonly sent: string[] = [];
  send(data: string) {
    this.sent.push(data);
  }
  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  close() {
    this.readyState = 3;
    this.onclose?.();
  }
}

function setUp() {
  const sockets: FakeSocket[] = [];
  const timers = fakeTimers();
  let wake: () => void = () => undefined;
  const bridge = createWebSocketBridge({
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    after: timers.after,
    random: () => 0.5,
    onWake: (run) => {
      wake = run;
    },
  });
  const received: ServerMessage[] = [];
  const link: boolean[] = [];
  bridge.onMessage((message) => received.push(message));
  bridge.onLink((up) => link.push(up));
  const last = () => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  };
  return { bridge, timers, sockets, received, link, last, wake: () => wake() };
}

describe('the bridge over a WebSocket', () => {
  it('sends JSON text and reads both kinds of frames', () => {
    const { bridge, last, received } = setUp();
    last().open();
    bridge.send({ t: 'subscribe', topic: 'fleet' });
    expect(last().sent).toEqual(['{"t":"subscribe","topic":"fleet"}']);
    expect(last().binaryType).toBe('arraybuffer');
    last().onmessage?.({ data: '{"t":"reply","id":1,"ok":true,"value":null}' });
    const columns = [
      { instance: 'a', atMs: Float64Array.of(5.5), code: Uint8Array.of(3), latencyMs: Float32Array.of(Number.NaN) },
    ];
    last().onmessage?.({ data: packBinary({ t: 'beats', topic: 'beats:e/p', columns }).buffer });
    expect(received).toEqual([
      { t: 'reply', id: 1, ok: true, value: null },
      { t: 'beats', topic: 'beats:e/p', columns },
    ]);
  });

  it('reconnects, waiting longer each time up to five seconds, and anew after a success', () => {
    const { timers, sockets, last, link } = setUp();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 7; attempt++) {
      last().close();
      const [wait] = timers.pending();
      waits.push(wait ?? Number.NaN);
      timers.advance(wait ?? 0);
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
    expect(sockets).toHaveLength(8);
    last().open();
    last().close();
    expect(timers.pending()).toEqual([250]);
    expect(link).toEqual([true, false]);
  });

  it('tries at once when the network or the page comes back, and only while it waits', () => {
    const { sockets, last, wake, timers } = setUp();
    wake();
    expect(sockets).toHaveLength(1);
    last().close();
    wake();
    expect(sockets).toHaveLength(2);
    expect(timers.pending()).toEqual([]);
  });

  it('starts afresh when a frame cannot be read', () => {
    const { last, link, received, timers } = setUp();
    last().open();
    last().onmessage?.({ data: '{"t":' });
    last().onmessage?.({ data: new Uint8Array([0, 0, 1, 0]).buffer });
    expect(received).toEqual([]);
    expect(link).toEqual([true, false]);
    expect(timers.pending()).toEqual([250]);
  });

  it('keeps nothing that is sent while the link is down', () => {
    const { bridge, last } = setUp();
    bridge.send({ t: 'subscribe', topic: 'fleet' });
    last().open();
    expect(last().sent).toEqual([]);
  });
});
