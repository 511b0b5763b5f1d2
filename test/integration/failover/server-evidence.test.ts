import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock';
import { createServerEvidence, type ServerEvidence } from '#main/checks';
import { createHosts } from '#main/hosts';
import type { EvidenceView } from '#shared/contract';
import { PairRig, type RigConsole } from '#test/pair-rig';
import { skipWithoutServerTools } from '#test/server-tools';
import { keygen, type Sshd, startSshd } from '#test/sshd';
import { startTcpProxy } from '#test/tcp-proxy';
import { until } from '#test/zookeeper-session';

/** Long enough that whatever is proved below is not proved by ZooKeeper. */
const SESSION_TIMEOUT_MS = 40_000;
const LONG_MS = 25_000;

/** One pair for all: each test leaves it normal, the last ones with another primary. */
describe.skipIf(skipWithoutServerTools())('evidence from the servers, over SSH', () => {
  let sshd: Sshd;
  let servers: ServerEvidence;
  let rig: PairRig;
  let made: RigConsole;

  beforeAll(async () => {
    sshd = await startSshd();
    sshd.trust();
    servers = createServerEvidence(createHosts({ clock: systemClock, env: {}, acceptNewHostKeys: false }), systemClock);
    rig = new PairRig({
      hostCheck: 'ssh',
      access: sshd.access,
      servers,
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      beatIntervalMs: 200,
      timeouts: { hostLookMs: 1_000, silentAfterMs: 1_000 },
    });
    await rig.start();
    made = rig.console();
    await settled(made);
  }, 60_000);
  afterAll(async () => {
    await rig?.end();
    servers?.close();
    sshd?.close();
  });

  async function settled(one: RigConsole): Promise<void> {
    const isSettled = () => one.monitor.tile().state === 'normal' && one.monitor.view().blockers.length === 0;
    await until(() => isSettled() && sourceOf(one, 'host')?.says === 'alive', LONG_MS);
  }
  const viewOf = (one: RigConsole, name = 'A') => one.monitor.view().instances.find((each) => each.name === name);
  const sourceOf = (one: RigConsole, kind: EvidenceView['class']) =>
    viewOf(one)?.evidence.find((evidence) => evidence.class === kind);
  const done = () => made.notices.filter(({ kind }) => kind === 'switchover-done');

  it('say of a stopped process that it is not gone, whatever it does not answer', async () => {
    const before = await rig.route();
    rig.node('A').child.kill('SIGSTOP');
    await until(() => viewOf(made)?.verdict === 'unreachable-registered', LONG_MS);
    await until(() => sourceOf(made, 'host')?.reason.key === 'check.process.frozen', LONG_MS);
    // The kernel takes the connection for it; nobody answers.
    await until(() => sourceOf(made, 'reach')?.reason.key === 'failover.reach.timeout', LONG_MS);
    expect(sourceOf(made, 'host')?.says).toBe('alive');
    rig.node('A').child.kill('SIGCONT');
    await settled(made);
    expect(await rig.route()).toEqual(before);
    expect(made.notices).toEqual([]);
  });

  it("tell a console that it alone does not reach an instance, which answers from the other one's server", async () => {
    const proxy = await startTcpProxy(rig.node('A').t2Port);
    const cutOff = rig.console('console-2', (name, port) => (name === 'A' ? proxy.port : port));
    await until(() => cutOff.monitor.tile().state === 'normal', LONG_MS);
    proxy.cut();
    await until(() => sourceOf(cutOff, 'reach')?.reason.key === 'failover.reach.serves', LONG_MS);
    await until(() => viewOf(cutOff)?.verdict === 'unreachable-registered', LONG_MS);
    expect(cutOff.notices).toEqual([]);
    await cutOff.stop();
    await proxy.close();
  });

  it('are none where the host key has changed, and say so with both fingerprints', async () => {
    const known = readFileSync(sshd.access.knownHostsFile, 'utf8');
    keygen(`${sshd.directory}/another_key`);
    const [type, key] = readFileSync(`${sshd.directory}/another_key.pub`, 'utf8').split(' ');
    writeFileSync(sshd.access.knownHostsFile, `[${sshd.address}]:${sshd.port} ${type} ${key}\n`);
    servers.close();
    await until(() => sourceOf(made, 'host')?.reason.key === 'check.access.changedKey', LONG_MS);
    expect(sourceOf(made, 'host')?.says).toBe('nothing');
    const { now = '', expected = '' } = sourceOf(made, 'host')?.reason.params ?? {};
    expect([now, expected]).toEqual([expect.stringMatching(/^SHA256:/), expect.stringMatching(/^SHA256:/)]);
    expect(now).not.toBe(expected);
    writeFileSync(sshd.access.knownHostsFile, known);
    servers.close();
    await settled(made);
  });

  it('that do not answer leave it unknown, keep no beat, and prove it once they do', async () => {
    sshd.signalAll('SIGSTOP');
    await until(() => sourceOf(made, 'host')?.says === 'nothing', LONG_MS);
    const fromMs = Date.now();
    await until(() => Date.now() - fromMs > 1_200);
    const beats = made.monitor.beats(fromMs);
    expect(beats.map(({ atMs }) => atMs.length >= 3)).toEqual([true, true]);

    await rig.node('A').kill();
    await until(() => viewOf(made)?.verdict === 'unreachable-registered', LONG_MS);
    expect(made.notices).toEqual([]);
    sshd.signalAll('SIGCONT');
    await until(() => done().length === 1, LONG_MS);
    expect(done()[0]?.grounds?.instances[0]).toMatchObject({ instance: 'A', verdict: 'gone' });
  });

  it('have a killed primary switched over from while ZooKeeper still has its session', async () => {
    await rig.startNode('A');
    await settled(made);
    const beganMs = Date.now();
    await rig.node('B').kill();
    await until(() => done().length === 2, LONG_MS);

    expect(Date.now() - beganMs).toBeLessThan(SESSION_TIMEOUT_MS / 2);
    expect(done()[1]).toMatchObject({ trigger: 'automatic', from: 'B', to: 'A', failure: null });
    const old = done()[1]?.grounds?.instances.find(({ instance }) => instance === 'B');
    expect(old).toMatchObject({ verdict: 'gone', reason: { key: 'failover.verdict.networkAndHost' } });
    expect(old?.sources).toMatchObject([
      { class: 'network' },
      { class: 'reach' },
      { class: 'peer' },
      { class: 'coordination', says: 'alive' },
      { class: 'host', says: 'gone', reason: { key: 'check.process.gone' } },
    ]);
    // Asked after it was last heard, and kept with its age.
    expect(old?.sources.at(-1)?.ageMs).toBeLessThan(5_000);
  });
});
