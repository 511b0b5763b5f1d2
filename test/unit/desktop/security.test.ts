import { EventEmitter } from 'node:events';
import type { App, Session } from 'electron';
import { describe, expect, it } from 'vitest';
import {
  createOpenExternal,
  denyPermissions,
  type GuardedContents,
  guardEveryContents,
} from '../../../src/main/desktop/security.ts';
import { memoryLog, preventable } from './fakes.ts';

type OpenHandler = Parameters<GuardedContents['setWindowOpenHandler']>[0];

class FakeContents extends EventEmitter implements Omit<GuardedContents, 'on'> {
  openHandler: OpenHandler | undefined;
  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }
}

function guarded() {
  const app = new EventEmitter() as EventEmitter & Pick<App, 'on'>;
  const opened: string[] = [];
  const log = memoryLog();
  guardEveryContents(app, (address) => opened.push(address) > 0, log);
  const contents = new FakeContents();
  app.emit('web-contents-created', {}, contents);
  return { contents, opened, log };
}

describe('every page', () => {
  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])(
    'has %s refused',
    (event) => {
      const { contents, log } = guarded();
      const details = preventable();
      contents.emit(event, details);
      expect(details.prevented).toBe(true);
      expect(log.lines).toHaveLength(1);
    },
  );

  it('opens no window; the address goes to the allow-list', () => {
    const { contents, opened } = guarded();
    const url = 'https://zookeeper.apache.org/';
    const referrer = { url: '', policy: 'no-referrer' as const };
    const answer = contents.openHandler?.({ url, frameName: '', features: '', disposition: 'new-window', referrer });
    expect(answer).toEqual({ action: 'deny' });
    expect(opened).toEqual([url]);
  });
});

describe('addresses outside', () => {
  function opener(fails = false) {
    const opened: string[] = [];
    const log = memoryLog();
    const open = createOpenExternal(
      {
        openExternal(url) {
          opened.push(url);
          return fails ? Promise.reject(new Error('no browser')) : Promise.resolve();
        },
      },
      log,
    );
    return { open, opened, log };
  }

  it('open where host and scheme are allowed', () => {
    const { open, opened } = opener();
    expect(open('https://zookeeper.apache.org/doc/')).toBe(true);
    expect(opened).toEqual(['https://zookeeper.apache.org/doc/']);
  });

  it.each([
    'http://zookeeper.apache.org/',
    'https://zookeeper.apache.org.evil.example/',
    'https://zookeeper.apache.org@evil.example/',
    'https://user:pass@zookeeper.apache.org/',
    'https://zookeeper.apache.org:8443/',
    'https://evil.example/#zookeeper.apache.org',
    'file:///etc/passwd',
    'smb://server/share',
    'javascript:alert(1)',
    'not an address',
  ])('%s stays closed', (address) => {
    const { open, opened, log } = opener();
    expect(open(address)).toBe(false);
    expect(opened).toEqual([]);
    expect(log.lines[0]?.level).toBe('warn');
  });

  it('tell in the log where there is no browser', async () => {
    const { open, log } = opener(true);
    open('https://zookeeper.apache.org/');
    await Promise.resolve();
    await Promise.resolve();
    expect(log.lines.map(({ message }) => message)).toEqual(['the browser could not be opened']);
  });
});

describe('permissions', () => {
  it('are denied when asked for, when checked, for devices and for the screen', () => {
    type Handlers = {
      [K in keyof Parameters<typeof denyPermissions>[0]]?: Parameters<Session[K]>[0];
    };
    const set: Handlers = {};
    denyPermissions(
      {
        setPermissionRequestHandler(handler) {
          set.setPermissionRequestHandler = handler;
        },
        setPermissionCheckHandler(handler) {
          set.setPermissionCheckHandler = handler;
        },
        setDevicePermissionHandler(handler) {
          set.setDevicePermissionHandler = handler;
        },
        setDisplayMediaRequestHandler(handler) {
          set.setDisplayMediaRequestHandler = handler;
        },
      },
      memoryLog(),
    );
    const granted: unknown[] = [];
    const any = {} as never;
    set.setPermissionRequestHandler?.(any, 'notifications', (yes) => granted.push(yes), any);
    granted.push(set.setPermissionCheckHandler?.(null, 'clipboard-read', 'app://console', any));
    granted.push(set.setDevicePermissionHandler?.(any));
    set.setDisplayMediaRequestHandler?.(any, (streams) => granted.push(streams));
    expect(granted).toEqual([false, false, false, null]);
  });
});
