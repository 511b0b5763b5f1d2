import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandEnd, createCommandRunner } from '#main/commands';
import { until } from '#test/zookeeper-session';

/** Real programs. What is told of process groups holds where there are some. */
describe.skipIf(process.platform === 'win32')('a program that a site lets the console run', () => {
  const run = createCommandRunner();
  const never = new AbortController().signal;
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'commands-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function script(code: string): string[] {
    const file = join(folder, `${Math.random().toString(36).slice(2)}.mjs`);
    writeFileSync(file, code);
    return [process.execPath, file];
  }
  const sh = (text: string, ...rest: string[]) => ['/bin/sh', '-c', text, 'sh', ...rest];
  const runs = (command: readonly string[], timeoutMs = 10_000, signal = never) => run(command, { timeoutMs, signal });

  it.each([0, 1, 3, 255])('is told by its exit code %i', async (exitCode) => {
    expect(await runs(sh(`echo said; exit ${exitCode}`))).toEqual({ kind: 'exit', exitCode, output: 'said' });
  });

  it('gets its arguments as they are: no shell reads them', async () => {
    const hostile = ['$(touch pwned)', '`id`', '; rm -rf /', '* ?', '"quoted"', "'", '', '-x', '中文 $HOME'];
    const told = await runs([
      ...script(`process.stdout.write(JSON.stringify(process.argv.slice(2)).slice(0, 800))`),
      ...hostile,
    ]);
    expect(told).toMatchObject({ kind: 'exit', exitCode: 0 });
    expect(JSON.parse((told as { output: string }).output)).toEqual(hostile);
  });

  it('inherits nothing of the environment, no open file, and no input', async () => {
    process.env.KUANTU_TEST_SECRET = 'hunter2';
    const told = await runs(
      script(`
      import { readFileSync } from 'node:fs';
      process.stdout.write(Object.keys(process.env).sort().join(' ') + '\\n' + process.cwd() + '\\n' + readFileSync(0).length);
    `),
    );
    delete process.env.KUANTU_TEST_SECRET;
    expect(told).toEqual({ kind: 'exit', exitCode: 0, output: 'LC_ALL PATH\n/\n0' });
  });

  it.each([
    ['is not there', '/no/such/program', 'ENOENT'],
    ['may not be run', '', 'EACCES'],
  ])('that %s is told as not started', async (_name, program, reason) => {
    const file = join(folder, 'plain.txt');
    writeFileSync(file, 'text');
    chmodSync(file, 0o600);
    expect(await runs([program || file])).toEqual({ kind: 'not-started', reason });
  });

  it('is ended when its time is over, with everything that it has started', async () => {
    const pids = join(folder, 'pids');
    const began = performance.now();
    // Neither it nor its child cares for the friendly signal.
    const told = await runs(
      sh(
        `trap '' TERM; sh -c 'trap "" TERM; echo $$ >> ${pids}; while :; do sleep 1; done' & echo $$ >> ${pids}; echo begun; while :; do sleep 1; done`,
      ),
      600,
    );
    expect(told).toEqual({ kind: 'timeout', output: 'begun' });
    expect(performance.now() - began).toBeLessThan(5_000);
    const started = readFileSync(pids, 'utf8').trim().split('\n').map(Number);
    expect(started).toHaveLength(2);
    await until(() => started.every((pid) => !lives(pid)));
  });

  it('may end itself on the friendly signal', async () => {
    const file = join(folder, 'tidy');
    const told = await runs(sh(`trap 'echo tidied > ${file}; exit 0' TERM; while :; do sleep 0.05; done`), 400);
    expect(told.kind).toBe('timeout');
    expect(existsSync(file)).toBe(true);
  });

  it('is ended when it is not needed any more', async () => {
    const ending = new AbortController();
    const told = runs(sh('echo begun; exec sleep 60'), 60_000, ending.signal);
    setTimeout(() => ending.abort(), 100);
    expect((await told).kind).toBe('cut-off');
    expect(await runs(sh('exit 0'), 1_000, ending.signal)).toEqual({ kind: 'cut-off', output: '' });
  });

  it('ended by a signal of others is told so', async () => {
    expect(await runs(sh('kill -9 $$'))).toMatchObject({ kind: 'signal', signal: 'SIGKILL' });
  });

  it('is over when it ends, whatever it leaves behind with its streams', async () => {
    const began = performance.now();
    const told = await runs(sh('setsid sleep 5 & echo done; exit 0'), 10_000);
    expect(told).toEqual({ kind: 'exit', exitCode: 0, output: 'done' });
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('may say as much as it likes: the last lines are kept, shortened, cleaned and without secrets', async () => {
    const told = (await runs(
      script(`
      const said = 'password=hunter2 user=x\\n' + 'y'.repeat(5000) + '\\n\\u001b[31mred\\u0000\\n';
      const lines = Array.from({ length: 200000 }, (_, line) => 'line ' + line + '\\n').join('');
      process.stdout.write(lines, () => setTimeout(() => process.stderr.write(said), 200));
    `),
    )) as Extract<CommandEnd, { kind: 'exit' }>;
    expect(told.exitCode).toBe(0);
    expect(told.output.length).toBeLessThanOrEqual(900);
    expect(told.output).toContain('line 199999');
    expect(told.output).toContain('password=*** user=x');
    expect(told.output).not.toContain('hunter2');
    expect(told.output).not.toMatch(/[^\P{Cc}\n]/u);
    expect(told.output.split('\n').length).toBeLessThanOrEqual(10);
  });
});

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
