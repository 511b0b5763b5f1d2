import { message, type StepName, type SwitchoverRecord } from '#shared/domain';
import { stepOf } from './procedure.ts';
import type { SwitchoverRun } from './run.ts';

/** What comes after the route is open: nothing of it undoes the switchover. */
const AFTERWARDS: ReadonlySet<StepName> = new Set(['report', 'restart-old']);

/** Whether the record says that the route was opened: whatever happens from then on, the switchover is done. */
export function recordSaysOpened(record: SwitchoverRecord): boolean {
  const result = stepOf(record, 'open-route')?.result;
  return result === 'ok' || result === 'retried';
}

/**
 * Whether the console that left the switchover had opened the route already. Its record may lag behind: then the route
 * itself says so. Asked before anything else: where the new primary has started anew since, the route is another by now,
 * and none of the steps before could be taken again.
 */
export function wasLeftOpened({ resumed, ports, record }: SwitchoverRun): boolean {
  if (!resumed) return false;
  const { route } = ports.facts();
  return recordSaysOpened(record) || (route?.state === 'open' && route.operationId === record.operationId);
}

/** Takes down what the open route proves: every step up to it was taken, although the record does not say so. */
export function takeDownOpened(run: SwitchoverRun): void {
  const { record, ports } = run;
  if (recordSaysOpened(record)) return;
  const epoch = record.epochAfter ?? ports.facts().route?.epoch ?? record.epochBefore + 1;
  const steps = record.steps.map((step) => {
    if (AFTERWARDS.has(step.name) || ['ok', 'retried', 'skipped'].includes(step.result)) return step;
    const detail = step.name === 'open-route' ? message('failover.routeOpened', { epoch, to: record.to }) : null;
    return { ...step, result: 'ok' as const, detail };
  });
  run.change({ epochAfter: epoch, steps });
}
