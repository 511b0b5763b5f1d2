import { createPairCoordination, type PairCoordination } from '#main/coordination';
import { pairPaths, policySettings, recordText } from '#shared/domain';
import { route } from '#test/failover-facts';
import { type LostAnswer, MemoryZooKeeper } from '#test/memory-zookeeper';
import { VirtualClock } from '#test/virtual-clock';

export const paths = pairPaths('/k/{system}/{node}', 's', 'mt');

export interface CoordinationRig {
  clock: VirtualClock;
  tree: MemoryZooKeeper;
  /** What a console of that name does there; `lostAnswers`: of the calls of its session. */
  open(
    consoleName: string,
    lostAnswers?: LostAnswer[],
  ): { session: ReturnType<MemoryZooKeeper['session']>; coordination: PairCoordination };
}

/** The tree of a pair whose route is at epoch 7, without any console yet. */
export async function coordinationRig(): Promise<CoordinationRig> {
  const clock = new VirtualClock();
  const tree = new MemoryZooKeeper();
  const setup = tree.session();
  for (const path of [paths.route, paths.consoles]) await setup.ensurePath(path);
  await setup.set(paths.route, Buffer.from(recordText(route({ epoch: 7 }))));
  let guids = 0;
  return {
    clock,
    tree,
    open(consoleName, lostAnswers = []) {
      const session = tree.session();
      session.lostAnswers = lostAnswers;
      const coordination = createPairCoordination(
        { paths, system: 's', node: 'mt', instances: ['A', 'B'], consoleName, initialPolicy: policySettings('auto') },
        { session, clock, random: { next: () => 0, uuid: () => `guid${++guids}` }, log: () => {} },
      );
      return { session, coordination };
    },
  };
}
