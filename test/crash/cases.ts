import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MARK_FILE } from '#mtnode/redo';
import { damage, type Files } from './damage.ts';
import { writeHistory } from './history.ts';
import { type MarkSays, type OpenDisk, type Outcome, realDisk, recoverAndCheck, violationsOf } from './judge.ts';
import { caseSeed, Seeded } from './random.ts';

export interface CrashRun {
  cases: number;
  seed: number;
  /** Only this one of the cases. */
  only?: number;
  openDisk?: OpenDisk;
}

export interface Violation {
  case: number;
  problems: string[];
  history: string;
  damage: string[];
}

export interface Summary {
  cases: number;
  seed: number;
  recovered: number;
  refused: number;
  /** Cases without damage, which all have to recover. */
  undamaged: number;
  /** Recovered with less than had been handed to the log: a tail that was never acknowledged. */
  tailsCut: number;
  violations: Violation[];
}

/** Runs the cases one after the other, each in a folder of its own that is removed afterwards. */
export async function runCases(run: CrashRun, onCase?: (index: number) => void): Promise<Summary> {
  const summary: Summary = {
    cases: 0,
    seed: run.seed,
    recovered: 0,
    refused: 0,
    undamaged: 0,
    tailsCut: 0,
    violations: [],
  };
  const folder = mkdtempSync(join(tmpdir(), 'kuantu-crash-'));
  try {
    for (let index = 0; index < run.cases; index++) {
      if (run.only !== undefined && run.only !== index) continue;
      await runCase(index, join(folder, String(index)), run, summary);
      onCase?.(index);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return summary;
}

async function runCase(index: number, folder: string, run: CrashRun, summary: Summary): Promise<void> {
  const random = new Seeded(caseSeed(run.seed, index));
  const history = await writeHistory(random);
  const { written, acknowledgedLsn, ending } = history;
  const files: Files = new Map(history.files);
  const mark = readMark(files.get(MARK_FILE));
  const done = damage(files, random);
  mkdirSync(folder);
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
  const outcome = await recoverAndCheck(folder, history, run.openDisk ?? realDisk);
  rmSync(folder, { recursive: true, force: true });
  const problems = violationsOf(outcome, history, done, mark);
  count(outcome, written.length, summary);
  if (done.steps.length === 0) summary.undamaged++;
  if (problems.length === 0) return;
  const text = `${written.length} written, ${acknowledgedLsn} acknowledged, mark ${mark.lsn}, ${ending}; ${inWords(outcome)}`;
  summary.violations.push({ case: index, problems, history: text, damage: done.steps });
}

function count(outcome: Outcome, written: number, summary: Summary): void {
  summary.cases++;
  if (outcome.kind === 'refused') summary.refused++;
  if (outcome.kind !== 'recovered') return;
  summary.recovered++;
  if (outcome.lastLsn < written) summary.tailsCut++;
}

function inWords(outcome: Outcome): string {
  if (outcome.kind === 'recovered') return `recovered through LSN ${outcome.lastLsn}`;
  return outcome.kind === 'refused' ? `refused at ${outcome.file}, byte ${outcome.offset}` : 'crashed';
}

const SLOT_AT = [0, 4_096, 8_192];
const SLOT_BYTES = 56;

/** What the mark says, read with code of our own: sequence at 8, LSN at 16, replacing LSN + 1 at 40, checksum last. */
function readMark(bytes: Buffer = Buffer.alloc(0)): MarkSays {
  const slots = SLOT_AT.map((at) => bytes.subarray(at, at + SLOT_BYTES)).filter(
    (slot) => slot.length === SLOT_BYTES && slot.readUInt32LE(SLOT_BYTES - 4) === checksum(slot.subarray(0, -4)),
  );
  const newest = slots.sort((a, b) => Number(b.readBigUInt64LE(8) - a.readBigUInt64LE(8)))[0];
  if (newest === undefined) return { lsn: 0, replacedBy: null };
  const replacedBy = Number(newest.readBigUInt64LE(40)) - 1;
  // What is being replaced is no longer wanted.
  return replacedBy < 0 ? { lsn: Number(newest.readBigUInt64LE(16)), replacedBy: null } : { lsn: 0, replacedBy };
}

/** CRC-32C, bit by bit. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f6_3b78 : 0);
  }
  return ~crc >>> 0;
}
