import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { systemClock, systemRandom } from '#core/clock';
import { type BeatSample, createHeartbeatLoop, type HeartbeatLoop } from '#main/heartbeat';
import { createT2Connector, type NodeConnector } from '#main/nodes';
import { answering, startScriptedNode } from '#test/scripted-node';

const root = resolve(import.meta.dirname, '../../..');
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of cleanUp.splice(0).reverse()) await each();
});

/** A node in a process of its own, so that it can be killed. */
async function startNodeProcess(port = 0): Promise<{ child: ChildProcess; port: number }> {
  const script = `const { answering, startScriptedNode } = await import('#test/scripted-node');
    console.log((await startScriptedNode(answering, ${port})).port);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanUp.push(() => child.kill('SIGKILL'));
  if (!child.stdout) throw new Error('no standard output');
  const [line] = await once(child.stdout, 'data');
  return { child, port: Number(String(line).trim()) };
}

function startLoop(): HeartbeatLoop {
  const loop = createHeartbeatLoop({ clock: systemClock, random: systemRandom });
  cleanUp.push(() => loop.stop());
  return loop;
}

function connectorTo(port: number): NodeConnector {
  const connector = createT2Connector({ clock: systemClock })({ host: '127.0.0.1', t2Port: port, f2Port: 1 });
  cleanUp.push(() => connector.close());
  return connector;
}

describe('the heartbeat loop over real connections', () => {
  test('a killed process is noticed within milliseconds, long before the next beat: closed, then refused', async () => {
    const { child, port } = await startNodeProcess();
    const samples: BeatSample[] = [];
    const target = {
      instance: 'a',
      connector: connectorTo(port),
      credential: () => null,
      intervalMs: 60_000,
      timeoutMs: 1_000,
    };
    const handle = startLoop().add(target, (sample) => samples.push(sample));
    handle.beatNow();
    await vi.waitFor(() => expect(samples.map((sample) => sample.class)).toEqual(['ok']));
    const killedAtMs = performance.now();
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(samples.length).toBeGreaterThanOrEqual(3), { interval: 5 });
    expect(samples.map((sample) => [sample.class, sample.scheduled])).toEqual([
      ['ok', true],
      ['empty', false],
      ['refused', false],
    ]);
    expect((samples.at(-1)?.endedMonotonicMs ?? Number.NaN) - killedAtMs).toBeLessThan(5_000);
  });

  test('a frozen process is silence, not a close, and is heard again when it goes on', async () => {
    const { child, port } = await startNodeProcess();
    const samples: BeatSample[] = [];
    const target = {
      instance: 'a',
      connector: connectorTo(port),
      credential: () => null,
      intervalMs: 100,
      timeoutMs: 150,
    };
    startLoop().add(target, (sample) => samples.push(sample));
    const last = () => samples.at(-1)?.class;
    await vi.waitFor(() => expect(last()).toBe('ok'));
    child.kill('SIGSTOP');
    await vi.waitFor(() => expect(samples.filter((sample) => sample.class === 'timeout').length).toBeGreaterThan(1));
    const before = samples.length;
    child.kill('SIGCONT');
    await vi.waitFor(() => expect(last()).toBe('ok'));
    expect(samples.length).toBeGreaterThan(before);
    expect(samples.some((sample) => sample.class === 'empty' || sample.class === 'refused')).toBe(false);
  });

  test('a restarted node is heard again, after one empty reply and refusals', async () => {
    const first = await startScriptedNode();
    const samples: BeatSample[] = [];
    const target = {
      instance: 'a',
      connector: connectorTo(first.port),
      credential: () => null,
      intervalMs: 100,
      timeoutMs: 500,
    };
    startLoop().add(target, (sample) => samples.push(sample));
    await vi.waitFor(() => expect(samples.at(-1)?.class).toBe('ok'));
    await first.close();
    await vi.waitFor(() => expect(samples.at(-1)?.class).toBe('refused'));
    const second = await startScriptedNode(answering, first.port);
    cleanUp.push(() => second.close());
    await vi.waitFor(() => expect(samples.at(-1)?.class).toBe('ok'));
    const runs = samples.map((sample) => sample.class).filter((each, index, all) => each !== all[index - 1]);
    expect(runs).toEqual(['ok', 'empty', 'refused', 'ok']);
  });

  test('two hundred instances at ten beats a second: all answered', async () => {
    const node = await startScriptedNode();
    cleanUp.push(() => node.close());
    const loop = startLoop();
    const classes = new Map<string, number>();
    for (let i = 0; i < 200; i++) {
      const target = {
        instance: `i${i}`,
        connector: connectorTo(node.port),
        credential: () => null,
        intervalMs: 100,
        timeoutMs: 10_000,
      };
      loop.add(target, (sample) => classes.set(sample.class, (classes.get(sample.class) ?? 0) + 1));
    }
    await vi.waitFor(() => expect(classes.get('ok') ?? 0).toBeGreaterThan(2_000), { timeout: 20_000 });
    expect([...classes.keys()]).toEqual(['ok']);
    expect(node.connections).toBe(200);
  });
});
