import { EVENT, type EventType } from './protocol.ts';
import type { TreeEvent } from './tree.ts';

/** Somebody to be told once: a connection. */
export interface Watcher {
  notify(type: EventType, path: string): void;
}

class PathWatches {
  readonly #byPath = new Map<string, Set<Watcher>>();
  readonly #byWatcher = new Map<Watcher, Set<string>>();

  add(path: string, watcher: Watcher): void {
    addTo(this.#byPath, path, watcher);
    addTo(this.#byWatcher, watcher, path);
  }

  /** Takes out and returns who watches the path: a watch fires once. */
  take(path: string): Watcher[] {
    const watchers = [...(this.#byPath.get(path) ?? [])];
    this.#byPath.delete(path);
    for (const watcher of watchers) this.#byWatcher.get(watcher)?.delete(path);
    return watchers;
  }

  forget(watcher: Watcher): void {
    for (const path of this.#byWatcher.get(watcher) ?? []) {
      const watchers = this.#byPath.get(path);
      watchers?.delete(watcher);
      if (watchers?.size === 0) this.#byPath.delete(path);
    }
    this.#byWatcher.delete(watcher);
  }
}

/** Watches left by connections, fired once by the tree's events. A watch on a missing node waits for its creation. */
export class WatchTable {
  readonly #data = new PathWatches();
  readonly #children = new PathWatches();

  addData(path: string, watcher: Watcher): void {
    this.#data.add(path, watcher);
  }

  addChildren(path: string, watcher: Watcher): void {
    this.#children.add(path, watcher);
  }

  forget(watcher: Watcher): void {
    this.#data.forget(watcher);
    this.#children.forget(watcher);
  }

  fire(events: readonly TreeEvent[]): void {
    for (const { type, path } of events) {
      const watchers = new Set<Watcher>();
      if (type !== EVENT.childrenChanged) for (const watcher of this.#data.take(path)) watchers.add(watcher);
      if (type === EVENT.childrenChanged || type === EVENT.deleted) {
        for (const watcher of this.#children.take(path)) watchers.add(watcher);
      }
      for (const watcher of watchers) watcher.notify(type, path);
    }
  }
}

function addTo<K, V>(table: Map<K, Set<V>>, key: K, value: V): void {
  const values = table.get(key);
  if (values) values.add(value);
  else table.set(key, new Set([value]));
}
