import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
import type { Bridge, ServerMessage } from '#shared/contract';

/** The one channel, both ways; main has the same word (a test holds the two together). */
const CHANNEL = 'kuantu';

// Messages are checked in main by the contract's schemas. Nothing of Electron's reaches the page: no event, no
// ipcRenderer, no channel name to choose.
const bridge: Bridge = {
  send(message) {
    ipcRenderer.send(CHANNEL, message);
  },
  onMessage(listener) {
    const receive = (_event: IpcRendererEvent, message: ServerMessage) => listener(message);
    ipcRenderer.on(CHANNEL, receive);
    return () => {
      ipcRenderer.off(CHANNEL, receive);
    };
  },
  onLink(listener) {
    let listening = true;
    // Main lives at least as long as this page: the link is there from the start and is never lost.
    queueMicrotask(() => {
      if (listening) listener(true);
    });
    return () => {
      listening = false;
    };
  },
};

contextBridge.exposeInMainWorld('kuantu', bridge);
