import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock';
import { createHosts } from '#main/hosts';
import type { SshAccess } from '#shared/domain';
import { type AppliedChange, newSetupValues, type SetupValues, withValue } from '#shared/setup';
import { type NatNetwork, startNatNetwork } from '#test/nat-network';
import { skipWithoutServerTools, skipWithoutSetupReaders } from '#test/server-tools';
import { sharingSteps } from '../../../src/main/setup/sharing.ts';
import { prepareSharing, takeStepBack } from '../../../src/main/setup/sharing-change.ts';

describe.skipIf(skipWithoutServerTools() || skipWithoutSetupReaders())('NFS as changes of a draft', () => {
  let network: NatNetwork;
  const deps = {
    clock: systemClock,
    openHosts: () => createHosts({ clock: systemClock, env: {}, acceptNewHostKeys: false }),
  };
  beforeAll(async () => {
    network = await startNatNetwork();
  });
  afterAll(() => network?.close());

  function accessOf({ host = '', port, user, auth, knownHostsFile = '' }: SshAccess) {
    const keyFile = auth.type === 'key' ? auth.file : '';
    return {
      ...newSetupValues().servers[0].access,
      type: 'ssh',
      host,
      port,
      user,
      auth: 'key',
      keyFile,
      knownHostsFile,
    };
  }
  function draft(): SetupValues {
    const { outside, a, b } = network;
    const seen = { host: outside, t2Port: 7001, f2Port: 7002 };
    const filled: Record<string, unknown> = {
      mode: 'pair',
      'servers.0.host': outside,
      'servers.0.nat': true,
      'servers.0.peer': seen,
      'servers.0.registered': seen,
      'servers.0.access': accessOf(a.sshd.access),
      'servers.1.host': b.address,
      'servers.1.access': accessOf(b.sshd.access),
      'node.node': 'mt-01',
      'node.instances.0': { name: 'A', t2Port: 7001, f2Port: 7002 },
      'node.instances.1': { name: 'B', t2Port: 7003, f2Port: 7004 },
      'sharing.mounts.0.source': `${b.address}:/srv/kuantu/b`,
      'sharing.mounts.0.target': '/mnt/kuantu/b',
      'sharing.mounts.1.source': `${outside}:/srv/kuantu/a`,
      'sharing.mounts.1.target': '/mnt/kuantu/a',
      'sharing.hosts.0.own': a.address,
      'sharing.apply': true,
    };
    return Object.entries(filled).reduce((values, [path, value]) => withValue(values, path, value), newSetupValues());
  }

  it('are shown before they are made, made one by one, and one of them is taken back', async () => {
    const values = draft();
    const steps = sharingSteps(values);
    expect(new Set(steps.map(({ item }) => item.host))).toEqual(new Set(['A', 'B']));
    const exports = () => network.b.run('cat', '/etc/exports');
    const before = exports();
    const changes = await prepareSharing(values, deps);
    expect(changes.map(({ shown }) => shown.id)).toEqual(steps.map(({ item }) => `step:${item.host}:${item.id}`));
    const change = changes.find(({ shown }) => shown.id === 'step:B:exports');
    const step = steps.find(({ item }) => item.host === 'B' && item.id === 'exports');
    if (!change || !step) throw new Error('no export');
    expect(change.shown.diff?.some(({ kind, text }) => kind === 'new' && text.includes('/srv/kuantu/b'))).toBe(true);
    expect(exports()).toBe(before);

    const made = await change.apply(false);
    expect(exports()).toContain('/srv/kuantu/b');
    const again = await prepareSharing(values, deps);
    expect(again.find(({ shown }) => shown.id === 'step:B:exports')?.shown.idle).toBe(true);
    // What was kept of it is plain data: it has been through a file since.
    await takeStepBack(step, deps)(JSON.parse(JSON.stringify(made)) as AppliedChange);
    expect(exports()).toBe(before);
  });
});
