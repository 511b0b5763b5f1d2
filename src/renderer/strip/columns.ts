import { BEAT_CODES } from '#shared/contract';
import type { ReplyClass } from '#shared/domain';

/** As much of a ring of beats as the strip reads. */
export interface Beats {
  readonly size: number;
  atMs(index: number): number;
  code(index: number): number;
  latencyMs(index: number): number;
  indexAt(atMs: number): number;
}

/** The stretch of time that a strip shows. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** A column in whose time nothing was heard or asked. */
export const NO_BEATS = 0;

/**
 * The reply of each pixel column's time that matters most: {@link NO_BEATS}, or the code + 1. A standby beats with an
 * error all day: what it becomes is not to vanish behind that. A beat stands for the time until the
 * next one, but for no longer than `coverMs`; and every beat shows in at least the column it was sent in, so that the
 * shortest failure is one pixel wide.
 */
export function worstPerColumn(beats: Beats, span: Span, width: number, coverMs: number): Uint8Array {
  const columns = new Uint8Array(width);
  const perMs = width / (span.toMs - span.fromMs);
  for (let i = Math.max(0, beats.indexAt(span.fromMs) - 1); i < beats.size; i++) {
    const atMs = beats.atMs(i);
    if (atMs >= span.toMs) break;
    const next = i + 1 < beats.size ? beats.atMs(i + 1) : Number.POSITIVE_INFINITY;
    const endMs = Math.min(next, atMs + coverMs, span.toMs);
    const first = Math.floor((atMs - span.fromMs) * perMs);
    const last = Math.max(first, Math.ceil((endMs - span.fromMs) * perMs) - 1);
    const code = beats.code(i) + 1;
    for (let x = Math.max(0, first); x <= Math.min(width - 1, last); x++)
      if (heightOf(code) > heightOf(columns[x] ?? NO_BEATS)) columns[x] = code;
  }
  return columns;
}

function heightOf(column: number): number {
  return LOOKS[column - 1]?.height ?? 0;
}

/** Beats in a row with the same reply. */
export interface Run {
  fromMs: number;
  toMs: number;
  code: number;
  count: number;
}

/** The latest runs of a span, newest first, at most `limit`. */
export function latestRuns(beats: Beats, span: Span, limit: number): Run[] {
  const runs: Run[] = [];
  for (let i = beats.size - 1; i >= 0 && beats.atMs(i) >= span.fromMs; i--) {
    const current = runs.at(-1);
    if (current && current.code === beats.code(i)) {
      current.fromMs = beats.atMs(i);
      current.count++;
      continue;
    }
    if (runs.length === limit) break;
    runs.push({ fromMs: beats.atMs(i), toMs: beats.atMs(i), code: beats.code(i), count: 1 });
  }
  return runs;
}

/** The index of the beat nearest to a time; -1 where there is none. */
export function nearestBeat(beats: Beats, atMs: number): number {
  if (beats.size === 0) return -1;
  const after = Math.min(beats.indexAt(atMs), beats.size - 1);
  const before = Math.max(0, after - 1);
  return Math.abs(beats.atMs(before) - atMs) <= Math.abs(beats.atMs(after) - atMs) ? before : after;
}

export type Look = 'ok' | 'error' | 'p3' | 'p2' | 'p1';

/** A reply's token, and a height that says the same without colour. An error proves life: it has no colour. */
const REPLY_LOOKS: Record<ReplyClass, { look: Look; height: number }> = {
  ok: { look: 'ok', height: 0.35 },
  error: { look: 'error', height: 0.45 },
  switching: { look: 'p3', height: 0.68 },
  timeout: { look: 'p2', height: 0.84 },
  empty: { look: 'p1', height: 1 },
  refused: { look: 'p1', height: 1 },
};

/** How each code of a beat looks. */
export const LOOKS: readonly { look: Look; height: number }[] = BEAT_CODES.map((reply) => REPLY_LOOKS[reply]);
