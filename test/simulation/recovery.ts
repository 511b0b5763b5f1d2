import { STATUS_CODES } from '#shared/domain';
import { Operator } from './operator.ts';
import { INSTANCES, type InstanceName, PATHS } from './setting.ts';
import type { World } from './world.ts';

const LOOK_EVERY_MS = 250;
/** A person looks at the screen less often. */
const LOOKS_A_SECOND = 4;

/** How a round ended. */
export interface RoundEnd {
  /** From the end of the faults to the first write acknowledged after it. */
  servedMs: number;
  /** Until both instances were good again and no switchover was left half done. */
  goodMs: number;
  /** Why the operator had to promote; null: nobody had to. */
  excuse: string | null;
}

/**
 * Within so long of the end of all faults a pair serves, and within so long again both instances are good: see
 * `docs/simulation.md` for what it is made of.
 */
export function boundMs(sessionTimeoutMs: number): number {
  return 2 * sessionTimeoutMs + 60_000;
}

/** Everything is healed: waits until the pair is as it should be, and leaves it in peace then. Undefined where it is not in time, and told. */
export async function recover(world: World, restMs: number): Promise<RoundEnd | undefined> {
  const { timeline, trace, client, invariants, setting } = world;
  trace.say('every fault is over');
  world.heal();
  world.client.hurry();
  const healedMs = timeline.nowMs;
  const operator = new Operator(world);
  const bound = boundMs(setting.sessionTimeoutMs);
  let servedMs: number | undefined;
  let looks = 0;
  for (;;) {
    await timeline.runUntil(timeline.nowMs + LOOK_EVERY_MS);
    // Whoever ended of itself meanwhile is started by what watches over its process.
    for (const name of INSTANCES) world.instance(name).start();
    if (invariants.violations.length > 0) return undefined;
    const sinceMs = timeline.nowMs - healedMs;
    if (servedMs === undefined && client.lastGoodMs > healedMs) servedMs = client.lastGoodMs - healedMs;
    if (++looks % LOOKS_A_SECOND === 0) operator.look(INSTANCES.some((name) => world.instance(name).isServing()));
    const lacking = servedMs === undefined ? undefined : whatIsLacking(world);
    if (servedMs !== undefined && lacking === undefined) {
      await timeline.runUntil(timeline.nowMs + restMs);
      return { servedMs, goodMs: sinceMs, excuse: operator.acted ?? null };
    }
    const late = `${Math.round(sinceMs / 1_000)} s after the last fault`;
    if (servedMs === undefined && sinceMs > bound) {
      tellState(world);
      invariants.fail('not-serving', `nobody serves ${late}`);
    } else if (lacking && sinceMs > 2 * bound) {
      tellState(world);
      invariants.fail(lacking.invariant, `${late} ${lacking.what}`);
    }
  }
}

/** For the reader of a trace: what everybody takes to be the case. */
function tellState(world: World): void {
  const { trace, zookeeper, consoles } = world;
  const { instance, epoch, state } = zookeeper.json(PATHS.route) ?? {};
  trace.say(`the route names ${instance} at epoch ${epoch}, ${state}`);
  const record = zookeeper.json(PATHS.switchover);
  if (record) trace.say(`the last switchover was to ${record.to}: ${record.outcome}`);
  for (const name of INSTANCES) trace.say(wordsOf(world, name));
  for (const { name, monitor } of consoles) {
    if (!monitor) continue;
    const { tile, blockers, lock, instances } = monitor.view();
    const verdicts = instances.map((one) => `${one.name} ${one.verdict}`).join(', ');
    const keys = [tile.reason, ...(tile.next ? [tile.next] : [])].map(({ key }) => key).join(', ');
    trace.say(
      `${name}: ${tile.state} (${keys}); lock ${lock.holder}; ${verdicts}; blocked by ${blockers.map(({ key }) => key).join(', ') || 'nothing'}`,
    );
  }
}

function wordsOf(world: Pick<World, 'instance'>, name: InstanceName): string {
  const { node, isUp } = world.instance(name);
  if (!isUp || !node) return isUp ? `${name} is starting` : `${name} is not up`;
  const { role, status, epoch, data, note } = node.record();
  return `${name} is ${role}, status ${status}, epoch ${epoch}, synchronisation ${data?.sync.state}${note ? `: ${note}` : ''}`;
}

/** What keeps the pair from being good; undefined: nothing. */
function whatIsLacking(world: World): { invariant: 'no-standby' | 'switchover-stuck'; what: string } | undefined {
  const record = world.zookeeper.json(PATHS.switchover);
  if (record?.outcome === 'running' || record?.outcome === 'unknown')
    return { invariant: 'switchover-stuck', what: `the switchover to ${record.to} is ${record.outcome}` };
  const records = INSTANCES.map((name) => world.instance(name).node?.record());
  const isPrimary = records.map((one) => one?.role === 'primary' && one.status === STATUS_CODES.serving);
  const isStandby = records.map(
    (one) => one?.role === 'standby' && one.status === STATUS_CODES.loading && one.data?.sync.state === 'following',
  );
  if ((isPrimary[0] && isStandby[1]) || (isPrimary[1] && isStandby[0])) return undefined;
  return {
    invariant: 'no-standby',
    what: `there is no standby: ${INSTANCES.map((name) => wordsOf(world, name)).join('; ')}`,
  };
}
