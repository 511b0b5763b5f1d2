/**
 * One process of the data measurements, so that each has a memory of its own: `write FOLDER` has a primary acknowledge
 * the writes of many clients, `fill FOLDER RECORDS DAT_LSN` makes a log of so many, with a dat, `load FOLDER` opens and
 * loads it as a promotion does, `follow FOLDER SOURCE` takes another folder's log in as a standby does, and is promoted.
 * Prints one JSON object.
 */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock as clock, systemRandom } from '#core/clock';
import { silentLog } from '#core/logging';
import { type DataNode, DataPlane } from '#mtnode/data';
import { type Disk, encodeEntry, encodeRecord, type FileDisk, openFileDisk, openRedoLog, slices } from '#mtnode/redo';
import type { SyncRecordValue } from '#mtnode/sync';
import { loadUft, Uft, UftLoader } from '#mtnode/uft';
import type { Order } from '#shared/domain';

const SEGMENT_BYTES = 16 * 1_024 ** 2;
const WRITERS = 512;
const WRITES = 200_000;
const PLAIN_MS = 2_000;

function orderOf(index: number): { key: string; order: Order } {
  const account = `account-${index % 1_000}`;
  const order = { account, instrument: `IF25${10 + (index % 3)}`, side: 'buy', price: 3_456.2, quantity: 10 } as const;
  return { key: `client-${index % 50}-order-${index}`, order };
}

function orderPayload(index: number): Uint8Array {
  return encodeEntry({ type: 'order', ...orderOf(index) });
}

/** A primary without a standby, which takes writes as it does from its clients: all that is left out is the network. */
async function write(disk: FileDisk, folder: string) {
  const counted = countingSyncs(disk);
  const plane = new DataPlane(
    {
      ...{ system: 'bench', node: 'mt', instance: 'A', incarnation: 'bench', mode: 'sync', lossBound: 0 },
      ...{
        mountTimeoutMs: 1_000,
        diskTimeoutMs: 10_000,
        confirmTimeoutMs: 500,
        segmentBytes: SEGMENT_BYTES,
        snapshotRecords: 2 * WRITES,
      },
    },
    { disk: counted.disk, mount: null, todb: null },
    aloneInTheWorld(),
  );
  await plane.load();
  await plane.lead(1);
  counted.syncs = 0;
  let next = 0;
  const writer = async () => {
    for (let index = next++; index < WRITES; index = next++) {
      const { kind } = await plane.write({ type: 'order', ...orderOf(index) });
      if (kind !== 'acknowledged') throw new Error(`write ${index} was not acknowledged`);
    }
  };
  const beganMs = clock.monotonicMs();
  await Promise.all(Array.from({ length: WRITERS }, writer));
  const perSecond = (WRITES / (clock.monotonicMs() - beganMs)) * 1_000;
  const together = WRITES / counted.syncs;
  await plane.close();
  return {
    perSecond,
    together,
    plainPerSecond: await plain(folder, 1),
    limitPerSecond: await plain(folder, Math.round(together)),
  };
}

/** The same disk, and how often what was appended to a file on it was forced. */
function countingSyncs(disk: FileDisk): { disk: Disk; syncs: number } {
  const counted = {
    syncs: 0,
    disk: {
      list: () => disk.list(),
      read: (name, offset, length) => disk.read(name, offset, length),
      replace: (name, content) => disk.replace(name, content),
      poke: (name, offset, bytes) => disk.poke(name, offset, bytes),
      truncate: (name, bytes) => disk.truncate(name, bytes),
      remove: (name) => disk.remove(name),
      openAppend: async (name) => {
        const file = await disk.openAppend(name);
        return {
          append: (pieces) => file.append(pieces),
          sync: () => {
            counted.syncs++;
            return file.sync();
          },
          close: () => file.close(),
        };
      },
    } satisfies Disk,
  };
  return counted;
}

