import { z } from 'zod';
import type { SetupDraft } from './draft.ts';
import { type ProbeRun, probeBasis } from './probes.ts';
import type { SetupReport } from './report.ts';
import { isProbed, PROBED_STEPS, type SetupStep, setupStepSchema } from './steps.ts';

/**
 * How far a step is, its fields apart. `skipped`: it was left without having been looked at. `stale`: what was found was of
 * other values.
 */
export type StepState = 'done' | 'skipped' | 'failed' | 'stale' | 'todo';

type Known = Pick<SetupDraft, 'values' | 'probes' | 'applied'> & { visited: readonly SetupStep[] };

/** `report`: the last verification, which looks at everything that the step `verify` looks at, and more. Pure. */
export function stepStateOf(
  step: SetupStep,
  { values, visited, probes, applied }: Known,
  report: SetupReport | null,
): StepState {
  if (step === 'apply') return applied?.state === 'done' ? 'done' : applied?.state === 'failed' ? 'failed' : 'todo';
  const isVisited = visited.includes(step);
  if (!isProbed(step)) return isVisited ? 'done' : 'todo';
  const run = probes[step];
  const isLooked = run?.state === 'done' && !wasTooEarly(run);
  if (step === 'verify' && report?.state === 'done') {
    const isReportCurrent = probeBasis(step, report.values) === probeBasis(step, values);
    const isRunLater = isLooked && run.basis === probeBasis(step, values) && run.startedAtMs > report.startedAtMs;
    if (isReportCurrent && !isRunLater) return report.verdict === 'rejected' ? 'failed' : 'done';
    // What was verified was another draft.
    if (!isLooked) return 'stale';
  }
  if (!isLooked) return isVisited ? 'skipped' : 'todo';
  if (run.basis !== probeBasis(step, values)) return 'stale';
  if (hasFailed(run, values)) return 'failed';
  return isVisited ? 'done' : 'todo';
}

/** Asked before enough was filled in to look at anything: nothing was looked at. */
function wasTooEarly({ items }: Pick<ProbeRun, 'items'>): boolean {
  return items.some(({ reason }) => reason.key === 'setup.probe.incomplete');
}

/** Whether something failed that the implementer has not let stand, having been told what it means. */
function hasFailed({ items }: Pick<ProbeRun, 'items'>, { acknowledged }: Known['values']): boolean {
  const standsAs = (id: string) => id === 'two-machines' && acknowledged.includes('same-machine');
  return items.some(({ id, result }) => result === 'fail' && !standsAs(id));
}

export const openStepSchema = z.object({ step: setupStepSchema, state: z.enum(['skipped', 'failed']) });
/** A step of a pair's set-up that was skipped or has failed. */
export type OpenStep = z.infer<typeof openStepSchema>;

/**
 * What is open of a configured pair's set-up, given what was open before and a draft that is about it. A step is judged only
 * while its values are those that are configured; nothing but applying makes one that was left out a skipped one. Pure.
 */
export function openStepsAfter(
  before: readonly OpenStep[],
  draft: Known & Pick<SetupDraft, 'before'>,
  report: SetupReport | null,
): OpenStep[] {
  const { before: configured, values, applied } = draft;
  if (!configured) return [...before];
  const isApplied = applied?.state === 'done';
  return [...PROBED_STEPS, 'apply' as const].flatMap((step): OpenStep[] => {
    const known = before.filter((open) => open.step === step);
    if (isProbed(step) && probeBasis(step, configured) !== probeBasis(step, values)) return known;
    switch (stepStateOf(step, draft, report)) {
      case 'done':
        return [];
      case 'failed':
        return [{ step, state: 'failed' }];
      case 'stale':
        return known;
      default:
        if (isProbed(step) && wasLookedAt(step, draft)) return [];
        return isApplied && isProbed(step) ? [{ step, state: 'skipped' }] : known;
    }
  });
}

/** One that was looked at and passed is done, whether or not it was left by Next. */
function wasLookedAt(step: (typeof PROBED_STEPS)[number], { values, probes }: Known): boolean {
  const run = probes[step];
  return (
    run?.state === 'done' && !wasTooEarly(run) && run.basis === probeBasis(step, values) && !hasFailed(run, values)
  );
}
