import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type ProcessReading, readProcess, readProcessIdentity } from '#core/process';
import { createProcessCheck } from '#main/checks';
import type { ProcessIdentity } from '#shared/domain';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

function start(file: string, ...args: string[]): ChildProcess {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  return child;
}

async function startProcess(): Promise<{ child: ChildProcess; identity: ProcessIdentity }> {
  const child = start(process.execPath, '-e', 'console.log("up"); setInterval(() => {}, 1000)');
  if (child.stdout) await once(child.stdout, 'data');
  return { child, identity: await readProcessIdentity(child.pid ?? 0) };
}

const check = createProcessCheck();

describe.skipIf(process.platform === 'win32')('the process check on real processes', () => {
  test('this very process is alive', async () => {
    expect(await check(await readProcessIdentity(process.pid))).toMatchObject({ says: 'alive', frozen: false });
  });

  test('a killed process is gone', async () => {
    const { child, identity } = await startProcess();
    expect((await check(identity)).says).toBe('alive');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await check(identity)).toMatchObject({ says: 'gone', reason: { key: 'check.process.gone' } });
  });

  test('a stopped process is alive and frozen until it goes on', async () => {
    const { child, identity } = await startProcess();
    child.kill('SIGSTOP');
    await vi.waitFor(async () => expect(await check(identity)).toMatchObject({ says: 'alive', frozen: true }));
    child.kill('SIGCONT');
    await vi.waitFor(async () => expect(await check(identity)).toMatchObject({ says: 'alive', frozen: false }));
  });

  test('a dead process that nobody reaped is gone', async () => {
    // The shell starts a child and becomes a program that never asks for it.
    const parent = start('/bin/sh', '-c', 'sleep 600 & echo $!; exec sleep 600');
    const [line] = parent.stdout ? await once(parent.stdout, 'data') : [''];
    const pid = Number(String(line).trim());
    const identity = await readProcessIdentity(pid);
    expect((await check(identity)).says).toBe('alive');
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(async () => expect((await check(identity)).says).toBe('gone'));
    expect(await readProcess(pid)).toMatchObject({ found: true, state: 'dead' });
    expect((await check(identity)).reason.key).toBe('check.process.zombie');
  });

  test('a pid that another process has now is no life sign of the registered one', async () => {
    const { identity } = await startProcess();
    const earlier = { ...identity, startTime: `${BigInt(identity.startTime) - 1n}` };
    expect(await check(earlier)).toMatchObject({ says: 'gone', reason: { key: 'check.process.pidReused' } });
  });

  test('a process of another boot proves nothing, alive or not', async () => {
    const { child, identity } = await startProcess();
    const elsewhere = { ...identity, bootId: '00000000-0000-4000-8000-000000000000' };
    expect((await check(elsewhere)).says).toBe('nothing');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect((await check(elsewhere)).says).toBe('nothing');
  });

  test('two processes started one after the other have identities of their own', async () => {
    const [first, second] = [await startProcess(), await startProcess()];
    expect(first.identity.bootId).toBe(second.identity.bootId);
    expect(first.identity.pid).not.toBe(second.identity.pid);
    const reading: ProcessReading = await readProcess(first.identity.pid);
    expect(reading).toEqual({ found: true, identity: first.identity, state: 'running' });
  });
});
