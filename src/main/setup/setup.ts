import { join } from 'node:path';
import { CommandError } from '#main/ipc';
import { type Environment, message, pairKey } from '#shared/domain';
import {
  type ApplyRun,
  fromEnvironment,
  newSetupValues,
  openStepsAfter,
  type ProbedStep,
  probeBasis,
  type SetupDraft,
  type SetupListView,
  type SetupOrigin,
  type SetupPlan,
  type SetupReport,
  type SetupStep,
  type SetupValues,
  type SetupView,
  type SharingTexts,
} from '#shared/setup';
import { accessOf } from './access.ts';
import { applyChanges } from './apply.ts';
import type { TakeBack } from './change.ts';
import { CONSOLE_CHANGE, takeConfigurationBack } from './console-change.ts';
import { type DraftStore, openDraftStore } from './drafts.ts';
import { fileChangeId, takeFileBack } from './file-change.ts';
import { openMessage } from './open-message.ts';
import { type OpenSetup, type OpenStepsStore, openOpenStepsStore } from './open-steps.ts';
import { draftedOf, keepsCredentials, type PreparedPlan, preparePlan, takenIds } from './plan.ts';
import type { SetupDeps } from './port.ts';
import { probedPair } from './probes/checks.ts';
import { runProbe } from './probes/run.ts';
import { openReportStore, type ReportStore } from './reports.ts';
import { sharingSteps, sharingTexts } from './sharing.ts';
import { stepChangeId, takeStepBack } from './sharing-change.ts';
import { verify } from './verify.ts';

/** What is known of a draft beside its file: secrets, and what is under way. */
interface Work {
  secret: string | undefined;
  probes: Map<ProbedStep, AbortController>;
  plan: PreparedPlan | null;
  report: SetupReport | null;
  busy: boolean;
}

export interface SaveDraft {
  id: string;
  revision: number;
  values: SetupValues;
  step: SetupStep;
  visited: SetupStep[];
}

/** Setting pairs up: drafts, their probes, plans, what was applied and verified. One of them a console. */
export interface Setup {
  list(): SetupListView;
  /** null: there is no such draft. */
  view(id: string): SetupView | null;
  create(origin: SetupOrigin | null): Promise<{ id: string }>;
  save(request: SaveDraft): Promise<{ revision: number }>;
  remove(id: string): Promise<void>;
  /** The session or token that heartbeats are to carry: kept in memory, never with the draft. Empty: none. */
  setSecret(id: string, secret: string): void;
  /** Begins to look; what it finds is in the view. One that was under way for that step is called off. */
  probe(id: string, step: ProbedStep): void;
  cancel(id: string, step: ProbedStep): void;
  /** Notes the key of that fingerprint, and no other; answers with the host's name. Throws what stands in the way. */
  trustHost(id: string, index: 0 | 1, fingerprint: string): Promise<string>;
  /** What has to be done on the servers for NFS, to be copied. */
  texts(id: string): SharingTexts;
  plan(id: string): Promise<SetupPlan>;
  /** Makes what was shown under that fingerprint; what it does is in the view. */
  apply(id: string, fingerprint: string, confirmed: readonly string[]): Promise<void>;
  rollBack(id: string, changeId: string): Promise<void>;
  verify(id: string, switchover: boolean): void;
  report(reportId: string): Promise<SetupReport>;
  /** Which steps of a configured pair's set-up were skipped or have failed; undefined: none that is known. */
  open(pairKey: string): OpenSetup | undefined;
  /** Calls off whatever is under way, and waits until drafts are written. */
  stop(): Promise<void>;
}

/** Opens the drafts that are kept. */
export async function openSetup(deps: SetupDeps): Promise<Setup> {
  const { directory } = deps;
  const drafts = await openDraftStore(directory === null ? null : join(directory, 'drafts'));
  const reports = openReportStore(directory === null ? null : join(directory, 'reports'));
  const open = await openOpenStepsStore(
    directory === null ? null : join(directory, 'open-steps.json'),
    (text, fields) => deps.log.warn(text, { ...fields }),
  );
  const bench = new SetupBench(deps, drafts, reports, open);
  await bench.recall();
  return bench;
}

