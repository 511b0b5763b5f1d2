import { BEAT_CODES, type BeatColumns } from '#shared/contract';
import type { BeatSample } from './port.ts';

export interface BeatHistoryOptions {
  instance: string;
  /** How long beats are kept. */
  keepMs: number;
  /** Most beats kept, however often they come; 13 bytes each. Default two hours' worth at one a second. */
  maxSamples?: number;
}

/** What the last beats amount to. Latencies in ms, null where nothing was answered. */
export interface BeatStatistics {
  /** Beats answered per second (`ok`, `switching`, `error`). */
  beatsPerSecond: number;
  latencyP50Ms: number | null;
  latencyP99Ms: number | null;
}

/** The beats of one instance, as the heartbeat strip shows them. Times are wall time of sending. */
export interface BeatHistory {
  push(sample: Pick<BeatSample, 'sentAtMs' | 'class' | 'latencyMs'>): void;
  /** The beats sent at `fromMs` or later, oldest first, in arrays of their own. */
  since(fromMs: number): BeatColumns;
  /** The rate over ten seconds, the latencies over one minute, up to `nowMs`. */
  statistics(nowMs: number): BeatStatistics;
}

const MAX_SAMPLES = 7_200;
const FIRST_CAPACITY = 64;
const RATE_WINDOW_MS = 10_000;
const LATENCY_WINDOW_MS = 60_000;

/** Keeps the beats of one instance in rings of typed arrays that grow with need, up to `maxSamples`. */
export function createBeatHistory(options: BeatHistoryOptions): BeatHistory {
  const { instance, keepMs } = options;
  const maxSamples = options.maxSamples ?? MAX_SAMPLES;
  let capacity = Math.min(FIRST_CAPACITY, maxSamples);
  let at = new Float64Array(capacity);
  let code = new Uint8Array(capacity);
  let latency = new Float32Array(capacity);
  let start = 0;
  let size = 0;

  const place = (index: number) => (start + index) % capacity;
  const timeOf = (index: number) => at[place(index)] ?? Number.NEGATIVE_INFINITY;

  /** Index of the first of the latest beats that were all sent at `fromMs` or later. */
  function firstSince(fromMs: number): number {
    let index = size;
    while (index > 0 && timeOf(index - 1) >= fromMs) index -= 1;
    return index;
  }

  function columns(from: number, length: number): Pick<BeatColumns, 'atMs' | 'code' | 'latencyMs'> {
    const result = {
      atMs: new Float64Array(length),
      code: new Uint8Array(length),
      latencyMs: new Float32Array(length),
    };
    const head = Math.min(size - from, capacity - place(from));
    const first = place(from);
    const rest = size - from - head;
    result.atMs.set(at.subarray(first, first + head));
    result.atMs.set(at.subarray(0, rest), head);
    result.code.set(code.subarray(first, first + head));
    result.code.set(code.subarray(0, rest), head);
    result.latencyMs.set(latency.subarray(first, first + head));
    result.latencyMs.set(latency.subarray(0, rest), head);
    return result;
  }

  function grow(): void {
    const next = Math.min(capacity * 2, maxSamples);
    const kept = columns(0, next);
    at = kept.atMs as Float64Array<ArrayBuffer>;
    code = kept.code as Uint8Array<ArrayBuffer>;
    latency = kept.latencyMs as Float32Array<ArrayBuffer>;
    capacity = next;
    start = 0;
  }

  function makeRoom(nowMs: number): void {
    while (size > 0 && timeOf(0) < nowMs - keepMs) dropFirst();
    if (size === capacity && capacity < maxSamples) grow();
    if (size === capacity) dropFirst();
  }

  function dropFirst(): void {
    start = (start + 1) % capacity;
    size -= 1;
  }

  return {
    push(sample) {
      makeRoom(sample.sentAtMs);
      const end = place(size);
      at[end] = sample.sentAtMs;
      code[end] = BEAT_CODES.indexOf(sample.class);
      latency[end] = sample.latencyMs ?? Number.NaN;
      size += 1;
    },
    since(fromMs) {
      const from = firstSince(fromMs);
      return { instance, ...columns(from, size - from) };
    },
    statistics(nowMs) {
      const from = firstSince(nowMs - LATENCY_WINDOW_MS);
      const latencies: number[] = [];
      let answered = 0;
      for (let index = from; index < size; index++) {
        const value = latency[place(index)] ?? Number.NaN;
        if (Number.isNaN(value)) continue;
        latencies.push(value);
        if (timeOf(index) >= nowMs - RATE_WINDOW_MS) answered += 1;
      }
      latencies.sort((a, b) => a - b);
      return {
        beatsPerSecond: answered / (RATE_WINDOW_MS / 1_000),
        latencyP50Ms: percentile(latencies, 0.5),
        latencyP99Ms: percentile(latencies, 0.99),
      };
    },
  };
}

/** The value below which the given part of the sorted values lies, by nearest rank; null where there are none. */
function percentile(sorted: readonly number[], part: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? null;
}
