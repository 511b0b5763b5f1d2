import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#core/clock';
import { readProcess } from '#core/process';
import { createLocalHost } from '#main/hosts';

const host = createLocalHost({ clock: systemClock });
const directory = mkdtempSync(join(tmpdir(), 'kuantu-local-host-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const long = { timeoutMs: 20_000 };

describe.skipIf(process.platform === 'win32')('a command on this machine', () => {
  it('gives its output, its exit code and its error, and reads its input', async () => {
    const result = await host.run(['sh', '-c', 'cat; echo no >&2; exit 3'], { ...long, input: 'in' });
    expect(result).toMatchObject({ kind: 'ended', exitCode: 3, stderr: 'no' });
    expect(result.stdout.toString()).toBe('in');
  });

  it('takes its arguments as they are', async () => {
    const result = await host.run(['printf', '%s|', '$HOME', "a'b", '* ;'], long);
    expect(result.stdout.toString()).toBe("$HOME|a'b|* ;|");
  });

  it('runs in the locale C', async () => {
    const result = await host.run(['sh', '-c', 'echo $LC_ALL'], long);
    expect(result.stdout.toString().trim()).toBe('C');
  });

  it('says that a program is missing', async () => {
    expect(await host.run(['kuantu-no-such-program'], long)).toMatchObject({ kind: 'missing', exitCode: null });
  });

  it('is killed with everything that it started when its time is over', async () => {
    const pidFile = join(directory, 'pid');
    const script = `sleep 600 & echo $! > ${pidFile}; wait`;
    const running = host.run(['sh', '-c', script], { timeoutMs: 500 });
    const result = await running;
    expect(result.kind).toBe('timeout');
    await vi.waitFor(() => expect(existsSync(pidFile)).toBe(true));
    const pid = Number(readFileSync(pidFile, 'utf8'));
    // Whoever inherits it may be slow to reap it.
    await vi.waitFor(async () => {
      const reading = await readProcess(pid);
      expect(reading.found ? reading.state : 'dead').toBe('dead');
    });
  });

  it('is ended when it prints without end, and what was read is kept', async () => {
    const result = await host.run(['sh', '-c', 'yes 0123456789'], { ...long, outputBytes: 10_000 });
    expect(result.kind).toBe('overflow');
    expect(result.stdout).toHaveLength(10_000);
  });

  it('that a signal ends says so, and by which one', async () => {
    expect(await host.run(['sh', '-c', 'kill -TERM $$'], long)).toMatchObject({
      kind: 'killed',
      exitCode: null,
      stderr: 'SIGTERM',
    });
  });

  it('may leave its input unread', async () => {
    const result = await host.run(['true'], { ...long, input: 'x'.repeat(1_000_000) });
    expect(result).toMatchObject({ kind: 'ended', exitCode: 0 });
  });
});