class SetupBench implements Setup {
  readonly #deps: SetupDeps;
  readonly #drafts: DraftStore;
  readonly #reports: ReportStore;
  readonly #open: OpenStepsStore;
  readonly #work = new Map<string, Work>();

  constructor(deps: SetupDeps, drafts: DraftStore, reports: ReportStore, open: OpenStepsStore) {
    this.#deps = deps;
    this.#drafts = drafts;
    this.#reports = reports;
    this.#open = open;
  }

  /** The last report of each draft, for whoever takes it up. */
  async recall(): Promise<void> {
    for (const { id, reports } of this.#drafts.list()) {
      const [last] = reports;
      const report = last === undefined ? undefined : await this.#reports.get(last);
      if (report) this.#workOf(id).report = report;
    }
  }

  list(): SetupListView {
    return {
      drafts: this.#drafts.list().map(({ id, values, step, changedAtMs, origin, applied }) => ({
        id,
        name: values.name,
        node: values.node.node,
        step,
        changedAtMs,
        edits: origin?.environmentId ?? null,
        applied: applied?.state ?? null,
      })),
      broken: [...this.#drafts.broken()],
    };
  }

  view(id: string): SetupView | null {
    const draft = this.#drafts.get(id);
    if (!draft) return null;
    const environments = this.#deps.environments.list();
    const { secret, plan, report } = this.#workOf(id);
    const base = draft.origin && environments.find((each) => each.id === draft.origin?.environmentId);
    return {
      draft,
      context: {
        takenIds: takenIds(draft, environments),
        ...(base ? { base: withoutSecrets(base) } : {}),
        pairId: draft.origin?.pairId ?? null,
        hasSecret: secret !== undefined || keepsCredentials(draft, environments),
      },
      plan: plan?.shown ?? null,
      report,
    };
  }

  async create(origin: SetupOrigin | null): Promise<{ id: string }> {
    const { clock, random, environments } = this.#deps;
    const environment = origin && environments.list().find(({ id }) => id === origin.environmentId);
    if (origin && !environment) throw notFound('error.noEnvironment', origin.environmentId);
    const values = environment ? fromEnvironment(environment, origin.pairId) : newSetupValues();
    const nowMs = clock.wallMs();
    const draft: SetupDraft = {
      version: 1,
      id: random.uuid(),
      createdAtMs: nowMs,
      changedAtMs: nowMs,
      revision: 0,
      step: 'mode',
      visited: [],
      origin,
      // Of a further pair nothing is configured that could have been changed.
      before: environment && origin?.pairId != null ? values : null,
      values,
      probes: {},
      applied: null,
      reports: [],
    };
    await this.#put(draft);
    return { id: draft.id };
  }

  async save({ id, revision, values, step, visited }: SaveDraft): Promise<{ revision: number }> {
    const draft = this.#mustGet(id);
    if (draft.revision !== revision) throw new CommandError('refused', message('setup.error.changedElsewhere'));
    const changed = JSON.stringify(draft.values) !== JSON.stringify(values);
    const work = this.#workOf(id);
    if (changed && !work.busy) work.plan = null;
    const next = revision + 1;
    await this.#put({ ...draft, values, step, visited, revision: next, changedAtMs: this.#deps.clock.wallMs() });
    return { revision: next };
  }

  async remove(id: string): Promise<void> {
    this.#mustGet(id);
    if (this.#workOf(id).busy) throw new CommandError('refused', message('setup.error.busy'));
    for (const controller of this.#workOf(id).probes.values()) controller.abort();
    this.#work.delete(id);
    await this.#drafts.remove(id);
    this.#changed(id);
  }

  setSecret(id: string, secret: string): void {
    this.#mustGet(id);
    const work = this.#workOf(id);
    work.secret = secret === '' ? undefined : secret;
    work.plan = null;
    this.#changed(id);
  }

  probe(id: string, step: ProbedStep): void {
    const draft = this.#mustGet(id);
    const work = this.#workOf(id);
    work.probes.get(step)?.abort();
    const controller = new AbortController();
    work.probes.set(step, controller);
    const basis = probeBasis(step, draft.values);
    const startedAtMs = this.#deps.clock.wallMs();
    this.#setProbe(id, step, { state: 'running', basis, startedAtMs, endedAtMs: null, items: [] });
    void this.#runProbe(draft, step, controller);
  }

  async #runProbe({ id, values }: SetupDraft, step: ProbedStep, controller: AbortController): Promise<void> {
    const { signal } = controller;
    const hosts = this.#deps.openHosts({ acceptNewHostKeys: false });
    signal.addEventListener('abort', () => hosts.close(), { once: true });
    const found = (item: NonNullable<SetupDraft['probes'][ProbedStep]>['items'][number]) => {
      const run = this.#drafts.get(id)?.probes[step];
      if (run && !signal.aborted) this.#setProbe(id, step, { ...run, items: [...run.items, item] }, false);
    };
    try {
      await runProbe(step, { values, deps: this.#deps, hosts, secret: this.#workOf(id).secret, signal, found });
    } catch (error) {
      this.#deps.log.error('a probe failed unexpectedly', { step, error });
    } finally {
      hosts.close();
    }
    const run = this.#drafts.get(id)?.probes[step];
    if (!signal.aborted && run)
      this.#setProbe(id, step, { ...run, state: 'done', endedAtMs: this.#deps.clock.wallMs() });
  }

  cancel(id: string, step: ProbedStep): void {
    const draft = this.#mustGet(id);
    this.#workOf(id).probes.get(step)?.abort();
    const run = draft.probes[step];
    if (run?.state === 'running')
      this.#setProbe(id, step, { ...run, state: 'cancelled', endedAtMs: this.#deps.clock.wallMs() });
  }

  async trustHost(id: string, index: 0 | 1, fingerprint: string): Promise<string> {
    const { values } = this.#mustGet(id);
    const access = accessOf(values, index);
    if (access?.type !== 'ssh') throw new CommandError('invalid', message('setup.error.noSsh'));
    const hosts = this.#deps.openHosts({ acceptNewHostKeys: { fingerprint } });
    try {
      return (await hosts.open(access, values.servers[index].host.trim())).name;
    } finally {
      hosts.close();
    }
  }

  async plan(id: string): Promise<SetupPlan> {
    const draft = this.#mustGet(id);
    const work = this.#workOf(id);
    const plan = await preparePlan(draft, work.secret, this.#deps);
    if (!work.busy) work.plan = plan;
    this.#changed(id);
    return plan.shown;
  }

  async apply(id: string, fingerprint: string, confirmed: readonly string[]): Promise<void> {
    const work = this.#workOf(id);
    this.#mustGet(id);
    if (work.busy) throw new CommandError('refused', message('setup.error.busy'));
    const { plan } = work;
    if (!plan || plan.shown.fingerprint !== fingerprint || plan.shown.blockers.length > 0)
      throw new CommandError('refused', message('setup.error.otherPlan'));
    work.busy = true;
    this.#apply(id, plan, new Set(confirmed))
      .catch((error: unknown) => this.#warn(error))
      .finally(() => {
        work.busy = false;
      });
  }

  async #apply(id: string, plan: PreparedPlan, confirmed: ReadonlySet<string>): Promise<void> {
    const { values, applied: before } = this.#mustGet(id);
    const keep = (applied: ApplyRun) => {
      const draft = this.#drafts.get(id);
      // What was done is done, and is shown, whether or not it can be written down.
      if (draft) this.#put({ ...draft, applied, step: 'apply' }).catch((error: unknown) => this.#warn(error));
    };
    const run = await applyChanges(plan.changes, confirmed, {
      clock: this.#deps.clock,
      log: this.#deps.log,
      before,
      changed: keep,
    });
    const draft = this.#drafts.get(id);
    if (!draft || run.state !== 'done') return;
    // From now on the draft edits what it has made.
    if (values.mode === 'pair')
      await this.#put({
        ...draft,
        origin: { environmentId: values.id, pairId: values.node.pairId },
        before: values,
      });
    const work = this.#workOf(id);
    // It is in the configuration now, where it belongs.
    if (values.mode === 'pair') work.secret = undefined;
    work.busy = false;
    work.plan = null;
    this.verify(id, false);
  }

  async rollBack(id: string, changeId: string): Promise<void> {
    const draft = this.#mustGet(id);
    const made = draft.applied?.changes.find((change) => change.id === changeId);
    const takeBack = made && this.#takeBackOf(draft, changeId);
    if (made?.state !== 'done' || !made.undoable || !takeBack)
      throw new CommandError('refused', message('setup.rollback.notPossible'));
    const detail = await takeBack(made);
    const now = this.#mustGet(id);
    if (!now.applied) return;
    const changes = now.applied.changes.map((change) =>
      change.id === changeId ? { ...change, state: 'rolled-back' as const, detail, undoable: false } : change,
    );
    const applied = { ...now.applied, changes };
    await this.#put(
      changeId === CONSOLE_CHANGE ? { ...now, applied, ...this.#configuredNow(now) } : { ...now, applied },
    );
    this.#workOf(id).plan = null;
  }

  /** What the draft edits once the configuration is what it was before: that, or nothing. */
  #configuredNow({ values }: SetupDraft): Pick<SetupDraft, 'origin' | 'before'> {
    const environment = this.#deps.environments.list().find(({ id }) => id === values.id);
    if (!environment) return { origin: null, before: null };
    const pairId = environment.pairs.find(({ id }) => id === values.node.pairId)?.id ?? null;
    const before = pairId === null ? null : fromEnvironment(environment, pairId);
    return { origin: { environmentId: environment.id, pairId }, before };
  }

  /** How one change is taken back; undefined: it cannot be. */
  #takeBackOf(draft: SetupDraft, changeId: string): TakeBack | undefined {
    if (changeId === CONSOLE_CHANGE) return takeConfigurationBack(draft.values.id, this.#deps);
    const pair = (this.#configured(draft) ?? probedPair(draft.values))?.pair;
    const files = [...draft.values.node.routeFiles, draft.values.database.todbFiles[1]].map((file) => file.trim());
    for (const instance of pair?.instances ?? []) {
      const file = files.find((each) => each !== '' && fileChangeId(instance.name, each) === changeId);
      if (file !== undefined) return takeFileBack(instance, file, this.#deps);
    }
    const step = sharingSteps(draft.values).find((each) => stepChangeId(each) === changeId);
    return step && takeStepBack(step, this.#deps);
  }

  texts(id: string): SharingTexts {
    return sharingTexts(this.#mustGet(id).values);
  }

  verify(id: string, switchover: boolean): void {
    const draft = this.#mustGet(id);
    const work = this.#workOf(id);
    if (work.busy || work.report?.state === 'running') throw new CommandError('refused', message('setup.error.busy'));
    const drafted = this.#configured(draft) ?? probedPair(draft.values);
    if (!drafted) throw new CommandError('invalid', message('setup.probe.incomplete'));
    void verify({ draft, ...drafted, secret: work.secret, switchover }, this.#deps, (report) => {
      work.report = report;
      this.#changed(id);
    })
      .then((report) => this.#keepReport(id, report))
      .catch((error: unknown) => {
        this.#deps.log.error('a report could not be made or kept', { error });
        if (work.report?.state === 'running') work.report = null;
        this.#changed(id);
      });
  }

  /** The pair as it is configured, where the draft's values are what is configured. */
  #configured(draft: SetupDraft) {
    const drafted = draftedOf(draft, this.#deps.environments.list());
    if (!drafted) return undefined;
    const stored = drafted.base?.pairs.find(({ id }) => id === drafted.pair.id);
    return { environment: drafted.environment, pair: stored ?? drafted.pair };
  }

  async #keepReport(id: string, report: SetupReport): Promise<void> {
    await this.#reports.put(report);
    const draft = this.#drafts.get(id);
    if (draft) await this.#put({ ...draft, reports: [report.id, ...draft.reports].slice(0, 50) });
  }

  async report(reportId: string): Promise<SetupReport> {
    const report = await this.#reports.get(reportId);
    if (!report) throw notFound('setup.error.noReport', reportId);
    return report;
  }

  open(key: string): OpenSetup | undefined {
    return this.#open.of(key);
  }

  /** What a draft says of the pair that it has made or edits. While something is under way it says nothing yet. */
  #judgeOpen(draft: SetupDraft): void {
    const { origin } = draft;
    const { busy, report } = this.#workOf(draft.id);
    if (origin?.pairId == null || busy || report?.state === 'running') return;
    const key = pairKey(origin.environmentId, origin.pairId);
    const before = this.#open.of(key)?.steps ?? [];
    const steps = openStepsAfter(before, draft, report);
    if (JSON.stringify(steps) === JSON.stringify(before)) return;
    this.#open.put(key, steps, this.#deps.clock.wallMs()).catch((error: unknown) => this.#warn(error));
    const said = openMessage(steps);
    this.#deps.openChanged(key, {
      severity: said ? 'p3' : 'none',
      message: said ?? message('setup.open.whole'),
    });
  }

  async stop(): Promise<void> {
    for (const { probes } of this.#work.values()) for (const controller of probes.values()) controller.abort();
    await this.#drafts.settled();
  }

  #setProbe(id: string, step: ProbedStep, run: NonNullable<SetupDraft['probes'][ProbedStep]>, kept = true): void {
    const draft = this.#drafts.get(id);
    if (!draft) return;
    const put = this.#drafts.put({ ...draft, probes: { ...draft.probes, [step]: run } });
    if (kept) put.catch((error: unknown) => this.#deps.log.warn('a probe could not be kept', { error }));
    else put.catch(() => {});
    if (run.state === 'done') this.#judgeOpen({ ...draft, probes: { ...draft.probes, [step]: run } });
    this.#changed(id);
  }

  async #put(draft: SetupDraft): Promise<void> {
    const written = this.#drafts.put(draft);
    this.#judgeOpen(draft);
    this.#changed(draft.id);
    try {
      await written;
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      throw new CommandError('unavailable', message('setup.error.notKept', { detail }));
    }
  }

  #warn(error: unknown): void {
    this.#deps.log.error('a draft could not be kept', { error });
  }

  #changed(id: string): void {
    this.#deps.changed(id);
    this.#deps.changed(null);
  }

  #mustGet(id: string): SetupDraft {
    const draft = this.#drafts.get(id);
    if (!draft) throw notFound('setup.error.noDraft', id);
    return draft;
  }

  #workOf(id: string): Work {
    const known = this.#work.get(id);
    if (known) return known;
    const work: Work = { secret: undefined, probes: new Map(), plan: null, report: null, busy: false };
    this.#work.set(id, work);
    return work;
  }
}

function notFound(key: string, id: string): CommandError {
  return new CommandError('not-found', message(key, { id }));
}

/** What the screen judges a draft by: which secrets there are is told apart. */
function withoutSecrets(environment: Environment): Environment {
  const pairs = environment.pairs.map((pair) => {
    const [a, b] = pair.instances;
    const instances: typeof pair.instances = [
      { ...a, credential: null },
      { ...b, credential: null },
    ];
    return { ...pair, instances };
  });
  return { ...environment, pairs };
}
