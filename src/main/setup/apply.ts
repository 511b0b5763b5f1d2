import type { Clock } from '#core/clock';
import type { Log } from '#core/logging';
import { type Message, message } from '#shared/domain';
import type { AppliedChange, ApplyRun, PlannedChange } from '#shared/setup';
import { ChangeError, type MadeChange, type PreparedChange } from './change.ts';

export interface ApplyDeps {
  clock: Clock;
  log: Log;
  /** The run before this one: what it made is found made, and can still be taken back. */
  before: ApplyRun | null;
  /** The run's picture is another one now. */
  changed(run: ApplyRun): void;
}

/**
 * Makes the changes one after the other, and stops at the first that fails: what was done stays done and says so, what was
 * not begun is skipped. Never rejects.
 */
export async function applyChanges(
  changes: readonly PreparedChange[],
  confirmed: ReadonlySet<string>,
  { clock, log, before, changed }: ApplyDeps,
): Promise<ApplyRun> {
  let run: ApplyRun = {
    state: 'running',
    startedAtMs: clock.wallMs(),
    endedAtMs: null,
    changes: changes.map(({ shown }) => pending(shown)),
  };
  const become = (next: ApplyRun) => {
    run = next;
    changed(run);
  };
  const set = (at: number, over: Partial<AppliedChange>) =>
    become({ ...run, changes: run.changes.map((change, index) => (index === at ? { ...change, ...over } : change)) });
  changed(run);
  for (const [at, change] of changes.entries()) {
    const began = clock.monotonicMs();
    const tookMs = () => Math.round(clock.monotonicMs() - began);
    set(at, { state: 'running', startedAtMs: clock.wallMs() });
    try {
      const made = await change.apply(confirmed.has(change.shown.id));
      set(at, { state: 'done', tookMs: tookMs(), ...made, ...wayBack(change.shown.id, made, before) });
    } catch (error) {
      const said = reasonIn(error);
      if (!said) log.error('a change failed unexpectedly', { change: change.shown.id, error });
      const detail = said ?? message('setup.apply.failed', { detail: String(error) });
      const evidence = error instanceof ChangeError ? [...error.evidence] : [];
      set(at, { state: 'failed', tookMs: tookMs(), detail, evidence, undoable: false });
      become({
        ...run,
        state: 'failed',
        endedAtMs: clock.wallMs(),
        changes: run.changes.map((each) =>
          each.state === 'pending' ? { ...each, state: 'skipped', undoable: false } : each,
        ),
      });
      return run;
    }
  }
  become({ ...run, state: 'done', endedAtMs: clock.wallMs() });
  return run;
}

/** Where everything was there already: the way back that an earlier run left, or none. */
function wayBack(id: string, made: MadeChange, before: ApplyRun | null): Partial<AppliedChange> {
  if (made.backup !== null || made.left !== null || made.undo) return {};
  const earlier = before?.changes.find((change) => change.id === id && change.state === 'done' && change.undoable);
  if (!earlier) return { undoable: false };
  return { backup: earlier.backup, left: earlier.left, undo: earlier.undo };
}

/** What a typed error of this module or another says to a person. */
function reasonIn(error: unknown): Message | undefined {
  const reason = typeof error === 'object' && error !== null && 'reason' in error ? error.reason : undefined;
  return typeof reason === 'object' && reason !== null && 'key' in reason ? (reason as Message) : undefined;
}

function pending({ id, title, place, undoable }: PlannedChange): AppliedChange {
  const where = place.kind === 'server' ? place.host : place.kind;
  const nothingYet = { startedAtMs: null, tookMs: null, detail: null, backup: null, left: null, evidence: [] };
  return { id, title, where, state: 'pending', undoable, ...nothingYet };
}
