/** What a ZooKeeper server says of itself by `srvr`. */
export interface ServerFacts {
  version: string | null;
  mode: string;
  /** Average latency of its requests; null: not said. */
  latencyMs: number | null;
}

/** Reads the answer to `srvr`; undefined where it is none. */
export function parseFourLetter(text: string): ServerFacts | 'not-serving' | 'forbidden' | undefined {
  if (/not currently serving requests/.test(text)) return 'not-serving';
  if (/is not executed because it is not in the whitelist/.test(text)) return 'forbidden';
  const mode = /^Mode: (\S+)\s*$/m.exec(text)?.[1];
  if (mode === undefined) return undefined;
  const latency = /^Latency min\/avg\/max: [\d.]+\/([\d.]+)\/[\d.]+\s*$/m.exec(text)?.[1];
  return {
    version: /^Zookeeper version: ([^,\s-]+)/im.exec(text)?.[1] ?? null,
    mode,
    latencyMs: latency === undefined ? null : Number(latency),
  };
}
