import { type Host, HostAccessError } from '#main/hosts';
import { applyStep } from './apply.ts';
import { lookAtStep } from './look.ts';
import type { StepReport, StepSight, StepUndo } from './sight.ts';
import type { ServerStep } from './step.ts';
import { undoStep } from './undo.ts';

/** A step on one of several servers. */
export interface PlacedStep {
  /** Unique with `host`. */
  id: string;
  /** The server, by the name that {@link HostOf} knows. */
  host: string;
  step: ServerStep;
}
/** Where a server is. May reject with HostAccessError. */
export type HostOf = (server: string) => Promise<Host>;

export interface SeenStep extends PlacedStep {
  sight: StepSight;
}
export interface DoneStep extends PlacedStep {
  report: StepReport;
}

export interface RunOptions {
  /** What the backups are called. */
  stamp: string;
  /** Asked before each step: what somebody else's content may be replaced by, once its diff was shown. */
  replacesForeign?: (step: PlacedStep) => boolean;
  /** Asked before each step: true ends the run, with what is done so far. */
  isStopped?: () => boolean;
  onReport?: (done: DoneStep) => void;
}

/** Looks at all of them, on all servers at once. */
export function lookAtSteps(steps: readonly PlacedStep[], hostOf: HostOf): Promise<SeenStep[]> {
  return Promise.all(
    steps.map(async (placed) => {
      const host = await reached(hostOf, placed.host);
      return { ...placed, sight: 'blocked' in host ? host.blocked : await lookAtStep(host.host, placed.step) };
    }),
  );
}

/** Does them one after the other, and ends at the first that does not go: what comes after it may rest on it. */
export async function applySteps(steps: readonly SeenStep[], hostOf: HostOf, options: RunOptions): Promise<DoneStep[]> {
  const done: DoneStep[] = [];
  for (const seen of steps) {
    if (options.isStopped?.()) break;
    const host = await reached(hostOf, seen.host);
    const report =
      'blocked' in host
        ? refused(host.blocked)
        : await applyStep(host.host, seen.step, {
            // Steps before this one may have made what it was blocked by, such as a folder.
            ...(seen.sight.kind === 'blocked' ? {} : { seen: seen.sight }),
            stamp: options.stamp,
            replacesForeign: options.replacesForeign?.(seen) ?? false,
          });
    const { id, step } = seen;
    done.push({ id, host: seen.host, step, report });
    options.onReport?.({ id, host: seen.host, step, report });
    if (report.outcome === 'refused' || report.outcome === 'failed') break;
  }
  return done;
}

/** Takes back what was done, the last first; what cannot be taken back holds up nothing before it. */
export async function undoSteps(
  done: readonly { id: string; host: string; undo: StepUndo | null }[],
  hostOf: HostOf,
): Promise<{ id: string; host: string; report: StepReport }[]> {
  const reports: { id: string; host: string; report: StepReport }[] = [];
  for (const { id, host: server, undo } of done.toReversed()) {
    if (!undo) continue;
    const host = await reached(hostOf, server);
    const report = 'blocked' in host ? refused(host.blocked) : await undoStep(host.host, undo);
    reports.push({ id, host: server, report });
  }
  return reports;
}

type Blocked = Extract<StepSight, { kind: 'blocked' }>;

async function reached(hostOf: HostOf, server: string): Promise<{ host: Host } | { blocked: Blocked }> {
  try {
    return { host: await hostOf(server) };
  } catch (error) {
    if (!(error instanceof HostAccessError)) throw error;
    const { said, remedy, evidence } = error;
    return { blocked: { kind: 'blocked', reason: said, remedy, evidence: [...evidence] } };
  }
}

function refused({ reason, evidence }: Blocked): StepReport {
  return { outcome: 'refused', reason, evidence, undo: null };
}
