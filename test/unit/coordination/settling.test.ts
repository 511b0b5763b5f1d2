import { describe, expect, it } from 'vitest';
import type { CoordinationSnapshot } from '#main/coordination';
import { recordText } from '#shared/domain';
import { registration } from '#test/failover-facts';
import { coordinationRig, paths } from './rig.ts';

describe('what is read anew over a connection', () => {
  it('is told in one, and not record by record', async () => {
    const { clock, tree, open } = await coordinationRig();
    const nodes = tree.session();
    await nodes.ensurePath(paths.instances);
    for (const name of ['A', 'B'] as const) {
      const record = registration(name, { system: 's', node: 'mt' });
      await nodes.create(paths.instance(name), Buffer.from(recordText(record)), 'ephemeral');
    }
    const { coordination } = open('one');
    const told: CoordinationSnapshot[] = [coordination.snapshot()];
    coordination.onChange((snapshot) => told.push(snapshot));
    await clock.advance(1_000);

    const settled = told.findIndex((snapshot) => snapshot.settled);
    expect(told[settled]).toMatchObject({
      route: { value: { epoch: 7 } },
      registrations: { A: { present: true }, B: { present: true } },
    });
    // Each of the five records that are watched once, and the reading of all of them.
    expect(settled).toBe(5 + 1);
  });
});
