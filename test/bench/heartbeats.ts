import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { sleep, systemClock, systemRandom } from '#core/clock';
import { silentLog } from '#core/logging';
import { type BeatSample, createHeartbeatLoop } from '#main/heartbeat';
import { createT2Connector } from '#main/nodes';
import { type Figure, quantile, tenths } from './figure.ts';

const PAIRS = 500;
const INTERVAL_MS = 1_000;
const SETTLE_MS = 3_000;
const MEASURE_MS = 10_000;

/** What beating 500 pairs, both instances, once a second costs this process. */
export async function measureHeartbeats(): Promise<Figure[]> {
  const node = spawn(process.execPath, [join(import.meta.dirname, 'answering-node.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    return await beat(await portOf(node));
  } finally {
    node.kill('SIGKILL');
  }
}

async function portOf(node: ChildProcess): Promise<number> {
  if (!node.stdout) throw new Error('the answering node has no output');
  const [line] = (await once(createInterface({ input: node.stdout }), 'line')) as [string];
  return Number(line);
}

async function beat(t2Port: number): Promise<Figure[]> {
  const connect = createT2Connector({ clock: systemClock });
  const loop = createHeartbeatLoop({ clock: systemClock, random: systemRandom, log: silentLog });
  const samples: BeatSample[] = [];
  const rssBefore = process.memoryUsage().rss;
  for (let index = 0; index < PAIRS * 2; index++) {
    loop.add(
      {
        instance: `instance-${index}`,
        connector: connect({ host: '127.0.0.1', t2Port, f2Port: t2Port }),
        credential: () => ({ system: 'O3', sessionId: 'bench' }),
        intervalMs: INTERVAL_MS,
        timeoutMs: 1_000,
      },
      (sample) => samples.push(sample),
    );
  }
  await sleep(systemClock, SETTLE_MS);
  samples.length = 0;
  const cpuBefore = process.cpuUsage();
  const beganMs = systemClock.monotonicMs();
  await sleep(systemClock, MEASURE_MS);
  const tookMs = systemClock.monotonicMs() - beganMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  loop.stop();
  const latencies = samples.flatMap(({ latencyMs }) => latencyMs ?? []);
  const failed = samples.filter((sample) => sample.class !== 'ok').length;
  const note = `${PAIRS} pairs, ${samples.length} beats in ${tenths(tookMs / 1_000)} s, ${failed} not ok`;
  return [
    { name: 'heartbeats-cpu', unit: '% of one core', value: tenths((user + system) / 10 / tookMs), target: null, note },
    { name: 'heartbeats-latency-p50', unit: 'ms', value: tenths(quantile(latencies, 0.5)), target: null, note },
    { name: 'heartbeats-latency-p99', unit: 'ms', value: tenths(quantile(latencies, 0.99)), target: null, note },
    {
      name: 'heartbeats-memory',
      unit: 'MB',
      value: tenths((process.memoryUsage().rss - rssBefore) / 1024 ** 2),
      target: null,
      note: 'resident memory added by 1,000 connections and their beats',
    },
  ];
}
