import type { Bridge, ClientMessage, ServerMessage } from '#shared/contract';

/** A bridge within the process: what is sent is kept, and what arrives arrives when the test says so. */
export function fakeBridge() {
  const messageListeners = new Set<(message: ServerMessage) => void>();
  const linkListeners = new Set<(up: boolean) => void>();
  const sent: ClientMessage[] = [];
  const bridge: Bridge = {
    send: (message) => void sent.push(message),
    onMessage: (listener) => {
      messageListeners.add(listener);
      return () => messageListeners.delete(listener);
    },
    onLink: (listener) => {
      linkListeners.add(listener);
      return () => linkListeners.delete(listener);
    },
  };
  return {
    bridge,
    /** What was sent since it was last taken. */
    take: () => sent.splice(0),
    deliver: (message: ServerMessage) => {
      for (const listener of messageListeners) listener(message);
    },
    setLink: (up: boolean) => {
      for (const listener of linkListeners) listener(up);
    },
  };
}

/** Timers that run when the test moves the time. */
export function fakeTimers(startMs = 1_000_000) {
  let nowMs = startMs;
  let waiting: { dueMs: number; run: () => void }[] = [];
  return {
    now: () => nowMs,
    after: (ms: number, run: () => void) => {
      const entry = { dueMs: nowMs + ms, run };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((each) => each !== entry);
      };
    },
    advance: (ms: number) => {
      nowMs += ms;
      const due = waiting.filter((each) => each.dueMs <= nowMs);
      waiting = waiting.filter((each) => each.dueMs > nowMs);
      for (const { run } of due) run();
    },
    pending: () => waiting.map(({ dueMs }) => dueMs - nowMs),
  };
}