/** A node whose lease lives, whose route is its own and whose `/sync` is changed as soon as it asks. */
function aloneInTheWorld(): DataNode {
  let value: SyncRecordValue | undefined;
  const nothing = () => {};
  return {
    clock,
    random: systemRandom,
    log: silentLog,
    records: {
      read: async () => value,
      change: async (record) => {
        value = { record, version: (value?.version ?? -1) + 1 };
        return 'done';
      },
    },
    mayAcknowledge: () => true,
    routeVersion: () => 0,
    tellPeer: nothing,
    onChange: nothing,
    onSealed: ({ by }) => console.error(`sealed by ${by}`),
    onFailed: console.error,
  };
}

/** Records a second that a plain loop of append and fdatasync gets to disk, so many at a time, made beforehand. */
async function plain(folder: string, together: number): Promise<number> {
  const record = { lsn: 1, epoch: 1, durableLsn: 0, type: 'order', payload: orderPayload(1) } as const;
  const bytes = Buffer.concat(Array.from({ length: together }, () => encodeRecord(record)));
  const file = await open(join(folder, 'plain'), 'a');
  const beganMs = clock.monotonicMs();
  let written = 0;
  while (clock.monotonicMs() - beganMs < PLAIN_MS) {
    await file.write(bytes);
    await file.datasync();
    written += together;
  }
  await file.close();
  return (written / (clock.monotonicMs() - beganMs)) * 1_000;
}

async function fill(disk: FileDisk, records: number, datLsn: number) {
  const log = await openRedoLog(disk, { segmentBytes: SEGMENT_BYTES });
  for (let index = log.lastLsn; index < records; index++) {
    log.append(1, 'order', orderPayload(index));
    if (index % 10_000 === 0) await log.flush();
  }
  await log.flush();
  if (datLsn > 0) {
    const uft = new Uft();
    await loadUft(uft, disk, log, { pause: () => undefined, throughLsn: datLsn });
    await log.saveDat(uft.snapshot(datLsn, 1, log.epochs()));
    await log.removeThrough(datLsn);
  }
  await log.close();
  return {};
}

async function load(disk: FileDisk) {
  const openedMs = clock.monotonicMs();
  const log = await openRedoLog(disk, { segmentBytes: SEGMENT_BYTES });
  const openMs = clock.monotonicMs() - openedMs;
  const uft = new Uft();
  const pause = slices(clock);
  let longestTurnMs = 0;
  let turnMs = clock.monotonicMs();
  const beganMs = turnMs;
  await loadUft(uft, disk, log, {
    pause: () => {
      const waiting = pause();
      longestTurnMs = Math.max(longestTurnMs, clock.monotonicMs() - turnMs);
      return waiting?.then(() => {
        turnMs = clock.monotonicMs();
      });
    },
  });
  const loadMs = clock.monotonicMs() - beganMs;
  await log.close();
  return { openMs, loadMs, longestTurnMs, orders: uft.count, peakRssMb: process.resourceUsage().maxRSS / 1_024 };
}

/** Takes in what another log has, in the pieces in which it comes through a mount; then what a promotion still loads. */
async function follow(disk: FileDisk, sourceFolder: string) {
  const sourceDisk = await openFileDisk(sourceFolder);
  const source = await openRedoLog(sourceDisk, { segmentBytes: SEGMENT_BYTES });
  const log = await openRedoLog(disk, { segmentBytes: SEGMENT_BYTES });
  const uft = new Uft();
  const loader = new UftLoader(uft, disk, log);
  await loader.load({ pause: slices(clock) });
  for await (const records of source.read(1, 3_000)) {
    log.appendCopies(records);
    loader.take(records);
    await log.flush();
  }
  const beganMs = clock.monotonicMs();
  await loader.load({ pause: slices(clock) });
  const loadMs = clock.monotonicMs() - beganMs;
  await Promise.all([log.close(), source.close()]);
  await sourceDisk.close();
  return { loadMs, orders: uft.count, peakRssMb: process.resourceUsage().maxRSS / 1_024 };
}

const [mode, folder = '', records = '0', datLsn = '0'] = process.argv.slice(2);
const disk = await openFileDisk(folder);
if (mode === 'write') console.log(JSON.stringify(await write(disk, folder)));
if (mode === 'fill') console.log(JSON.stringify(await fill(disk, Number(records), Number(datLsn))));
if (mode === 'follow') console.log(JSON.stringify(await follow(disk, records)));
if (mode === 'load') console.log(JSON.stringify(await load(disk)));
await disk.close();
