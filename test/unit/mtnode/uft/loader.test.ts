import { beforeEach, describe, expect, it } from 'vitest';
import { type Entry, encodeEntry, openRedoLog, type RedoLog, type RedoRecord } from '#mtnode/redo';
import { loadUft, Uft, UftLoader } from '#mtnode/uft';
import type { LoadProgress } from '#shared/domain';
import { ModelDisk } from '#test/model-disk';

const noPause = () => undefined;
const order = { account: 'A1', instrument: 'IF2509', side: 'sell', price: 2.5, quantity: 1 } as const;

let model: ModelDisk;
let log: RedoLog;
let uft: Uft;
let loader: UftLoader;

beforeEach(async () => {
  model = new ModelDisk();
  log = await openRedoLog(model, { segmentBytes: 1_000 });
  uft = new Uft();
  loader = new UftLoader(uft, model, log);
});

/** Orders as another instance's log has them, beginning after what is here. */
function records(count: number, epoch = 1): RedoRecord[] {
  return Array.from({ length: count }, (_, at): RedoRecord => {
    const lsn = log.lastLsn + 1 + at;
    const entry: Entry = { type: 'order', key: `key-${lsn}-${epoch}`, order };
    return { lsn, epoch, durableLsn: 0, type: 'order', payload: encodeEntry(entry) };
  });
}

/** As a standby does it: into the log, to UFT, to the disk. */
async function receive(count: number, epoch = 1): Promise<void> {
  const received = records(count, epoch);
  log.appendCopies(received);
  loader.take(received);
  await log.flush();
}

async function load(): Promise<LoadProgress[]> {
  const progress: LoadProgress[] = [];
  await loader.load({ pause: noPause, onProgress: (one) => progress.push(one) });
  return progress;
}

/** What is in UFT is what a load from nothing gives. */
async function expectSame(): Promise<void> {
  const anew = new Uft();
  await loadUft(anew, model, log, { pause: noPause });
  expect([uft.lastLsn, uft.count, uft.digest()]).toEqual([anew.lastLsn, anew.count, anew.digest()]);
}

describe('UFT that is kept warm', () => {
  it('has what was received as soon as it is there, and nothing is left to load', async () => {
    await receive(30);
    await load();
    await receive(20);
    expect(uft.lastLsn).toBe(50);
    expect(loader.isComplete).toBe(true);
    expect(await load()).toEqual([{ done: 50, total: 50 }]);
    await expectSame();
  });

  it('takes in what comes while it reads what came before', async () => {
    await receive(3_000);
    const loading = load();
    await receive(5);
    expect(uft.lastLsn).toBeLessThan(3_000);
    await loading;
    expect(uft.lastLsn).toBe(3_005);
    await expectSame();
  });

  it('reads what it was not given', async () => {
    await receive(10);
    await load();
    log.appendCopies(records(10));
    await receive(10);
    expect(loader.isComplete).toBe(false);
    const progress = await load();
    expect(progress[0]).toEqual({ done: 10, total: 30 });
    expect(progress.at(-1)).toEqual({ done: 30, total: 30 });
    await expectSame();
  });

  it('begins anew where the log was cut, and after a dat that went ahead of it', async () => {
    await receive(40);
    await load();
    await log.cutAfter(25);
    expect(loader.isComplete).toBe(false);
    await receive(3, 2);
    await load();
    expect(uft.lastLsn).toBe(28);
    await expectSame();

    const ahead = new ModelDisk();
    const other = await openRedoLog(ahead, { segmentBytes: 1_000 });
    other.appendCopies(records(1).map((record) => ({ ...record, lsn: 1 })));
    for (let at = 0; at < 99; at++) other.append(1, 'order', encodeEntry({ type: 'order', key: `o${at}`, order }));
    await other.flush();
    const theirs = new Uft();
    await loadUft(theirs, ahead, other, { pause: noPause });
    await other.saveDat(theirs.snapshot(100, 1, other.epochs()));
    const dat = ahead.names().find((name) => name.endsWith('.dat')) ?? '';
    const bytes = ahead.bytes(dat) ?? Buffer.alloc(0);
    await log.adoptDat(
      100,
      (async function* () {
        yield bytes;
      })(),
    );
    await receive(2);
    await load();
    expect(uft.lastLsn).toBe(102);
    await expectSame();
  });

  it('begins with the dat where redo does not reach back any more', async () => {
    await receive(60);
    await loader.load({ pause: noPause, throughLsn: 5 });
    const whole = new Uft();
    await loadUft(whole, model, log, { pause: noPause });
    await log.saveDat(whole.snapshot(60, 1, log.epochs()));
    await log.removeThrough(60);
    expect(log.firstLsn).toBeGreaterThan(6);
    await load();
    await expectSame();
  });

  it('goes on after a load that was called off, and after a reset', async () => {
    await receive(3_000);
    const off = new AbortController();
    const onProgress = ({ done }: LoadProgress) => done > 500 && off.abort(new Error('off'));
    await expect(loader.load({ pause: noPause, signal: off.signal, onProgress })).rejects.toThrow('off');
    expect((await load())[0]?.done).toBeGreaterThan(500);
    await expectSame();
    loader.reset();
    expect(uft.count).toBe(0);
    expect((await load())[0]).toEqual({ done: 0, total: 3_000 });
    await expectSame();
  });
});
