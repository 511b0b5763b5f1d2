import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '#core/clock';
import { readProcessIdentity } from '#core/process';
import type { ProcessIdentity } from '#shared/domain';
import { sweepLeftOvers } from '../../../src/main/practice/clean-up.ts';
import { makeDirectory, recordProcess } from '../../../src/main/practice/directory.ts';

const deps = { clock: systemClock, random: systemRandom };
const children: ChildProcess[] = [];
let base = '';

/** A process that lives until it is killed. */
async function idle(): Promise<{ child: ChildProcess; identity: ProcessIdentity }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  children.push(child);
  await once(child, 'spawn');
  return { child, identity: await readProcessIdentity(child.pid ?? 0) };
}

/** The identity of a process that has ended. */
async function ended(): Promise<ProcessIdentity> {
  const { child, identity } = await idle();
  child.kill('SIGKILL');
  await once(child, 'exit');
  return identity;
}

const owned = (owner: ProcessIdentity) => makeDirectory(base, { version: 1, owner, foreignChroot: null });
const isRunning = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'kuantu-left-overs-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(base, { recursive: true, force: true });
});

describe('what a killed practice environment left behind', () => {
  it('is removed at the next start, its processes first, hung ones too', async () => {
    const directory = await owned(await ended());
    const { child, identity } = await idle();
    await recordProcess(directory, 'A', identity);
    child.kill('SIGSTOP');
    const gone = once(child, 'exit');
    expect(await sweepLeftOvers(base, deps)).toEqual([]);
    await gone;
    expect(readdirSync(base)).toEqual([]);
  });

  it('is left alone while its owner lives', async () => {
    const { child, identity } = await idle();
    const directory = await owned(await readProcessIdentity(process.pid));
    await recordProcess(directory, 'A', identity);
    await sweepLeftOvers(base, deps);
    expect(existsSync(directory)).toBe(true);
    expect(isRunning(child)).toBe(true);
  });

  it.each([
    ['start time', (identity: ProcessIdentity) => ({ ...identity, startTime: '1' })],
    ['boot', (identity: ProcessIdentity) => ({ ...identity, bootId: 'another boot' })],
  ])('counts an owner with another %s as gone, and never kills a process with one', async (_what, other) => {
    const { child, identity } = await idle();
    const directory = await owned(other(await readProcessIdentity(process.pid)));
    await recordProcess(directory, 'A', other(identity));
    await sweepLeftOvers(base, deps);
    expect(existsSync(directory)).toBe(false);
    expect(isRunning(child)).toBe(true);
  });

  it('without a readable owner is removed only when it is old: it may be in the making', async () => {
    const young = join(base, 'kuantu-practice-young');
    const old = join(base, 'kuantu-practice-old');
    for (const directory of [young, old]) mkdirSync(directory);
    const long = systemClock.wallMs() / 1_000 - 7_200;
    utimesSync(old, long, long);
    await sweepLeftOvers(base, deps);
    expect(readdirSync(base)).toEqual(['kuantu-practice-young']);
  });

  it('is never followed through a link, nor looked for under another name', async () => {
    const elsewhere = await makeDirectory(base, { version: 1, owner: await ended(), foreignChroot: null });
    const home = mkdtempSync(join(tmpdir(), 'kuantu-linked-'));
    symlinkSync(elsewhere, join(home, 'kuantu-practice-link'));
    mkdirSync(join(home, 'something-else'));
    await sweepLeftOvers(home, deps);
    expect(readdirSync(home).sort()).toEqual(['kuantu-practice-link', 'something-else']);
    expect(existsSync(elsewhere)).toBe(true);
    rmSync(home, { recursive: true, force: true });
  });
});
