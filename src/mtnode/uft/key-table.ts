/** Many small tables: one that doubles with a million entries in it stops everything else for a tenth of a second. */
const SHARDS = 256;
/** While there are few entries one table has them all: most instances of a small site never hold more. */
const IN_ONE = 4_096;
const FIRST_SLOTS = 16;

/** Finds entries, which are known by a number, by a hash of their key. A number for each slot, and its hash: no objects. */
export class KeyTable {
  #only: Shard | undefined = new Shard();
  #shards: Shard[] = [];

  /** The entry with this hash of which `isIt` says that it is the one; undefined: none. */
  find(hash: number, isIt: (entry: number) => boolean): number | undefined {
    return this.#shard(hash).find(hash, isIt);
  }

  /** Adds an entry, below 2^32 - 1. */
  add(hash: number, entry: number): void {
    if (this.#only?.count === IN_ONE) this.#spread(this.#only);
    this.#shard(hash).add(hash, entry);
  }

  #spread(only: Shard): void {
    this.#only = undefined;
    this.#shards = Array.from({ length: SHARDS }, () => new Shard());
    only.each((hash, entry) => this.#shard(hash).add(hash, entry));
  }

  #shard(hash: number): Shard {
    const shard = this.#only ?? this.#shards[hash >>> 24];
    if (shard === undefined) throw new RangeError('a hash is an unsigned 32-bit number');
    return shard;
  }
}

/** Open addressing: slots of hash and entry + 1, where 0 is free; at most half of them taken. */
class Shard {
  #slots = new Uint32Array(FIRST_SLOTS * 2);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  find(hash: number, isIt: (entry: number) => boolean): number | undefined {
    const slots = this.#slots;
    const last = slots.length - 1;
    for (let at = (hash * 2) & last; ; at = (at + 2) & last) {
      const entry = slots[at + 1] ?? 0;
      if (entry === 0) return undefined;
      if (slots[at] === hash && isIt(entry - 1)) return entry - 1;
    }
  }

  add(hash: number, entry: number): void {
    if (++this.#count * 4 > this.#slots.length) this.#grow();
    put(this.#slots, hash, entry + 1);
  }

  each(take: (hash: number, entry: number) => void): void {
    for (let at = 0; at < this.#slots.length; at += 2) {
      const entry = this.#slots[at + 1] ?? 0;
      if (entry !== 0) take(this.#slots[at] ?? 0, entry - 1);
    }
  }

  #grow(): void {
    const grown = new Uint32Array(this.#slots.length * 2);
    this.each((hash, entry) => put(grown, hash, entry + 1));
    this.#slots = grown;
  }
}

function put(slots: Uint32Array, hash: number, entry: number): void {
  const last = slots.length - 1;
  let at = (hash * 2) & last;
  while (slots[at + 1] !== 0) at = (at + 2) & last;
  slots[at] = hash;
  slots[at + 1] = entry;
}

/** FNV-1a over a part of the bytes, mixed so that every bit counts. */
export function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
