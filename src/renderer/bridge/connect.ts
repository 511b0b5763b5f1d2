import type { Bridge } from '#shared/contract';
import { createWebSocketBridge } from './web-socket-bridge.ts';

declare global {
  interface Window {
    /** Exposed by the preload; absent in the served shell. */
    kuantu?: Bridge;
  }
}

/** The preload's bridge where there is one, else a WebSocket to `/ws` on this page's origin. */
export function connectBridge(): Bridge {
  const exposed = window.kuantu;
  if (exposed) return alreadyUp(exposed);
  const url = new URL('/ws', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return createWebSocketBridge({
    open: () => new WebSocket(url),
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    random: Math.random,
    onWake: (run) => {
      window.addEventListener('online', run);
      document.addEventListener('visibilitychange', run);
    },
  });
}

/** IPC needs no connecting: listeners are told at once that the link is up. */
function alreadyUp(bridge: Bridge): Bridge {
  return {
    send: (message) => bridge.send(message),
    onMessage: (listener) => bridge.onMessage(listener),
    onLink: (listener) => {
      listener(true);
      return bridge.onLink(listener);
    },
  };
}
