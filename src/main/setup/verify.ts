import type { Host } from '#main/hosts';
import { type Credential, type Environment, message, type PairConfig, pairKey } from '#shared/domain';
import { type SetupDraft, type SetupReport, serverIndexes } from '#shared/setup';
import { switchThereAndBack, untilKnown } from './measured-switch.ts';
import type { SetupDeps, WatchedPair } from './port.ts';
import { toItem } from './probes/checks.ts';
import { roundTripsOf } from './round-trips.ts';

export interface Verification {
  draft: SetupDraft;
  environment: Environment;
  pair: PairConfig;
  secret: string | undefined;
  /** A real switchover and back is wanted. */
  switchover: boolean;
}

/**
 * Everything that can be said of a set-up pair: its checks, both `svr_mode`s (F9), a heartbeat round trip on both, a planned
 * switchover asked about, and where it is wanted one made and taken back. Never rejects.
 */
export async function verify(
  { draft, environment, pair, secret, switchover }: Verification,
  deps: SetupDeps,
  changed: (report: SetupReport) => void,
): Promise<SetupReport> {
  const { values } = draft;
  const instances = serverIndexes(values).map((index) => pair.instances[index]);
  let report = newReport(draft, deps);
  const become = (over: Partial<SetupReport>) => {
    report = { ...report, ...over };
    changed(report);
  };
  changed(report);
  const hosts = deps.openHosts({ acceptNewHostKeys: false });
  try {
    await Promise.all([checks(), ...instances.map((instance) => trips(instance, hosts.here))]);
  } finally {
    hosts.close();
  }
  const watched = values.mode === 'single' ? undefined : deps.pair(pairKey(environment.id, pair.id));
  if (watched) await untilKnown(watched, deps);
  become(dryRunOf(watched, values.mode === 'single'));
  if (switchover && watched) become({ switchovers: await switchThereAndBack(watched, pair.node, deps) });
  become({ state: 'done', endedAtMs: deps.clock.wallMs(), verdict: verdictOf(report) });
  return report;

  async function checks(): Promise<void> {
    const names = instances.map(({ name }) => name);
    const { checks: results, readiness } = await deps.runChecks(environment, pair, {
      wanted: (id) => values.mode !== 'single' || !id.endsWith('-peer'),
    });
    const concerning = results.filter(({ host }) => names.includes(host) || (names.length > 1 && host === 'pair'));
    become({
      checks: concerning.map((result) => toItem(result, values)),
      readiness: values.mode === 'single' ? null : readiness.word,
    });
  }
  async function trips(instance: PairConfig['instances'][number], here: Host): Promise<void> {
    const { mode, trips: made } = await roundTripsOf(instance, credentialOf(draft, instance, secret), deps, here);
    const expected = values.mode === 'single' ? 1 : 0;
    become({
      svrModes: [...report.svrModes, { instance: mode.instance, svrMode: mode.svrMode, expected }].sort(byInstance),
      roundTrips: [...report.roundTrips, ...made].sort(byInstance),
    });
  }
}

const byInstance = (a: { instance: string }, b: { instance: string }) => a.instance.localeCompare(b.instance);

/** The one typed for this draft, else the one that is configured. */
function credentialOf(
  { values }: SetupDraft,
  instance: PairConfig['instances'][number],
  secret: string | undefined,
): Credential | null {
  const system = values.node.credential;
  if (system === 'none') return null;
  if (secret === undefined) return instance.credential;
  return system === 'O3' ? { system, sessionId: secret } : { system, userToken: secret };
}

function newReport(draft: SetupDraft, { clock, random, console }: SetupDeps): SetupReport {
  const startedAtMs = clock.wallMs();
  return {
    version: 1,
    id: `${new Date(startedAtMs).toISOString().replace(/[:.]/g, '-')}-${random.uuid().slice(0, 8)}`,
    draftId: draft.id,
    state: 'running',
    startedAtMs,
    endedAtMs: null,
    console,
    values: draft.values,
    verdict: null,
    checks: [],
    readiness: null,
    svrModes: [],
    roundTrips: [],
    dryRun: null,
    dryRunMissing: null,
    switchovers: [],
  };
}

function dryRunOf(watched: WatchedPair | undefined, single: boolean): Pick<SetupReport, 'dryRun' | 'dryRunMissing'> {
  if (!watched)
    return { dryRun: null, dryRunMissing: message(single ? 'setup.report.singleNoSwitch' : 'setup.report.notWatched') };
  const { standby } = watched.view().tile;
  if (standby === null) return { dryRun: null, dryRunMissing: message('setup.switch.noStandby') };
  const { to, from, planned, expectedOutageMs, plan, checks, refusal } = watched.dryRun(standby);
  return {
    dryRun: {
      to,
      from,
      planned,
      expectedOutageMs,
      steps: plan.map(({ step, message: said, timeoutMs }) => ({ step, message: said, timeoutMs })),
      checks: checks.filter(isOfPair).map(({ id, result, message: said }) => ({ id, result, message: said })),
      refusal,
    },
    dryRunMissing: null,
  };
}

/** The servers were checked for this very report: that the pair's own checks are not fresh says nothing beside it. */
function isOfPair({ id, result }: { id: string; result: string }): boolean {
  return id !== 'servers' || result !== 'unknown';
}

/** Pure. What failed rejects; what is not known is a reservation, never an acceptance. */
export function verdictOf({
  values,
  checks,
  svrModes,
  roundTrips,
  dryRun,
  switchovers,
}: Pick<
  SetupReport,
  'values' | 'checks' | 'svrModes' | 'roundTrips' | 'dryRun' | 'switchovers'
>): SetupReport['verdict'] {
  const failed =
    checks.some(({ result }) => result === 'fail') ||
    svrModes.some(({ svrMode, expected }) => svrMode !== null && svrMode !== expected) ||
    roundTrips.some(({ ok }) => !ok) ||
    (dryRun !== null && (dryRun.refusal !== null || dryRun.checks.some(({ result }) => result === 'fail'))) ||
    switchovers.some(({ outcome }) => outcome !== 'done');
  if (failed) return 'rejected';
  const open =
    checks.some(({ result }) => result !== 'pass') ||
    svrModes.some(({ svrMode }) => svrMode === null) ||
    (dryRun === null && values.mode !== 'single') ||
    (dryRun?.checks.some(({ result }) => result !== 'pass') ?? false);
  return open ? 'reservations' : 'accepted';
}
