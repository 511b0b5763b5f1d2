import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type {
  AppInfo,
  EventView,
  FleetState,
  NoticeView,
  PairChecksView,
  PairView,
  StateTopic,
  TopicStates,
  TroublesState,
} from '#shared/contract';
import type { SetupListView, SetupView } from '#shared/setup';
import { type BeatStore, openBeatStore } from './beat-store.ts';
import { type Link, type LinkState, topicValue } from './link.ts';

export interface Screen {
  link: Link;
  /** null until main has said it. */
  info: AppInfo | null;
}
export const ScreenContext = createContext<Screen | null>(null);

function useScreen(): Screen {
  const screen = useContext(ScreenContext);
  if (!screen) throw new Error('used outside of the screen');
  return screen;
}
/** The link to main. */
export function useLink(): Link {
  return useScreen().link;
}
/** What this console is; null until main has said so. */
export function useAppInfo(): AppInfo | null {
  return useScreen().info;
}
export function useLinkState<T>(select: (state: LinkState) => T): T {
  return useStore(useLink().store, select);
}

function useTopic<T extends StateTopic, S>(topic: T, select: (value: TopicStates[T] | undefined) => S): S {
  const link = useLink();
  useEffect(() => link.watch(topic), [link, topic]);
  return useStore(link.store, (state) => select(topicValue(state, topic)));
}

/** Part of the fleet; `select` gets undefined until the first snapshot. Select primitives or received objects. */
export function useFleet<S>(select: (fleet: FleetState | undefined) => S): S {
  return useTopic('fleet', select);
}
/** The pair page's state: undefined until it came, null where there is no such pair. */
export function usePair(key: string): PairView | null | undefined {
  return useTopic(`pair:${key}`, (pair) => pair as PairView | null | undefined);
}
/** The drafts of setting pairs up; undefined until they came. */
export function useSetupList(): SetupListView | undefined {
  return useTopic('setup', (list) => list);
}
/** One draft; undefined until it came, null where there is no such draft. */
export function useSetup(id: string): SetupView | null | undefined {
  return useTopic(`setup:${id}`, (view) => view as SetupView | null | undefined);
}
/** Undefined until the first of them came. */
export function useLatestEvents(): EventView[] | undefined {
  return useTopic('events', (events) => events?.latest);
}
/** What was found on a pair's servers: undefined until it came, null where there is no such pair. */
export function usePairChecks(key: string): PairChecksView | null | undefined {
  return useTopic(`checks:${key}`, (checks) => checks as PairChecksView | null | undefined);
}
/** What the checks find amiss in all of the fleet; undefined until it came. */
export function useTroubles(): TroublesState | undefined {
  return useTopic('troubles', (troubles) => troubles);
}
/** Undefined until the first of them came. */
export function useLatestNotices(): NoticeView[] | undefined {
  return useTopic('notices', (notices) => notices?.latest);
}

/** A pair's beats while the component stands. */
export function useBeats(pairKey: string): BeatStore | null {
  const link = useLink();
  const [store, setStore] = useState<BeatStore | null>(null);
  useEffect(() => {
    const opened = openBeatStore(link, pairKey, Date.now);
    setStore(opened);
    return () => opened.close();
  }, [link, pairKey]);
  return store;
}

/** One timer for the whole screen. */
const ticking = (() => {
  const listeners = new Set<() => void>();
  let nowMs = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      timer ??= setInterval(() => {
        nowMs = Date.now();
        for (const each of listeners) each();
      }, 1_000);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    // Without a running timer the last tick may be long ago; within a second it stays, so that one render sees one time.
    get: () => {
      if (timer === undefined && Date.now() - nowMs > 1_000) nowMs = Date.now();
      return nowMs;
    },
  };
})();

/** The time, once a second: for clocks. */
export function useNow(): number {
  return useTicking((nowMs) => nowMs);
}

/** What follows from the time, looked at once a second: only when it has changed is anything drawn again. */
export function useTicking<T extends string | number | boolean>(select: (nowMs: number) => T): T {
  const get = () => select(ticking.get());
  return useSyncExternalStore(ticking.subscribe, get, get);
}
