import { describe, expect, it } from 'vitest';
import { needsLook, preflightOf } from '#main/failover';
import { groundsSchema } from '#shared/domain';
import { sentence } from '#shared/i18n';
import { MachineRig, route } from '#test/failover-facts';
import { groundsOf } from '../../../../src/main/failover/facts/grounds.ts';

const looked = (...args: Parameters<MachineRig['servers']>) => {
  const rig = new MachineRig({ looksAtServers: true }).settle({ mode: 'assist' });
  rig.servers(...args);
  return rig;
};
const report = (rig: MachineRig, to = 'B') => preflightOf(rig.state.facts, to);
const ofServers = (rig: MachineRig) =>
  report(rig)
    .checks.filter(({ id }) => id.startsWith('servers'))
    .map(({ id, result }) => `${id} ${result}`);

describe('the look at the servers before a planned switchover', () => {
  it('is shown with its age, and lets it go on where all is well', () => {
    const rig = looked(12_000);
    expect(ofServers(rig)).toEqual(['servers pass']);
    expect(report(rig)).toMatchObject({ planned: true, refusal: null, needsConfirmation: false });
    const item = report(rig).checks.find(({ id }) => id === 'servers');
    expect(item && sentence('en', item.message)).toBe('Servers: B could take over (looked at 12 s ago)');
    expect(needsLook(rig.state.facts, 'B')).toBe(false);
  });

  it('refuses it where the standby cannot take over, with what keeps it', () => {
    const rig = looked(1_000, { 'mount B': 'fail', 'todb B': 'unknown' });
    expect(ofServers(rig)).toEqual(['servers fail', 'servers-mount-B fail', 'servers-todb-B unknown']);
    const { refusal } = report(rig);
    expect(refusal?.key).toBe('preflight.refusal.servers');
    expect(refusal && sentence('en', refusal)).toContain('nothing is mounted at /mnt/B');
  });

  it('is not about what the other server lacks', () => {
    expect(ofServers(looked(1_000, { 'mount A': 'fail' }))).toEqual(['servers pass']);
    expect(ofServers(looked(1_000, { 'route pair': 'warn' }))).toEqual(['servers warn', 'servers-route-pair warn']);
  });

  it('warns where it warns, and has the name typed where something is not known', () => {
    expect(report(looked(1_000, { 'mount B': 'warn' }))).toMatchObject({ refusal: null, needsConfirmation: false });
    expect(report(looked(1_000, { 'mount B': 'unknown' }))).toMatchObject({ refusal: null, needsConfirmation: true });
  });

  it('has to be made again where it is older than the policy allows, or from before the last switchover', () => {
    const old = looked(61_000, { 'mount B': 'fail' });
    expect(needsLook(old.state.facts, 'B')).toBe(true);
    // Nobody could look again: what it found then is told, and refuses nothing.
    expect(ofServers(old)).toEqual(['servers unknown', 'servers-mount-B unknown']);
    expect(report(old)).toMatchObject({ refusal: null, needsConfirmation: true });
    const before = new MachineRig({ looksAtServers: true }).settle({ mode: 'assist' });
    before.sees({ mode: 'assist', route: route({ changedAtMs: before.now.wallMs - 5_000 }) });
    before.servers(6_000);
    expect(needsLook(before.state.facts, 'B')).toBe(true);
    before.servers(4_000);
    expect(needsLook(before.state.facts, 'B')).toBe(false);
    const never = new MachineRig({ looksAtServers: true }).settle({ mode: 'assist' });
    expect([needsLook(never.state.facts, 'B'), ...ofServers(never)]).toEqual([true, 'servers unknown']);
  });

  it('is no part of it where nothing is configured of the servers', () => {
    const rig = new MachineRig().settle({ mode: 'assist' });
    expect([ofServers(rig), needsLook(rig.state.facts, 'B')]).toEqual([[], false]);
  });
});

describe('before a switchover that is forced', () => {
  it('the look is shown and refuses nothing', () => {
    const rig = looked(1_000, { 'mount B': 'fail' });
    rig.beat('A', 'refused');
    rig.process('A', 'gone');
    expect(report(rig)).toMatchObject({ planned: false, refusal: null });
    expect(ofServers(rig)).toEqual(['servers fail', 'servers-mount-B fail']);
  });
});

describe('an automatic failover', () => {
  it('is not held by what the servers say, however old, and keeps it with its grounds', () => {
    const rig = new MachineRig({ looksAtServers: true }).settle();
    rig.servers(500_000, { 'mount B': 'fail', 'todb B': 'unknown' });
    expect(rig.blockers).toEqual([]);
    rig.beat('A', 'refused');
    rig.process('A', 'gone');
    expect(rig.began()).toHaveLength(1);
    const kept = groundsSchema.parse(groundsOf(rig.state.facts, 'B'));
    expect(kept.servers).toMatchObject({
      word: 'not-ready',
      ageMs: 500_000,
      reasons: [{ key: 'preflight.server.fail' }, { key: 'preflight.server.unknown' }],
    });
  });
});
