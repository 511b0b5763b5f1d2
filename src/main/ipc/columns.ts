import type { BeatColumns } from '#shared/contract';

/** Batches of beats as one batch an instance, in the order in which they came. */
export function mergeColumns(batches: readonly BeatColumns[]): BeatColumns[] {
  const byInstance = new Map<string, BeatColumns[]>();
  for (const batch of batches) byInstance.set(batch.instance, [...(byInstance.get(batch.instance) ?? []), batch]);
  return [...byInstance.entries()].map(([instance, parts]) => join(instance, parts));
}

function join(instance: string, parts: readonly BeatColumns[]): BeatColumns {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const length = parts.reduce((sum, part) => sum + part.atMs.length, 0);
  const joined: BeatColumns = {
    instance,
    atMs: new Float64Array(length),
    code: new Uint8Array(length),
    latencyMs: new Float32Array(length),
  };
  let at = 0;
  for (const part of parts) {
    joined.atMs.set(part.atMs, at);
    joined.code.set(part.code, at);
    joined.latencyMs.set(part.latencyMs, at);
    at += part.atMs.length;
  }
  return joined;
}

/** The wall time of the first beat in the columns; undefined where there is none. */
export function firstBeatMs(columns: readonly BeatColumns[]): number | undefined {
  let first: number | undefined;
  for (const { atMs } of columns) {
    const head = atMs[0];
    if (head !== undefined && (first === undefined || head < first)) first = head;
  }
  return first;
}
