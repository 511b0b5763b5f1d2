import type { Clock, Timer } from '#core/clock';
import {
  type BeatColumns,
  type BeatsTopic,
  changesBetween,
  type ServerMessage,
  type StateTopic,
  type Topic,
} from '#shared/contract';
import { mergeColumns } from './columns.ts';

/** Changes go out at most ten times a second (DESIGN "State to the screen"). */
export const FLUSH_INTERVAL_MS = 100;

/** Where topics get their pictures from, only while somebody looks. */
export interface TopicSources {
  /** The topic's full picture now. A picture once handed out is never changed: the next one is another object. */
  state(topic: StateTopic): unknown;
  /** The pair's beats kept, from a wall time on; none where there is no such pair. */
  beats(pairKey: string, fromMs: number): BeatColumns[];
}

/** A message of a topic. */
export type TopicMessage = Exclude<ServerMessage, { t: 'reply' }>;
/** Somebody who looks: a screen's session. */
export interface Subscriber {
  deliver(message: TopicMessage): void;
}

export interface TopicHub {
  /** The topic's picture may differ from now on. Costs nothing while nobody looks. */
  touch(topic: StateTopic): void;
  /** Hands beats on to who looks at the pair, in the next batch. */
  publishBeats(pairKey: string, columns: readonly BeatColumns[]): void;
  subscribe(topic: Topic, subscriber: Subscriber): void;
  unsubscribe(topic: Topic, subscriber: Subscriber): void;
  /** For one who fell behind: the topic's snapshot, or the beats from `fromMs` on. */
  catchUp(topic: Topic, fromMs: number): TopicMessage;
  /** Sends what is due without waiting, and stops the timer. */
  stop(): void;
}

interface StateEntry {
  version: number;
  picture: unknown;
  subscribers: Set<Subscriber>;
}

/** The one place where pictures become snapshots and changes with consecutive versions. */
export function createTopicHub(clock: Clock, sources: TopicSources): TopicHub {
  const states = new Map<StateTopic, StateEntry>();
  const beats = new Map<BeatsTopic, { subscribers: Set<Subscriber>; columns: BeatColumns[] }>();
  const touched = new Set<StateTopic>();
  let timer: Timer | undefined;
  let lastFlushMs = Number.NEGATIVE_INFINITY;
  let stopped = false;

  function flushSoon(): void {
    if (timer || stopped) return;
    const delayMs = Math.max(0, lastFlushMs + FLUSH_INTERVAL_MS - clock.monotonicMs());
    timer = clock.setTimer(delayMs, flush);
  }

  function flush(): void {
    timer?.cancel();
    timer = undefined;
    lastFlushMs = clock.monotonicMs();
    const due = [...touched];
    touched.clear();
    for (const topic of due) flushState(topic);
    for (const [topic, entry] of beats) {
      if (entry.columns.length === 0) continue;
      const columns = mergeColumns(entry.columns);
      entry.columns = [];
      for (const subscriber of [...entry.subscribers]) subscriber.deliver({ t: 'beats', topic, columns });
    }
  }

  function flushState(topic: StateTopic): void {
    const entry = states.get(topic);
    if (!entry) return;
    const picture = sources.state(topic);
    const changes = changesBetween(entry.picture, picture);
    entry.picture = picture;
    if (changes.length === 0) return;
    entry.version += 1;
    const message: TopicMessage = { t: 'change', topic, version: entry.version, changes };
    for (const subscriber of [...entry.subscribers]) subscriber.deliver(message);
  }

  function snapshot(topic: StateTopic): TopicMessage {
    const entry = states.get(topic);
    if (!entry) return { t: 'snapshot', topic, version: 0, value: sources.state(topic) };
    return { t: 'snapshot', topic, version: entry.version, value: entry.picture };
  }

  return {
    touch(topic) {
      if (!states.has(topic)) return;
      touched.add(topic);
      flushSoon();
    },
    publishBeats(pairKey, columns) {
      const entry = beats.get(`beats:${pairKey}`);
      if (!entry) return;
      entry.columns.push(...columns);
      flushSoon();
    },
    subscribe(topic, subscriber) {
      if (isBeatsTopic(topic)) {
        const entry = beats.get(topic) ?? { subscribers: new Set(), columns: [] };
        entry.subscribers.add(subscriber);
        beats.set(topic, entry);
        return;
      }
      const entry = states.get(topic) ?? { version: 1, picture: sources.state(topic), subscribers: new Set() };
      states.set(topic, entry);
      entry.subscribers.add(subscriber);
      subscriber.deliver(snapshot(topic));
    },
    unsubscribe(topic, subscriber) {
      const entries: Map<Topic, { subscribers: Set<Subscriber> }> = isBeatsTopic(topic) ? beats : states;
      const entry = entries.get(topic);
      if (entry?.subscribers.delete(subscriber) && entry.subscribers.size === 0) entries.delete(topic);
    },
    catchUp(topic, fromMs) {
      if (!isBeatsTopic(topic)) return snapshot(topic);
      return { t: 'beats', topic, columns: sources.beats(topic.slice('beats:'.length), fromMs) };
    },
    stop() {
      stopped = true;
      flush();
    },
  };
}

function isBeatsTopic(topic: Topic): topic is BeatsTopic {
  return topic.startsWith('beats:');
}
