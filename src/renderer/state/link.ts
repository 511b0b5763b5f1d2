import { createStore, type StoreApi } from 'zustand/vanilla';
import {
  applyChanges,
  type BeatColumns,
  type BeatsTopic,
  type Bridge,
  type Command,
  type CommandInput,
  type CommandOutput,
  type ServerMessage,
  type StateTopic,
  type Topic,
  type TopicStates,
} from '#shared/contract';
import { message } from '#shared/domain';
import { CallError } from './call-error.ts';

/** A topic's state as last received. It stays, dated, while the link is lost. */
export interface TopicEntry {
  value: unknown;
  version: number;
}

export interface LinkState {
  /** Whether the link to main stands. It says nothing of the age of any data. */
  up: boolean;
  /** When the link was lost, or when waiting for the first one began; null while it stands. */
  lostAtMs: number | null;
  topics: Partial<Record<StateTopic, TopicEntry>>;
}

export interface LinkTimers {
  /** Epoch ms. */
  now(): number;
  /** Runs something later; returns how to cancel it. */
  after(ms: number, run: () => void): () => void;
}

export interface Link {
  store: StoreApi<LinkState>;
  /** Keeps a topic subscribed until the returned function is called. */
  watch(topic: StateTopic): () => void;
  /** Keeps a pair's beats coming. `onGap`: beats may have been missed and the past is to be asked for again. */
  watchBeats(topic: BeatsTopic, onBeats: (columns: BeatColumns[]) => void, onGap: () => void): () => void;
  /** Asks main to do or say something. Rejects with {@link CallError}. */
  call<C extends Command>(command: C, input: CommandInput<C>, timeoutMs?: number): Promise<CommandOutput<C>>;
}

const CALL_TIMEOUT_MS = 15_000;

interface Pending {
  resolve(value: unknown): void;
  reject(error: CallError): void;
  cancelTimeout(): void;
}
interface BeatWatcher {
  onBeats(columns: BeatColumns[]): void;
  onGap(): void;
}

/**
 * The screen's end of the contract. Topics are subscribed while somebody watches them, again after every loss of the
 * link, and again when a version is missing; calls end with their reply, their time-out or the loss of the link.
 */
export function createLink(bridge: Bridge, timers: LinkTimers): Link {
  const store = createStore<LinkState>(() => ({ up: false, lostAtMs: timers.now(), topics: {} }));
  const watchers = new Map<Topic, number>();
  const beatWatchers = new Map<BeatsTopic, Set<BeatWatcher>>();
  /** Topics whose next snapshot is awaited: changes until then belong to an older subscription. */
  const awaiting = new Set<StateTopic>();
  const pending = new Map<number, Pending>();
  let nextId = 1;

  const subscribe = (topic: Topic) => {
    if (!topic.startsWith('beats:')) awaiting.add(topic as StateTopic);
    bridge.send({ t: 'subscribe', topic });
  };
  const retain = (topic: Topic) => {
    const count = watchers.get(topic) ?? 0;
    watchers.set(topic, count + 1);
    if (count === 0 && store.getState().up) subscribe(topic);
  };
  const release = (topic: Topic) => {
    const count = (watchers.get(topic) ?? 1) - 1;
    if (count > 0) {
      watchers.set(topic, count);
      return;
    }
    watchers.delete(topic);
    if (store.getState().up) bridge.send({ t: 'unsubscribe', topic });
    if (topic.startsWith('beats:')) return;
    awaiting.delete(topic as StateTopic);
    store.setState(({ topics }) => {
      const { [topic as StateTopic]: _gone, ...rest } = topics;
      return { topics: rest };
    });
  };

  const setTopic = (topic: StateTopic, entry: TopicEntry) =>
    store.setState(({ topics }) => ({ topics: { ...topics, [topic]: entry } }));

  const receiveChange = (received: Extract<ServerMessage, { t: 'change' }>) => {
    const { topic, version, changes } = received;
    if (!watchers.has(topic) || awaiting.has(topic)) return;
    const entry = store.getState().topics[topic];
    if (entry && version === entry.version + 1) {
      setTopic(topic, { value: applyChanges(entry.value, changes), version });
      return;
    }
    bridge.send({ t: 'unsubscribe', topic });
    subscribe(topic);
  };

  const receiveReply = (received: Extract<ServerMessage, { t: 'reply' }>) => {
    const call = pending.get(received.id);
    if (!call) return;
    pending.delete(received.id);
    call.cancelTimeout();
    if (received.ok) call.resolve(received.value);
    else call.reject(CallError.fromWire(received.error));
  };

  bridge.onMessage((received) => {
    switch (received.t) {
      case 'reply':
        return receiveReply(received);
      case 'snapshot':
        if (!watchers.has(received.topic)) return;
        awaiting.delete(received.topic);
        return setTopic(received.topic, { value: received.value, version: received.version });
      case 'change':
        return receiveChange(received);
      case 'beats':
        for (const watcher of beatWatchers.get(received.topic) ?? []) watcher.onBeats(received.columns);
    }
  });

  bridge.onLink((up) => {
    if (up === store.getState().up) return;
    store.setState({ up, lostAtMs: up ? null : timers.now() });
    if (up) {
      for (const topic of watchers.keys()) subscribe(topic);
      for (const set of beatWatchers.values()) for (const watcher of set) watcher.onGap();
      return;
    }
    for (const [id, call] of pending) {
      pending.delete(id);
      call.cancelTimeout();
      call.reject(new CallError('link-lost', message('screen.error.linkLost')));
    }
  });

  return {
    store,
    watch: (topic) => {
      retain(topic);
      return () => release(topic);
    },
    watchBeats: (topic, onBeats, onGap) => {
      const watcher: BeatWatcher = { onBeats, onGap };
      const set = beatWatchers.get(topic) ?? new Set();
      beatWatchers.set(topic, set.add(watcher));
      retain(topic);
      if (store.getState().up) onGap();
      return () => {
        set.delete(watcher);
        if (set.size === 0) beatWatchers.delete(topic);
        release(topic);
      };
    },
    call: <C extends Command>(command: C, input: CommandInput<C>, timeoutMs = CALL_TIMEOUT_MS) => {
      if (!store.getState().up) return Promise.reject(new CallError('link-lost', message('screen.error.noLink')));
      const id = nextId++;
      return new Promise<CommandOutput<C>>((resolve, reject) => {
        const cancelTimeout = timers.after(timeoutMs, () => {
          pending.delete(id);
          reject(new CallError('timeout', message('screen.error.timeout', { seconds: Math.round(timeoutMs / 1_000) })));
        });
        pending.set(id, { resolve: resolve as (value: unknown) => void, reject, cancelTimeout });
        bridge.send({ t: 'call', id, command, input });
      });
    },
  };
}

/** A topic's state as last received; undefined until then. */
export function topicValue<T extends StateTopic>(state: LinkState, topic: T): TopicStates[T] | undefined {
  return state.topics[topic]?.value as TopicStates[T] | undefined;
}
