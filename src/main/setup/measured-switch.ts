import { sleep } from '#core/clock';
import { message } from '#shared/domain';
import type { MeasuredSwitch } from '#shared/setup';
import type { SetupDeps, WatchedPair } from './port.ts';

const LOOK_MS = 200;
/** A pair that has just been put under watch knows who serves after a few looks. */
const WATCHED_MS = 15_000;
/** Its standby and the console's lock are known a moment after its primary: until then no switchover could be made. */
const ABLE_MS = 5_000;
/** A switchover with a long load may take minutes; the report says that it was not waited for longer. */
const LONGEST_MS = 300_000;
/** After a switchover the old primary comes back as standby before it can be switched back. */
const SETTLE_MS = 60_000;

type Deps = Pick<SetupDeps, 'clock'>;

/** Waits until the pair is as wanted; false where that did not come. */
export async function untilPair(
  pair: WatchedPair,
  { clock }: Deps,
  timeoutMs: number,
  wanted: (view: ReturnType<WatchedPair['view']>) => boolean,
): Promise<boolean> {
  const deadlineMs = clock.monotonicMs() + timeoutMs;
  while (!wanted(pair.view())) {
    if (clock.monotonicMs() >= deadlineMs) return false;
    await sleep(clock, LOOK_MS);
  }
  return true;
}

/** Waits until a pair that may have just been put under watch is known: who serves, and that it could be switched over. */
export async function untilKnown(pair: WatchedPair, deps: Deps): Promise<void> {
  await untilPair(pair, deps, WATCHED_MS, ({ tile }) => tile.state === 'normal' || tile.state === 'degraded');
  await untilPair(
    pair,
    deps,
    ABLE_MS,
    ({ tile: { standby } }) => standby !== null && pair.dryRun(standby).refusal === null,
  );
}

/** A real switchover to the standby, and back; the second only where the first was done. Never rejects. */
export async function switchThereAndBack(pair: WatchedPair, node: string, deps: Deps): Promise<MeasuredSwitch[]> {
  const there = await measuredSwitch(pair, node, deps);
  if (there.outcome !== 'done') return [there];
  await untilPair(pair, deps, SETTLE_MS, (view) => view.tile.state === 'normal' && view.tile.standby !== null);
  return [there, await measuredSwitch(pair, node, deps)];
}

async function measuredSwitch(pair: WatchedPair, node: string, deps: Deps): Promise<MeasuredSwitch> {
  const { primary: from, standby: to } = pair.view().tile;
  const none = { from, to: to ?? '', outageMs: null, outageErrorMs: null, steps: [] };
  if (to === null) return { ...none, outcome: 'refused', reason: message('setup.switch.noStandby') };
  try {
    const { token, refusal } = await pair.preflight(to);
    if (refusal) return { ...none, outcome: 'refused', reason: refusal };
    const { operationId } = await pair.promote({ to, token, confirmation: node });
    return { ...none, ...(await followed(pair, operationId, deps)) };
  } catch (error) {
    const reason = reasonOf(error);
    return { ...none, outcome: 'refused', reason };
  }
}

async function followed(
  pair: WatchedPair,
  operationId: string,
  deps: Deps,
): Promise<Pick<MeasuredSwitch, 'outcome' | 'reason' | 'outageMs' | 'outageErrorMs' | 'steps'>> {
  const of = () => {
    const { switchover } = pair.view();
    return switchover?.operationId === operationId ? switchover : null;
  };
  const ended = await untilPair(pair, deps, LONGEST_MS, () => {
    const now = of();
    return now !== null && now.outcome !== 'running';
  });
  const last = of();
  const steps = (last?.steps ?? []).map(({ name, result, tookMs }) => ({ name, result, tookMs }));
  const measured = { outageMs: last?.outageMs ?? null, outageErrorMs: last?.outageErrorMs ?? null, steps };
  if (!ended || !last || last.outcome === 'running')
    return {
      ...measured,
      outcome: 'timeout',
      reason: message('setup.switch.timeout', { seconds: LONGEST_MS / 1_000 }),
    };
  return { ...measured, outcome: last.outcome, reason: last.failure };
}

function reasonOf(error: unknown) {
  const reason = typeof error === 'object' && error !== null && 'reason' in error ? error.reason : undefined;
  if (typeof reason === 'object' && reason !== null && 'key' in reason) return reason as ReturnType<typeof message>;
  return message('setup.switch.refused', { detail: error instanceof Error ? error.message : String(error) });
}
