import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock';
import {
  CONSOLE,
  checkDataSync,
  dataSyncItems,
  lookAtMachines,
  lookAtNames,
  probeChain,
  type SetupItem,
} from '#main/data-sync-setup';
import { createHosts, type Host, type Hosts } from '#main/hosts';
import { applySteps, type DoneStep, lookAtSteps, type PlacedStep, undoSteps } from '#main/server-steps';
import type { DataSync } from '#shared/domain';
import { CATALOGUES } from '#shared/i18n';
import { natPlan } from '#test/data-sync-plans';
import { type NatNetwork, startNatNetwork } from '#test/nat-network';
import { skipWithoutServerTools, skipWithoutSetupReaders } from '#test/server-tools';

const STAMP = '20260101-000000';

describe.skipIf(skipWithoutServerTools() || skipWithoutSetupReaders())('the shared data of a pair, set up', () => {
  let network: NatNetwork;
  let hosts: Hosts;
  const hostOf = (server: string): Promise<Host> =>
    hosts.open((server === 'A' ? network.a : network.b).sshd.access, '');
  beforeAll(async () => {
    network = await startNatNetwork();
    hosts = createHosts({ clock: systemClock, env: {}, acceptNewHostKeys: false });
    for (const { run } of [network.a, network.b])
      run('nft', 'table inet filter { chain input { type filter hook input priority filter; policy accept; }; }');
  });
  afterAll(() => {
    hosts?.close();
    network?.close();
  });

  /** A plan for the two servers, with every kind of step. */
  function plan(more: Record<string, unknown> = {}, ofA: Record<string, unknown> = {}): SetupItem[] {
    const { outside, a, b } = network;
    const addresses = { own: a.address, peer: outside, console: outside, zooKeeperClients: outside };
    const checked = checkDataSync(
      natPlan(
        { mappings: [], ...more },
        { addresses, firewall: 'nftables', shareDirectory: '/srv/宽途 数据/a', ports: { nfs: 2_050 }, ...ofA },
        { addresses: { own: b.address }, firewall: 'nftables', system: 'rhel' },
      ),
    );
    if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
    return dataSyncItems(checked.topology);
  }
  const placed = (items: readonly SetupItem[]): PlacedStep[] =>
    items.flatMap(({ id, host, step }) => (step ? [{ id, host, step }] : []));
  const undosOf = (done: readonly DoneStep[]) => done.map(({ id, host, report }) => ({ id, host, undo: report.undo }));
  /** Everything that steps may change at a server. */
  const stateOf = (server: 'a' | 'b') =>
    network[server].run(
      'bash',
      '-c',
      'cd /; find etc/exports etc/nfs.conf etc/fstab etc/nftables.conf etc/sysconfig etc/systemd/system etc/modprobe.d etc/sysctl.d srv mnt -type f 2>/dev/null | grep -v kuantu- | sort; find srv mnt -type d | sort; cat /etc/exports /etc/nfs.conf /etc/fstab; nft list ruleset; cat /proc/self/mounts | grep " /mnt/." || true; cat /var/lib/nfs/etab',
    );

  it('is done step by step over SSH; a second time there is nothing to do; and all of it is taken back', async () => {
    network.b.run('mkdir', '-p', '/etc/sysconfig');
    network.b.run('cp', '/etc/nftables.conf', '/etc/sysconfig/nftables.conf');
    const steps = placed(plan()).filter(({ id }) => id !== 'restart');
    const [before, beforeB] = [stateOf('a'), stateOf('b')];

    const seen = await lookAtSteps(steps, hostOf);
    expect(seen.filter(({ sight }) => sight.kind === 'blocked' || sight.kind === 'foreign')).toEqual([]);
    expect(stateOf('a')).toBe(before);

    const done = await applySteps(seen, hostOf, { stamp: STAMP });
    expect(done.filter(({ report }) => report.outcome !== 'done' && report.outcome !== 'nothing')).toEqual([]);
    expect(done).toHaveLength(steps.length);
    const now = stateOf('a');
    expect(now).toContain(`/srv/宽途\\040数据/a ${network.b.address}(rw,sync,no_subtree_check,root_squash)\n`);
    expect(now).toMatch(/\[nfsd\]\nport=2050\n/);
    expect(now).toContain('udp dport 7002 accept comment "kuantu mt-01 f2 udp"');
    expect(now).toMatch(/\/mnt\/kuantu\/b tmpfs/);
    expect(stateOf('b')).toContain(
      `/srv/kuantu/b/share ${network.outside}(rw,sync,no_subtree_check,root_squash,insecure)`,
    );
    expect(network.a.run('cat', `/etc/exports.kuantu-${STAMP}`)).not.toContain('宽途');
    expect(readFileSync(network.a.systemctlLog, 'utf8')).toContain('enable --now --no-block mnt-kuantu-b.mount');

    const again = await lookAtSteps(steps, hostOf);
    expect(again.filter(({ sight }) => sight.kind !== 'done')).toEqual([]);
    const nothing = await applySteps(again, hostOf, { stamp: 'again' });
    expect(new Set(nothing.map(({ report }) => report.outcome))).toEqual(new Set(['nothing']));

    const undone = await undoSteps(undosOf(done), hostOf);
    expect(undone.filter(({ report }) => report.outcome !== 'done')).toEqual([]);
    expect(stateOf('a')).toBe(before);
    expect(stateOf('b')).toBe(beforeB);
  });

  const only = (id: string, items = plan()): PlacedStep[] =>
    placed(items).filter((step) => step.host === 'A' && step.id === id);

  it('stops at what somebody else has put there, with the difference, and goes over it only where told to', async () => {
    network.a.run('bash', '-c', 'echo \'"/srv/宽途 数据/a" *(ro) # by hand\' >> /etc/exports');
    const seen = await lookAtSteps(only('exports'), hostOf);
    expect(seen[0]?.sight).toMatchObject({
      kind: 'foreign',
      diff: expect.stringContaining('-"/srv/宽途 数据/a" *(ro)'),
    });
    const [refused] = await applySteps(seen, hostOf, { stamp: STAMP });
    expect(refused?.report).toMatchObject({ outcome: 'refused', reason: { key: 'serverStep.foreign' }, undo: null });
    expect(network.a.run('cat', '/etc/exports')).toContain('by hand');

    const done = await applySteps(seen, hostOf, { stamp: 'replaced', replacesForeign: () => true });
    expect(network.a.run('cat', '/etc/exports')).not.toContain('by hand');
    await undoSteps(undosOf(done), hostOf);
    expect(network.a.run('cat', '/etc/exports')).toContain('by hand');
    network.a.run('sed', '-i', '/by hand/d', '/etc/exports');

    network.a.run('bash', '-c', 'mkdir -p /etc/systemd/system; echo "# mine" > /etc/systemd/system/mnt-kuantu-b.mount');
    expect((await lookAtSteps(only('unit'), hostOf))[0]?.sight.kind).toBe('foreign');
    network.a.run('rm', '/etc/systemd/system/mnt-kuantu-b.mount');
  });

  it('stops where a file was changed after its difference was shown, and takes nothing back that was changed since', async () => {
    const seen = await lookAtSteps(only('exports'), hostOf);
    network.a.run('bash', '-c', 'echo "/srv/other 10.9.9.9(ro)" >> /etc/exports');
    const [refused] = await applySteps(seen, hostOf, { stamp: STAMP });
    expect(refused?.report).toMatchObject({ outcome: 'refused', reason: { key: 'serverStep.changedMeanwhile' } });
    expect(refused?.report.evidence[0]).toContain('+/srv/other 10.9.9.9(ro)');

    const done = await applySteps(await lookAtSteps(only('exports'), hostOf), hostOf, { stamp: 'later' });
    network.a.run('bash', '-c', 'echo "/srv/third 10.9.9.9(ro)" >> /etc/exports');
    const [undone] = await undoSteps(undosOf(done), hostOf);
    expect(undone?.report).toMatchObject({ outcome: 'refused', reason: { key: 'serverStep.changedSince' } });
    expect(network.a.run('cat', '/etc/exports')).toContain('/srv/third');
    network.a.run('sed', '-i', '/third/d', '/etc/exports');
    expect((await undoSteps(undosOf(done), hostOf))[0]?.report.outcome).toBe('done');
    network.a.run('sed', '-i', '/other/d', '/etc/exports');
  });

  it('keeps the mode, the owner, every byte of others, and where a link points', async () => {
    network.a.run(
      'bash',
      '-c',
      "mkdir -p /etc/real; printf '# \\xbf\\xed\\xcd\\xbe\\n' > /etc/real/exports; chmod 600 /etc/real/exports; mv /etc/exports /etc/exports.orig; ln -s real/exports /etc/exports",
    );
    const done = await applySteps(await lookAtSteps(only('exports'), hostOf), hostOf, { stamp: STAMP });
    expect(done[0]?.report.outcome).toBe('done');
    expect(network.a.run('stat', '-c', '%F %a', '/etc/exports', '/etc/real/exports')).toBe(
      'symbolic link 777\nregular file 600\n',
    );
    expect(network.a.run('bash', '-c', 'head -c 6 /etc/real/exports | od -An -tx1')).toBe(' 23 20 bf ed cd be\n');
    await undoSteps(undosOf(done), hostOf);
    expect(network.a.run('bash', '-c', 'od -An -tx1 < /etc/exports')).toBe(' 23 20 bf ed cd be 0a\n');
    network.a.run('mv', '/etc/exports.orig', '/etc/exports');
  });

  it('exports beside lines of others that are broken, and anew where the options in force are others', async () => {
    network.a.run(
      'bash',
      '-c',
      'mkdir -p "/srv/宽途 数据/a"; echo "/srv/none 10.9.9.9(ro,no_subtree_check)" >> /etc/exports',
    );
    const steps = [...only('exports'), ...only('exportfs')];
    const done = await applySteps(await lookAtSteps(steps, hostOf), hostOf, { stamp: STAMP });
    expect(done.map(({ report }) => report.outcome)).toEqual(['done', 'done']);
    expect(done[1]?.report.evidence.join()).toContain('/srv/none');
    expect(network.a.run('cat', '/var/lib/nfs/etab')).toContain('/srv/宽途\\040数据/a\t');
    const other = plan({}, { rootSquash: false });
    expect((await lookAtSteps(only('exportfs', other), hostOf))[0]?.sight.kind).toBe('todo');
    expect((await undoSteps(undosOf(done), hostOf)).map(({ report }) => report.outcome)).toEqual(['done', 'done']);
    expect(network.a.run('cat', '/var/lib/nfs/etab')).not.toContain('宽途');
    network.a.run('bash', '-c', 'sed -i /none/d /etc/exports; rm -r "/srv/宽途 数据"');
  });

  it('ends at the first step that does not go, and says so', async () => {
    network.a.run('bash', '-c', 'mkdir -p "/srv/宽途 数据"; touch "/srv/宽途 数据/a"');
    const steps = [...only('share'), ...only('exports')];
    const [blocked] = await lookAtSteps(steps, hostOf);
    expect(blocked?.sight).toMatchObject({ kind: 'blocked', reason: { key: 'serverStep.notDirectory' } });
    const done = await applySteps(await lookAtSteps(steps, hostOf), hostOf, { stamp: STAMP });
    expect(done.map(({ id, report }) => `${id} ${report.outcome}`)).toEqual(['share refused']);
    network.a.run('rm', '/srv/宽途 数据/a');

    const chain = { family: 'inet', table: 'nothing', chain: 'input' };
    const [noChain] = await lookAtSteps(only('firewall-t2-tcp', plan({}, { nftables: chain })), hostOf);
    expect(noChain?.sight).toMatchObject({ kind: 'blocked', reason: { key: 'serverStep.noChain' } });
    for (const sight of [blocked?.sight, noChain?.sight])
      if (sight?.kind === 'blocked') expect(CATALOGUES.en[sight.reason.key]).toBeDefined();

    const away = { ...network.a.sshd.access, port: 1 };
    const unreachable = await lookAtSteps(only('share'), () => hosts.open(away, ''));
    expect(unreachable[0]?.sight).toMatchObject({ kind: 'blocked', reason: { key: 'check.access.unreachable' } });
  });

  it('finds a firewall rule of ours that has become another one', async () => {
    const step = only('firewall-nfs-tcp');
    const done = await applySteps(await lookAtSteps(step, hostOf), hostOf, { stamp: STAMP });
    const other = only('firewall-nfs-tcp', plan({}, { ports: { nfs: 2_051 } }));
    const [seen] = await lookAtSteps(other, hostOf);
    expect(seen?.sight).toMatchObject({ kind: 'foreign', diff: expect.stringContaining('tcp dport 2050 accept') });
    const [replaced] = await applySteps(seen ? [seen] : [], hostOf, { stamp: STAMP, replacesForeign: () => true });
    expect(replaced?.report.outcome).toBe('done');
    const rules = network.a.run('nft', 'list', 'ruleset');
    expect(rules.match(/tcp dport (\d+) accept comment "kuantu mt-01 nfs tcp"/g)).toEqual([
      'tcp dport 2051 accept comment "kuantu mt-01 nfs tcp"',
    ]);
    await undoSteps(undosOf(done), hostOf);
    expect(network.a.run('nft', 'list', 'ruleset')).not.toContain('kuantu mt-01 nfs');
    expect(existsSync('/etc/kuantu-mt-01.nft')).toBe(false);
  });

  describe('the chain', () => {
    const OUTSIDE = { t2: 17_001, f2: 17_002, nfs: 12_049 };
    const table = [
      { protocol: 'tcp', outside: OUTSIDE.t2, inside: 7_001 },
      { protocol: 'udp', outside: OUTSIDE.f2, inside: 7_002 },
      { protocol: 'tcp', outside: OUTSIDE.nfs, inside: 2_049 },
    ] as const;
    function topology(more: Record<string, unknown> = {}): DataSync {
      const { outside, a, b, console: here } = network;
      const mappings = table.map(({ protocol, outside: outsidePort, inside: insidePort }) => ({
        server: 'A',
        protocol,
        outsideAddress: outside,
        outsidePort,
        insidePort,
      }));
      const addresses = { own: a.address, peer: outside, console: outside, zooKeeperClients: outside };
      const ofB = { addresses: { own: b.address } };
      const checked = checkDataSync(
        natPlan({ mappings, zooKeeper: [{ host: here, port: 1 }], ...more }, { addresses }, ofB),
      );
      if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
      return checked.topology;
    }
    const placeOf = (place: string): Promise<Host> => (place === CONSOLE ? Promise.resolve(hosts.here) : hostOf(place));
    /** Each hop by who, whom and what, with its result; `!` where it says which part fails. */
    async function results(plan: DataSync = topology()): Promise<Record<string, string>> {
      const found = await probeChain(plan, placeOf, systemClock);
      for (const { reason, remedy } of found)
        for (const said of [reason, ...(remedy ? [remedy] : [])])
          expect(CATALOGUES.en[said.key], said.key).toBeDefined();
      return Object.fromEntries(
        found.map(({ hop, result, reason, failsAt }) => [
          `${hop.from}>${hop.to} ${hop.service}`,
          result === 'pass' ? result : `${result} ${reason.key.split('.').at(-1)}${failsAt ? ` !${failsAt}` : ''}`,
        ]),
      );
    }
    const ALL_WELL = {
      'console>A t2': 'pass',
      'B>A t2': 'pass',
      'console>A f2': 'pass',
      'B>A f2': 'pass',
      'B>A nfs': 'pass',
      'console>B t2': 'pass',
      'A>B t2': 'pass',
      'console>B f2': 'pass',
      'A>B f2': 'pass',
      'A>B nfs': 'pass',
    };
    const NO_ZOOKEEPER = {
      'console>zookeeper zookeeper': 'fail refused',
      'A>zookeeper zookeeper': 'fail refused',
      'B>zookeeper zookeeper': 'fail refused',
    };

    it('is tried from where each hop is used: through the router, by TCP, by heartbeats over UDP, by calls of NFS', async () => {
      network.forward(table);
      expect(await results()).toEqual({ ...ALL_WELL, ...NO_ZOOKEEPER });
    });

    it('names the hop that fails, and which part of it: the way, the server, or the wrong protocol', async () => {
      // The router forwards TCP where f2 is, and nothing for NFS.
      network.forward([table[0], { protocol: 'tcp', outside: OUTSIDE.f2, inside: 7_001 }]);
      const asItIs = await results();
      expect(asItIs).toMatchObject({
        'console>A t2': 'pass',
        'B>A f2': 'fail tcpForUdp !way',
        'console>A f2': 'fail tcpForUdp !way',
        'B>A nfs': 'fail way !way',
        'A>B nfs': 'pass',
      });
      network.forward(table);

      const others = topology();
      const [a, b] = others.servers;
      const moved = { ...b, ports: { ...b.ports, t2: 7_002, f2: 7_001, nfs: 2_051 } };
      expect(await results({ ...others, servers: [a, moved] })).toMatchObject({
        'A>B t2': 'fail udpForTcp !way',
        'A>B f2': 'fail tcpForUdp !way',
        'A>B nfs': 'fail server !server',
        'B>A nfs': 'pass',
      });
      const notNfs = { ...b, ports: { ...b.ports, nfs: 7_001, t2: 7_003 } };
      expect((await results({ ...others, servers: [a, notNfs] }))['A>B nfs']).toContain('fail');
    });

    it('says that the two are one machine, and that a name is another address elsewhere', async () => {
      // Namespaces share the kernel, and so the number of its start.
      expect(await lookAtMachines(topology(), placeOf)).toMatchObject({
        result: 'fail',
        reason: { key: 'dataSync.machine.same' },
      });
      for (const [server, address] of [
        [network.a, '10.9.9.1'],
        [network.b, '10.9.9.2'],
      ] as const)
        server.run('bash', '-c', `echo '${address} kuantu-zk.test' >> /etc/hosts`);
      const [name] = await lookAtNames(
        topology({ zooKeeper: [{ host: 'kuantu-zk.test', port: 2181 }] }),
        placeOf,
        async () => [],
      );
      expect(name).toMatchObject({ name: 'kuantu-zk.test', result: 'fail', reason: { key: 'dataSync.name.differs' } });
      expect(name?.evidence).toEqual(expect.arrayContaining(['A: 10.9.9.1', 'B: 10.9.9.2']));
    });

    it('is unknown from a server that cannot be reached, with the reason', async () => {
      const found = await probeChain(
        topology(),
        (place) => (place === 'B' ? hosts.open({ ...network.b.sshd.access, port: 1 }, '') : placeOf(place)),
        systemClock,
      );
      const fromB = found.filter(({ hop }) => hop.from === 'B');
      expect(new Set(fromB.map(({ result, reason }) => `${result} ${reason.key}`))).toEqual(
        new Set(['unknown check.access.unreachable']),
      );
      expect(found.find(({ hop }) => hop.from === CONSOLE && hop.to === 'A')?.result).toBe('pass');
    });
  });
});
