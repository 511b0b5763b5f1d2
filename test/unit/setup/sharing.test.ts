import { describe, expect, it } from 'vitest';
import { newSetupValues, type SetupValues, withValue } from '#shared/setup';
import { sharingSteps, sharingTexts } from '../../../src/main/setup/sharing.ts';

function draft(over: Record<string, unknown> = {}): SetupValues {
  const filled: Record<string, unknown> = {
    mode: 'pair',
    'zookeeper.connectString': '10.0.0.1:2181',
    'servers.0.host': '10.0.0.11',
    'servers.1.host': '10.0.0.12',
    'node.node': 'mt-01',
    'node.instances.0': { name: 'A', t2Port: 7001, f2Port: 7002 },
    'node.instances.1': { name: 'B', t2Port: 7001, f2Port: 7002 },
    'sharing.mounts.0.source': '10.0.0.12:/export/kuantu',
    'sharing.mounts.0.target': '/mnt/peer',
    'sharing.mounts.1.source': '10.0.0.11:/export/kuantu',
    'sharing.mounts.1.target': '/mnt/peer',
    ...over,
  };
  return Object.entries(filled).reduce((values, [path, value]) => withValue(values, path, value), newSetupValues());
}
const NAT = {
  'servers.1.nat': true,
  'servers.1.peer': { host: '192.0.2.12', t2Port: 17001, f2Port: 17002 },
  'servers.1.registered': { host: '192.0.2.12', t2Port: 17001, f2Port: 17002 },
};

describe('what has to be done for NFS', () => {
  it('is text for both servers, each exporting to the other alone', () => {
    const { items, problems } = sharingTexts(draft());
    expect(problems).toEqual([]);
    expect(new Set(items.map(({ host }) => host))).toEqual(new Set(['A', 'B']));
    const text = (host: string) =>
      items
        .filter((item) => item.host === host)
        .map(({ content }) => content)
        .join('\n');
    expect(text('A')).toMatch(/\/export\/kuantu.*10\.0\.0\.12/);
    expect(text('B')).toMatch(/\/export\/kuantu.*10\.0\.0\.11/);
  });

  it('is a table for the router where there is one: t2 as TCP, f2 as UDP', () => {
    const { items, problems } = sharingTexts(draft(NAT));
    expect(problems).toEqual([]);
    const router = items
      .filter(({ host }) => host === 'router')
      .map(({ content }) => content)
      .join('\n');
    expect(router).toMatch(/tcp.*17001|17001.*tcp/i);
    expect(router).toMatch(/udp.*17002|17002.*udp/i);
  });

  it('is refused with a remedy where it would export everything', () => {
    const { items, problems } = sharingTexts(draft({ 'sharing.mounts.0.source': '10.0.0.12:/' }));
    expect(items).toEqual([]);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every(({ remedy }) => remedy.key !== '')).toBe(true);
  });

  it('is made by the console only where it is asked to, and where it has access', () => {
    expect(sharingSteps(draft({ 'servers.0.access.type': 'local' }))).toEqual([]);
    const steps = sharingSteps(draft({ 'servers.0.access.type': 'local', 'sharing.apply': true }));
    expect(new Set(steps.map(({ item }) => item.host))).toEqual(new Set(['A']));
    expect(steps.every(({ item }) => !item.isAlternative)).toBe(true);
  });
});
