import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

interface Holder {
  child: ChildProcess;
  said: Promise<string>;
}

describe("an instance's storage", () => {
  let folder: string;
  let holders: Holder[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kuantu-storage-'));
    holders = [];
  });
  afterEach(async () => {
    await Promise.all(holders.map(end));
    rmSync(folder, { recursive: true, force: true });
  });

  function take(instance = 'A'): Holder {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'storage-holder.ts'), folder, instance], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const said = once(createInterface({ input: child.stdout }), 'line').then(([line]) => String(line));
    const holder = { child, said };
    holders.push(holder);
    return holder;
  }

  async function end({ child }: Holder): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  it('is held by one of many processes that start at the same instant', async () => {
    const said = await Promise.all(Array.from({ length: 6 }, () => take().said));
    expect(said.sort()).toEqual(['IN_USE', 'IN_USE', 'IN_USE', 'IN_USE', 'IN_USE', 'have it']);
  });

  it('is kept by a process that stands still, and free once it is gone', async () => {
    const first = take();
    expect(await first.said).toBe('have it');
    first.child.kill('SIGSTOP');
    expect(await take().said).toBe('IN_USE');
    expect(await take('B').said).toBe('have it');
    await end(first);
    expect(await take().said).toBe('have it');
  });
});
