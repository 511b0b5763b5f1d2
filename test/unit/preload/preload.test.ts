import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Bridge, ServerMessage } from '#shared/contract';
import { CHANNEL } from '../../../src/main/desktop/transport.ts';

const ipc = vi.hoisted(() => ({
  exposed: new Map<string, unknown>(),
  sent: [] as unknown[][],
  listeners: new Map<unknown, string>(),
}));
vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, api: unknown) => ipc.exposed.set(name, api) },
  ipcRenderer: {
    send: (...args: unknown[]) => ipc.sent.push(args),
    on: (channel: string, listener: unknown) => ipc.listeners.set(listener, channel),
    off: (_channel: string, listener: unknown) => ipc.listeners.delete(listener),
  },
}));

let bridge: Bridge;
beforeAll(async () => {
  await import('../../../src/preload/index.ts');
  bridge = ipc.exposed.get('kuantu') as Bridge;
});

/** What main sends, as Electron delivers it: the event first. */
function fromMain(message: ServerMessage): void {
  for (const [listener, channel] of ipc.listeners)
    if (channel === CHANNEL) (listener as (event: unknown, message: unknown) => void)({ sender: 'secret' }, message);
}

describe('the preload', () => {
  it('exposes the bridge and nothing else', () => {
    expect([...ipc.exposed.keys()]).toEqual(['kuantu']);
    expect(Object.keys(bridge).toSorted()).toEqual(['onLink', 'onMessage', 'send']);
  });

  it('sends on the channel that main listens to', () => {
    bridge.send({ t: 'subscribe', topic: 'fleet' });
    expect(ipc.sent).toEqual([[CHANNEL, { t: 'subscribe', topic: 'fleet' }]]);
  });

  it('hands messages on without the event, until stopped', () => {
    const heard: unknown[][] = [];
    const stop = bridge.onMessage((...args: unknown[]) => heard.push(args));
    const reply: ServerMessage = { t: 'reply', id: 1, ok: true, value: null };
    fromMain(reply);
    stop();
    fromMain(reply);
    expect(heard).toEqual([[reply]]);
    expect(ipc.listeners.size).toBe(0);
  });

  it('tells that the link is up, once and not within the call', async () => {
    const heard: boolean[] = [];
    bridge.onLink((up) => heard.push(up));
    bridge.onLink((up) => heard.push(up))();
    expect(heard).toEqual([]);
    await Promise.resolve();
    expect(heard).toEqual([true]);
  });
});
