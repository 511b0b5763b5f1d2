import { describe, expect, it } from 'vitest';
import { datName, type Entry, encodeEntry, openRedoLog, RedoDamage, type RedoLog, slices } from '#mtnode/redo';
import { loadUft, Uft } from '#mtnode/uft';
import type { LoadProgress } from '#shared/domain';
import { ModelDisk } from '#test/model-disk';

const noPause = () => undefined;
const order = { account: 'A1', instrument: 'IF2509', side: 'sell', price: 2.5, quantity: 1 } as const;

function append(log: RedoLog, entry: Entry, epoch = 1): void {
  log.append(epoch, entry.type, encodeEntry(entry));
}

async function logWith(orders: number): Promise<{ model: ModelDisk; log: RedoLog }> {
  const model = new ModelDisk();
  const log = await openRedoLog(model, { segmentBytes: 1_000 });
  append(log, { type: 'epoch', instance: 'a' });
  append(log, { type: 'session', kind: 'session', value: 's' });
  for (let at = 0; at < orders; at++) append(log, { type: 'order', key: `key-${at}`, order });
  append(log, { type: 'order', key: 'key-0', order });
  await log.flush();
  return { model, log };
}

async function load(model: ModelDisk, log: RedoLog): Promise<Uft> {
  const uft = new Uft();
  await loadUft(uft, model, log, { pause: noPause });
  return uft;
}

const told = (uft: Uft) => ({
  lastLsn: uft.lastLsn,
  count: uft.count,
  duplicated: uft.duplicated,
  digest: uft.digest(),
  sessions: [...uft.sessions()],
  orders: uft.read(['key-0', 'key-1', 'key-49']),
});

describe('loading UFT', () => {
  it('from redo, from a dat, and from a dat with redo after it gives the same', async () => {
    const { model, log } = await logWith(50);
    append(log, { type: 'session-end', kind: 'session', value: 's' });
    append(log, { type: 'order', key: 'key-1', order });
    await log.flush();
    const fromRedo = await load(model, log);
    expect(told(fromRedo)).toMatchObject({ lastLsn: 55, count: 50, duplicated: 2, sessions: [] });
    const half = new Uft();
    await loadUft(half, model, log, { pause: noPause, throughLsn: 53 });
    expect(half.lastLsn).toBe(53);
    await log.saveDat(half.snapshot(53, 1, log.epochs()));
    await log.removeThrough(53);
    expect(log.firstLsn).toBeGreaterThan(30);
    expect(told(await load(model, log))).toEqual(told(fromRedo));
    await log.saveDat(fromRedo.snapshot(55, 1, log.epochs()));
    await log.close();
    const again = await openRedoLog(model, { segmentBytes: 1_000 });
    expect(told(await load(model, again))).toEqual(told(fromRedo));
  });

  it('forgets what was there before', async () => {
    const { model, log } = await logWith(3);
    const uft = new Uft();
    uft.apply({ lsn: 1, epoch: 1, type: 'order', payload: encodeEntry({ type: 'order', key: 'old', order }) });
    await loadUft(uft, model, log, { pause: noPause });
    expect(uft.read(['old'])).toEqual([]);
    expect(uft.count).toBe(3);
  });

  it('tells how far it is, to the end', async () => {
    const { model, log } = await logWith(3_000);
    const uft = await load(model, log);
    await log.saveDat(uft.snapshot(uft.lastLsn, 1, log.epochs()));
    for (let at = 0; at < 2_000; at++) append(log, { type: 'order', key: `more-${at}`, order });
    await log.flush();
    const progress: LoadProgress[] = [];
    await loadUft(uft, model, log, { pause: noPause, onProgress: (one) => progress.push(one) });
    const total = 3_000 + 1 + 2_000;
    expect(progress[0]).toEqual({ done: 0, total });
    expect(progress.at(-1)).toEqual({ done: total, total });
    expect(progress.length).toBeGreaterThan(5);
    const done = progress.map((one) => one.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
  });

  it('leaves what is not durable yet', async () => {
    const { model, log } = await logWith(3);
    append(log, { type: 'order', key: 'late', order });
    expect((await load(model, log)).lastLsn).toBe(6);
  });

  it('lets others work after every slice', async () => {
    const { model, log } = await logWith(3_000);
    let spent = 0;
    const pause = slices({ monotonicMs: () => spent, wallMs: () => 0, setTimer: () => ({ cancel: () => {} }) }, 8);
    let turns = 0;
    let isDone = false;
    const others = (async () => {
      while (!isDone) {
        await new Promise((resolve) => setImmediate(resolve));
        turns++;
      }
    })();
    const onProgress = () => {
      spent += 3;
    };
    await loadUft(new Uft(), model, log, { pause, onProgress });
    isDone = true;
    await others;
    expect(turns).toBeGreaterThanOrEqual(2);
  });

  it('ends when it is called off', async () => {
    const { model, log } = await logWith(3_000);
    const calledOff = new AbortController();
    const loading = loadUft(new Uft(), model, log, {
      pause: noPause,
      signal: calledOff.signal,
      onProgress: ({ done }) => done > 500 && calledOff.abort(new Error('stepped down')),
    });
    await expect(loading).rejects.toThrow('stepped down');
  });

  it('names a dat that was damaged since the log was opened', async () => {
    const { model, log } = await logWith(3);
    const uft = await load(model, log);
    await log.saveDat(uft.snapshot(6, 1, log.epochs()));
    const name = datName(6);
    const bytes = model.bytes(name) ?? Buffer.alloc(0);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    model.put(name, bytes);
    const error = await load(model, log).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RedoDamage);
    expect(error).toMatchObject({ file: name });
  });
});
