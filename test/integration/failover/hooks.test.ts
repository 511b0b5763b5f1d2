import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { FenceHook } from '#shared/domain';
import { PairRig, type RigConsole } from '#test/pair-rig';
import { until } from '#test/zookeeper-session';

let rig: PairRig;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hooks-'));
});
afterEach(async () => {
  await rig.end();
  rmSync(folder, { recursive: true, force: true });
});

/** A hook of A that notes how it was called, and then does what it is told. */
function hook(does: string): FenceHook {
  const script = join(folder, 'hook.mjs');
  const log = join(folder, 'runs');
  writeFileSync(
    script,
    `import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
     appendFileSync(${JSON.stringify(log)}, process.argv.slice(2).join(' ') + '\\n');
     const runs = readFileSync(${JSON.stringify(log)}, 'utf8').trim().split('\\n').length;
     ${does}`,
  );
  const given = ['{node}/{instance}', '{incarnation}', '{pid}', '{epoch}', '{operation}', '{kind}', '{to}'];
  return { arguments: [process.execPath, script, ...given], timeoutMs: 20_000, required: true };
}
const runs = () =>
  existsSync(join(folder, 'runs')) ? readFileSync(join(folder, 'runs'), 'utf8').trim().split('\n') : [];

async function pair(fence: FenceHook): Promise<RigConsole> {
  rig = new PairRig({ commands: { fence } });
  await rig.start();
  const made = rig.console();
  await until(() => made.monitor.tile().state === 'normal' && made.monitor.view().blockers.length === 0, 15_000);
  return made;
}
const done = (made: RigConsole) => made.notices.find(({ kind }) => kind === 'switchover-done');

it('a required hook that fails at first is run again for the same operation, and nobody is promoted before it succeeds', async () => {
  const made = await pair(
    hook(`if (runs < 2) { console.error('no route to host'); process.exit(9); } console.log('off');`),
  );
  const { incarnation, pid } = rig.node('A');
  const epoch = (await rig.route())?.epoch ?? 0;
  await rig.node('A').kill();
  await until(() => done(made) !== undefined, 20_000);
  const [first, second, ...more] = runs();
  expect(first).toMatch(new RegExp(`^mt/A ${incarnation} ${pid} ${epoch + 1} [-0-9a-f]{36} failover B$`));
  expect(second).toBe(first);
  expect(more).toEqual([]);
  const proof = done(made)?.steps.find(({ name }) => name === 'prove-old-out');
  expect(proof?.detail).toMatchObject({ key: 'failover.command.fence.ok', params: { output: 'off', runs: 2 } });
  const failed = made.events.find(({ message }) => message.key === 'failover.command.fence.failed');
  expect(failed).toMatchObject({
    severity: 'p2',
    instance: 'A',
    message: { params: { exitCode: 9, output: 'no route to host' } },
  });
});

it('a console that stops ends its hook, and the next one runs it again and finishes', async () => {
  const pids = join(folder, 'pid');
  const first = await pair(
    hook(`if (runs < 2) { writeFileSync(${JSON.stringify(pids)}, String(process.pid)); setInterval(() => {}, 1000); }`),
  );
  const second = rig.console('console-2');
  await rig.node('A').kill();
  const written = () => (existsSync(pids) ? readFileSync(pids, 'utf8') : '');
  await until(() => written() !== '', 15_000);
  const hookPid = Number(written());
  await first.stop();
  await until(() => done(second) !== undefined, 25_000);
  await until(() => !lives(hookPid));
  expect(new Set(runs()).size).toBe(1);
  expect(runs()).toHaveLength(2);
  expect(await rig.route()).toMatchObject({ instance: 'B', state: 'open' });
});

it("an operator's word takes the place of a hook that cannot succeed, and is on record", async () => {
  const made = await pair(hook('process.exit(1)'));
  const attestation = { operator: 'li', confirmation: 'mt/A' };
  const { incarnation } = rig.node('A');
  const epoch = ((await rig.route())?.epoch ?? 0) + 1;
  await expect(
    made.monitor.attest({ ...attestation, instance: 'A', incarnation, epoch: epoch - 1 }),
  ).rejects.toMatchObject({
    said: { key: 'attest.refusal.answers' },
  });
  await rig.node('A').kill();
  const offered = () => made.monitor.view().deadEnd?.options.find(({ kind }) => kind === 'attest');
  await until(() => offered() !== undefined, 20_000);
  expect(offered()).toMatchObject({ instance: 'A', incarnation, epoch });
  const asked = { instance: 'A', incarnation, epoch, operator: 'li' };
  await expect(made.monitor.attest({ ...asked, confirmation: 'mt' })).rejects.toMatchObject({
    said: { key: 'attest.refusal.confirmation' },
  });
  await made.monitor.attest({ ...asked, confirmation: 'mt/A' });
  await until(() => done(made) !== undefined, 20_000);
  expect(done(made)?.steps.find(({ name }) => name === 'prove-old-out')?.detail).toEqual({
    key: 'failover.proof.attested',
    params: { instance: 'A', operator: 'li' },
  });
  expect(made.events.map(({ message }) => message.key)).toContain('failover.event.attested');
  expect(made.monitor.view().deadEnd).toBeUndefined();
});

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
