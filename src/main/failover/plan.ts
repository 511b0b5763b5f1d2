import type { PlannedStep } from '#shared/contract';
import { type Message, message, PLANNED_STEPS, type StepName, SWITCHOVER_STEPS, type Timeouts } from '#shared/domain';
import type { PairFacts } from './facts.ts';

/** How long a step may take; the others take no time to speak of. */
const TIME_OF: Partial<Record<StepName, keyof Timeouts>> = {
  lock: 'lockMs',
  drain: 'drainMs',
  'close-route': 'closeRouteMs',
  'prove-old-out': 'proveOldOutMs',
  promote: 'promoteMs',
  load: 'loadMs',
  complete: 'completeMs',
  verify: 'verifyMs',
  'open-route': 'openRouteMs',
  'restart-old': 'restartOldMs',
};

/** A switchover as it would go, step by step, with what each step would do and how long it may take. Pure. */
export function planOf(
  { route, timeouts }: Pick<PairFacts, 'route' | 'timeouts'>,
  { to, from, planned }: { to: string; from: string; planned: boolean },
): PlannedStep[] {
  const params = { to, from, epoch: (route?.epoch ?? 0) + 1 };
  return (planned ? PLANNED_STEPS : SWITCHOVER_STEPS).map((step) => {
    const time = TIME_OF[step];
    return { step, message: whatItDoes(step, planned, params), timeoutMs: time === undefined ? null : timeouts[time] };
  });
}

function whatItDoes(step: StepName, planned: boolean, params: Message['params']): Message {
  return message(step === 'prove-old-out' && planned ? 'plan.step-down' : `plan.${step}`, params);
}
