import type { IpcMain, IpcMainEvent, WebContents } from 'electron';
import type { Log } from '#core/logging';
import type { App } from '#main/app';
import type { ClientSession } from '#main/ipc';
import { isOurs } from './origin.ts';

/** The one channel between the preload and main, both ways; the preload has the same word. */
export const CHANNEL = 'kuantu';

/** Why a message is refused; undefined where it comes from the main frame of our own origin. Read synchronously. */
function refusalOf({ senderFrame, sender }: Pick<IpcMainEvent, 'senderFrame' | 'sender'>): string | undefined {
  // Null once the frame has navigated or is gone: nobody is left to answer.
  if (senderFrame === null) return 'no frame';
  if (senderFrame.parent !== null || senderFrame !== sender.mainFrame) return 'not the main frame';
  return isOurs(senderFrame.url) ? undefined : 'not our origin';
}

interface Screen {
  session: ClientSession;
  /** It sent what is no message of ours: nothing more is taken from this page. */
  banned: boolean;
}

/**
 * Carries messages between screens and the app over Electron's IPC: one session a loaded page, opened by its first
 * message and closed when the page goes. Typed arrays cross by structured clone. Returns how to stop.
 */
export function connectScreens(
  ipcMain: Pick<IpcMain, 'on' | 'removeListener'>,
  app: Pick<App, 'connect'>,
  log: Log,
): () => void {
  const screens = new Map<WebContents, Screen>();
  const watched = new WeakSet<WebContents>();
  let opened = 0;

  function close(contents: WebContents): void {
    screens.get(contents)?.session.close();
    screens.delete(contents);
  }

  function watch(contents: WebContents): void {
    if (watched.has(contents)) return;
    watched.add(contents);
    contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) close(contents);
    });
    contents.on('render-process-gone', () => close(contents));
    contents.on('destroyed', () => close(contents));
  }

  function open(contents: WebContents): Screen {
    opened += 1;
    watch(contents);
    const session = app.connect(
      {
        send: (message) => {
          if (!contents.isDestroyed()) contents.send(CHANNEL, message);
        },
        pendingBytes: () => 0,
      },
      `window-${opened}`,
    );
    const screen = { session, banned: false };
    screens.set(contents, screen);
    return screen;
  }

  const receive = (event: IpcMainEvent, message: unknown): void => {
    const refused = refusalOf(event);
    if (refused !== undefined) {
      log.warn('refused a message to main', { why: refused });
      return;
    }
    const screen = screens.get(event.sender) ?? open(event.sender);
    if (screen.banned || screen.session.receive(message)) return;
    screen.banned = true;
    screen.session.close();
    log.error('a page sent what is no message of the contract; nothing more is taken from it');
  };

  ipcMain.on(CHANNEL, receive);
  return () => {
    ipcMain.removeListener(CHANNEL, receive);
    for (const contents of [...screens.keys()]) close(contents);
  };
}
