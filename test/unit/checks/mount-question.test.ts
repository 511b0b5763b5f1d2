import { beforeEach, describe, expect, it } from 'vitest';
import type { CommandResult, Host } from '#main/hosts';
import { askMount, type MountAnswer, overdueAsker } from '../../../src/main/checks/mount-question.ts';
import { parsePs } from '../../../src/main/checks/parsers/processes.ts';

const HEADER = 'PID PPID ELAPSED COMMAND';
const asker = (pid: number, elapsed: string, mount = 95) =>
  `${pid} 1 ${elapsed} stat -f -c %b %a %c %d ${mount} /mnt/peer`;
const list = (...lines: string[]) => parsePs([HEADER, ...lines].join('\n')) ?? [];
const ended = (stdout: string): CommandResult => ({
  kind: 'ended',
  exitCode: 0,
  stdout: Buffer.from(stdout),
  stderr: '',
  tookMs: 5,
});
const TIMEOUT: CommandResult = { ...ended(''), kind: 'timeout', exitCode: null, tookMs: 2_500 };

/** A server with a mount: what it answers is to be set; what was run there is kept. */
let mount: CommandResult;
let nothing: CommandResult;
let processes: string[];
let run: string[];
let host: Host;
beforeEach(() => {
  mount = ended('1 1 1 1 95');
  nothing = ended('');
  processes = [];
  run = [];
  host = {
    run: async ([program = '']: readonly string[]): Promise<CommandResult> => {
      run.push(program);
      if (program === 'stat') return mount;
      return program === 'ps' ? ended([HEADER, ...processes].join('\n')) : nothing;
    },
  } as unknown as Host;
});

const ask = (before: string[] | undefined, id = 95): Promise<MountAnswer> =>
  askMount(host, { id, path: '/mnt/peer' }, before && list(...before));
const stats = () => run.filter((program) => program === 'stat').length;

describe('asking a mount', () => {
  it('is one command where it answers', async () => {
    expect(await ask([])).toMatchObject({ kind: 'ended', result: { exitCode: 0 } });
    expect(run).toEqual(['stat']);
  });

  it('is left where a process still waits for this very mount, and not for one of another number', async () => {
    expect(await ask([asker(42, '03:20')])).toMatchObject({ kind: 'waiting', waiting: { pid: 42, runningS: 200 } });
    expect(run).toEqual([]);
    // The old mount was taken away lazily; what waits within it says nothing of the new one.
    expect((await ask([asker(42, '03:20', 94)])).kind).toBe('ended');
    expect(run).toEqual(['stat']);
  });

  it('takes nobody for waiting who may be answered yet', async () => {
    expect(overdueAsker(list(asker(42, '00:01')), 95)).toBeUndefined();
    expect(overdueAsker(list(asker(42, '00:01'), asker(43, '00:02')), 95)).toMatchObject({ pid: 43 });
    expect((await ask([asker(42, '00:01')])).kind).toBe('ended');
  });

  it('looks twice where it is not shown since when', async () => {
    const undated = `42 1 - stat -f -c %b %a %c %d 95 /mnt/peer`;
    expect((await ask([undated])).kind).toBe('ended');
    expect(run).toEqual(['ps', 'stat']);
    processes = [undated];
    expect(await ask([undated])).toMatchObject({ kind: 'waiting', waiting: { pid: 42, runningS: null } });
    expect(stats()).toBe(1);
  });

  it('says which process is left, and asks no further one of a busy server while it is', async () => {
    mount = TIMEOUT;
    processes = [asker(42, '00:02')];
    expect(await ask([])).toMatchObject({ kind: 'silent', waiting: { pid: 42 } });
    nothing = { ...nothing, tookMs: 900 };
    expect(await ask([])).toMatchObject({ kind: 'silent', waiting: { pid: 42 } });
    expect(stats()).toBe(2);
  });

  it('is done once more on a busy server where nothing is left', async () => {
    mount = TIMEOUT;
    nothing = { ...nothing, tookMs: 900 };
    expect(await ask([])).toMatchObject({ kind: 'silent', waiting: undefined });
    expect(stats()).toBe(2);
    nothing = { ...nothing, tookMs: 9 };
    expect((await ask([])).kind).toBe('silent');
    expect(stats()).toBe(3);
  });

  it('is one question for all who ask at the same time, and for each mount its own', async () => {
    const answers = await Promise.all([ask([]), ask([]), ask([], 96)]);
    expect(stats()).toBe(2);
    expect(answers[0]).toBe(answers[1]);
    await ask([]);
    expect(stats()).toBe(3);
  });

  it('goes on where processes cannot be listed', async () => {
    expect((await ask(undefined)).kind).toBe('ended');
    mount = TIMEOUT;
    processes = ['junk'];
    expect(await ask(undefined)).toMatchObject({ kind: 'silent' });
  });
});
