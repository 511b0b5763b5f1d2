import type { PlannedStep } from '#shared/contract';
import { type Message, message, PLANNED_STEPS, type StepName, SWITCHOVER_STEPS, type Timeouts } from '#shared/domain';
import { plannedCommands } from '../facts/commands.ts';
import { factsOf, type PairFacts } from '../facts/facts.ts';
import { stepsDownByRoute } from '../facts/proof.ts';

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
  report: 'reportMs',
  'restart-old': 'restartOldMs',
};

/** A switchover as it would go, step by step, with what each step would do and how long it may take. Pure. */
export function planOf(
  facts: PairFacts,
  { to, from, planned, choice = false }: { to: string; from: string; planned: boolean; choice?: boolean },
): PlannedStep[] {
  const { route, timeouts } = facts;
  const params = { to, from, epoch: (route?.epoch ?? 0) + 1 };
  const old = factsOf(facts, from);
  const target = factsOf(facts, to);
  const stepsDown = planned && old !== undefined && stepsDownByRoute(old.ledger, target?.ledger);
  const commands = old && plannedCommands(facts, old, target, planned);
  return (planned ? PLANNED_STEPS : SWITCHOVER_STEPS).map((step) => {
    const time = TIME_OF[step];
    const run = step === 'prove-old-out' || step === 'restart-old' ? (commands?.[step] ?? []) : [];
    const timeoutMs = time === undefined ? null : timeouts[time];
    return {
      step,
      message: whatItDoes(step, { stepsDown, choice }, params),
      timeoutMs,
      ...(run.length > 0 ? { commands: run } : {}),
    };
  });
}

function whatItDoes(
  step: StepName,
  { stepsDown, choice }: { stepsDown: boolean; choice: boolean },
  params: Message['params'],
): Message {
  if (choice && (step === 'drain' || step === 'promote')) return message(`plan.choice.${step}`, params);
  return message(step === 'prove-old-out' && stepsDown ? 'plan.step-down' : `plan.${step}`, params);
}
