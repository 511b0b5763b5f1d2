import { commandLine, type Host, type Hosts } from '#main/hosts';
import { applySteps, lookAtSteps, type SeenStep, type StepSight, type StepUndo, undoSteps } from '#main/server-steps';
import { message } from '#shared/domain';
import type { DiffLine, SetupValues } from '#shared/setup';
import { ChangeError, type MadeChange, type PreparedChange, type TakeBack } from './change.ts';
import { diffLines } from './file-change.ts';
import type { SetupDeps } from './port.ts';
import { type SharingStep, sharingSteps } from './sharing.ts';

type Deps = Pick<SetupDeps, 'clock' | 'openHosts'>;

/** The id of the change that makes this step. */
export function stepChangeId({ item }: SharingStep): string {
  return `step:${item.host}:${item.id}`;
}

/** F3: what makes the servers export, open their ports and mount, each step a change of its own that can be taken back. */
export async function prepareSharing(values: SetupValues, deps: Deps): Promise<PreparedChange[]> {
  const steps = sharingSteps(values);
  if (steps.length === 0) return [];
  return withHosts(deps, async (hosts) => {
    const placed = steps.map(({ item }) => ({ id: item.id, host: item.host, step: item.step }));
    const seen = await lookAtSteps(placed, hostOf(steps, hosts));
    return steps.flatMap((step, at) => {
      const sight = seen[at];
      return sight ? [toChange(step, sight, deps)] : [];
    });
  });
}

/** Every server by its instance's name. */
function hostOf(steps: readonly SharingStep[], hosts: Hosts): (server: string) => Promise<Host> {
  return (server) => {
    const step = steps.find(({ item }) => item.host === server);
    if (!step) return Promise.reject(new ChangeError(message('setup.apply.noAccess', { instance: server })));
    return hosts.open(step.access, step.address);
  };
}

function toChange(step: SharingStep, seen: SeenStep, deps: Deps): PreparedChange {
  const { item } = step;
  const { sight } = seen;
  return {
    shown: {
      id: stepChangeId(step),
      place: { kind: 'server', instance: item.host, host: step.address },
      title: item.why,
      path: item.place.kind === 'file' ? item.place.path : item.id,
      needsConfirmation: sight.kind === 'foreign',
      undo: message('setup.undo.step'),
      undoable: true,
      idle: sight.kind === 'done',
      diff: diffOf(sight),
      tree: null,
      // What is blocked now may be made possible by a step before it; if not, applying stops there and says so.
      notes: sight.kind === 'blocked' ? [sight.reason, ...(sight.remedy ? [sight.remedy] : [])] : [],
    },
    apply: (confirmed) => withHosts(deps, (hosts) => made(step, seen, confirmed, hosts, deps)),
  };
}

function diffOf(sight: StepSight): DiffLine[] | null {
  if (sight.kind === 'todo' && sight.change) return diffLines(sight.change.diff.trimEnd().split('\n'));
  if (sight.kind === 'foreign') return diffLines(sight.diff.trimEnd().split('\n'));
  if (sight.kind === 'todo') return sight.commands.map((argv) => ({ kind: 'new', text: `$ ${commandLine(argv)}` }));
  return null;
}

async function made(
  step: SharingStep,
  seen: SeenStep,
  confirmed: boolean,
  hosts: Hosts,
  { clock }: Deps,
): Promise<MadeChange> {
  if (seen.sight.kind === 'foreign' && !confirmed)
    return { detail: message('setup.apply.stepLeft'), backup: null, left: null };
  const stamp = new Date(clock.wallMs()).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  const options = { stamp, replacesForeign: () => confirmed };
  const [done] = await applySteps([seen], hostOf([step], hosts), options);
  if (!done) throw new ChangeError(message('setup.apply.stepFailed'));
  const { outcome, reason, evidence, undo } = done.report;
  if (outcome === 'refused' || outcome === 'failed')
    throw new ChangeError(reason ?? message('setup.apply.stepFailed'), { evidence });
  return {
    detail: message(outcome === 'nothing' ? 'setup.apply.stepThere' : 'setup.apply.stepDone'),
    backup: undo?.kind === 'file' ? undo.backup : null,
    left: null,
    undo,
    evidence,
  };
}

/** Takes one step back, by what was kept of it. */
export function takeStepBack(step: SharingStep, deps: Deps): TakeBack {
  return ({ undo }) =>
    withHosts(deps, async (hosts) => {
      if (!undo) throw new ChangeError(message('setup.rollback.notPossible'));
      const { id, host } = step.item;
      const [back] = await undoSteps([{ id, host, undo: undo as StepUndo }], hostOf([step], hosts));
      if (!back || back.report.outcome === 'refused' || back.report.outcome === 'failed')
        throw new ChangeError(back?.report.reason ?? message('setup.apply.stepFailed'), {
          evidence: back?.report.evidence ?? [],
        });
      return message('setup.rollback.step');
    });
}

async function withHosts<T>({ openHosts }: Deps, use: (hosts: Hosts) => Promise<T>): Promise<T> {
  const hosts = openHosts({ acceptNewHostKeys: false });
  return use(hosts).finally(() => hosts.close());
}
