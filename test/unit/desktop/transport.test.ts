import { EventEmitter } from 'node:events';
import type { IpcMain } from 'electron';
import { describe, expect, it } from 'vitest';
import type { ScreenPort } from '#main/ipc';
import { CHANNEL, connectScreens } from '../../../src/main/desktop/transport.ts';
import { memoryLog } from './fakes.ts';

class FakeContents extends EventEmitter {
  sent: [string, unknown][] = [];
  gone = false;
  mainFrame: { url: string; parent: unknown };
  constructor(url = 'app://console/index.html#/') {
    super();
    this.mainFrame = { url, parent: null };
  }
  send(channel: string, message: unknown): void {
    this.sent.push([channel, message]);
  }
  isDestroyed = () => this.gone;
}

function connected() {
  const ipcMain = new EventEmitter() as EventEmitter & Pick<IpcMain, 'on' | 'removeListener'>;
  const sessions: { port: ScreenPort; screen: string; received: unknown[]; closed: number }[] = [];
  const log = memoryLog();
  const stop = connectScreens(
    ipcMain,
    {
      connect(port, screen) {
        const session = { port, screen, received: [] as unknown[], closed: 0 };
        sessions.push(session);
        return {
          receive(raw) {
            session.received.push(raw);
            return raw !== 'garbage';
          },
          close() {
            session.closed += 1;
          },
        };
      },
    },
    log,
  );
  const say = (sender: FakeContents, message: unknown, senderFrame: unknown = sender.mainFrame) =>
    ipcMain.emit(CHANNEL, { sender, senderFrame }, message);
  return { ipcMain, sessions, log, stop, say };
}

describe('IPC', () => {
  it('opens one session a page and hands its messages on', () => {
    const { sessions, say } = connected();
    const page = new FakeContents();
    say(page, { t: 'subscribe', topic: 'fleet' });
    say(page, { t: 'unsubscribe', topic: 'fleet' });
    say(new FakeContents(), 'other window');
    expect(sessions.map(({ received, screen }) => [screen, received.length])).toEqual([
      ['window-1', 2],
      ['window-2', 1],
    ]);
  });

  it('sends on the one channel, typed arrays as they are, and nothing to a page that is gone', () => {
    const { sessions, say } = connected();
    const page = new FakeContents();
    say(page, {});
    const atMs = new Float64Array([1, 2]);
    const columns = [{ instance: 'a', atMs, code: new Uint8Array(2), latencyMs: new Float32Array(2) }];
    sessions[0]?.port.send({ t: 'beats', topic: 'beats:e/p', columns });
    expect(page.sent).toEqual([[CHANNEL, { t: 'beats', topic: 'beats:e/p', columns }]]);
    const [[, message] = []] = page.sent;
    expect(message).toHaveProperty('columns.0.atMs', atMs);
    page.gone = true;
    sessions[0]?.port.send({ t: 'beats', topic: 'beats:e/p', columns });
    expect(page.sent).toHaveLength(1);
  });

  it('refuses no frame, a frame inside a page, and other origins', () => {
    const { sessions, say, log } = connected();
    const page = new FakeContents();
    say(page, {}, null);
    say(page, {}, { url: 'app://console/', parent: page.mainFrame });
    say(page, {}, { url: 'app://console/', parent: null });
    for (const url of ['https://evil.example/', 'file:///index.html', 'app://other/', 'about:blank'])
      say(new FakeContents(url), {});
    expect(sessions).toEqual([]);
    expect(log.lines.map(({ fields }) => fields?.why)).toEqual([
      'no frame',
      'not the main frame',
      'not the main frame',
      ...Array(4).fill('not our origin'),
    ]);
  });

  it('takes nothing more from a page that broke the contract, until it is loaded anew', () => {
    const { sessions, say, log } = connected();
    const page = new FakeContents();
    say(page, 'garbage');
    say(page, 'good');
    expect(sessions.map(({ received, closed }) => [received, closed])).toEqual([[['garbage'], 1]]);
    expect(log.lines[0]?.level).toBe('error');
    page.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    say(page, 'good');
    expect(sessions[1]?.received).toEqual(['good']);
  });

  it('closes the session when the page goes, but not for a change of the fragment', () => {
    const { sessions, say } = connected();
    const page = new FakeContents();
    for (const [event, details, closed] of [
      ['did-start-navigation', { isMainFrame: true, isSameDocument: true }, 0],
      ['did-start-navigation', { isMainFrame: false, isSameDocument: false }, 0],
      ['did-start-navigation', { isMainFrame: true, isSameDocument: false }, 1],
      ['render-process-gone', {}, 1],
      ['destroyed', {}, 1],
    ] as const) {
      say(page, {});
      page.emit(event, details);
      expect(sessions.at(-1)?.closed, event).toBe(closed);
    }
    expect(sessions).toHaveLength(3);
    expect(page.listenerCount('destroyed')).toBe(1);
  });

  it('stops with every session closed', () => {
    const { ipcMain, sessions, say, stop } = connected();
    say(new FakeContents(), {});
    stop();
    expect(sessions[0]?.closed).toBe(1);
    expect(ipcMain.listenerCount(CHANNEL)).toBe(0);
  });
});
