import { every, type Timer } from '#core/clock';
import { neededBy } from '#main/checks';
import { createPairCoordination, type PairCoordination } from '#main/coordination';
import {
  attestationRefusal,
  FailoverEngine,
  isStopped,
  isWell,
  type MachineConfig,
  type SetCommands,
  type SwitchoverProgress,
  SwitchoverRefused,
  standsOn,
  withOperatorsChange,
} from '#main/failover';
import { type BeatHistory, type BeatSample, createBeatHistory } from '#main/heartbeat';
import type { BeatColumns, CheckRunView, DryRun, PairTile, PairView, Preflight } from '#shared/contract';
import {
  type Calendar,
  configuredPolicy,
  type InstanceConfig,
  message,
  type PolicyChange,
  type PolicyRecord,
  pairKey,
  pairPaths,
  type SwitchoverRecord,
} from '#shared/domain';
import { DataBoard } from './data-board.ts';
import { InstanceLink } from './instance-link.ts';
import { type PictureSource, tileOf, viewOf } from './pictures.ts';
import type {
  ApprovalAsked,
  ApprovalDecision,
  AttestRequest,
  MaintenanceRequest,
  PairMonitor,
  PairMonitorDeps,
  PairMonitorListeners,
  PairMonitorOptions,
  PromoteRequest,
} from './port.ts';
import { Promotions } from './promotions.ts';
import { commandEvents, dataEvent, noticeOf, stepEvents, switchoverEvent } from './telling.ts';

const BEATS_BATCH_MS = 100;
/** How often figures of the data are shown anew. */
const DATA_SHOWN_MS = 1_000;
/** A page that is open asks for the view again within a second or so. */
const VIEWED_FOR_MS = 5_000;
const KEEP_BEATS_MS = 15 * 60_000;

/** Watches a pair from now on, and acts on it as its policy says. */
export function createPairMonitor(
  options: PairMonitorOptions,
  deps: PairMonitorDeps,
  listeners: PairMonitorListeners = {},
): PairMonitor {
  return new Monitor(options, deps, listeners);
}

class Monitor implements PairMonitor {
  readonly key: string;
  readonly #options: PairMonitorOptions;
  readonly #deps: PairMonitorDeps;
  readonly #listeners: PairMonitorListeners;
  readonly #coordination: PairCoordination;
  readonly #engine: FailoverEngine;
  readonly #links = new Map<string, InstanceLink>();
  readonly #histories = new Map<string, BeatHistory>();
  readonly #promotions: Promotions;
  /** Only where somebody takes them. */
  readonly #batch: Timer | undefined;
  readonly #dataTimer: Timer;
  readonly #board = new DataBoard();
  /** Those of this run, where nobody remembers them for us. */
  readonly #outagesMs: number[] = [];
  /** When the first of each instance's beats that were not handed on yet was sent. */
  readonly #freshFromMs = new Map<string, number>();
  #toldRecord: SwitchoverRecord | null = null;
  #wasWell = false;
  #wasStopped = false;
  #viewedMonotonicMs = Number.NEGATIVE_INFINITY;

  constructor(options: PairMonitorOptions, deps: PairMonitorDeps, listeners: PairMonitorListeners) {
    const { environment, pair } = options;
    this.key = pairKey(environment.id, pair.id);
    this.#options = options;
    this.#deps = deps;
    this.#listeners = listeners;
    this.#coordination = this.#openCoordination();
    this.#engine = this.#startEngine();
    this.#promotions = this.#openPromotions();
    for (const instance of pair.instances) {
      this.#histories.set(instance.name, createBeatHistory({ instance: instance.name, keepMs: KEEP_BEATS_MS }));
      this.#links.set(instance.name, this.#link(instance));
    }
    this.#batch = listeners.beats && every(deps.clock, BEATS_BATCH_MS, () => this.#handBeatsOn());
    this.#dataTimer = every(deps.clock, DATA_SHOWN_MS, () => this.#showData());
  }

  tile(): PairTile {
    return tileOf(this.#source());
  }

  view(): PairView {
    this.#viewedMonotonicMs = this.#deps.clock.monotonicMs();
    return viewOf(this.#source());
  }

  beats(fromMs: number): BeatColumns[] {
    return [...this.#histories.values()].map((history) => history.since(fromMs));
  }

  dryRun(to: string): DryRun {
    return this.#promotions.dryRun(to);
  }

  preflight(to: string): Promise<Preflight> {
    return this.#promotions.preflight(to);
  }

  promote(request: PromoteRequest): Promise<{ operationId: string }> {
    return this.#promotions.promote(request);
  }

  askApproval(request: ApprovalAsked): Promise<{ id: string }> {
    return this.#promotions.askApproval(request);
  }

  decideApproval(decision: ApprovalDecision): Promise<void> {
    return this.#promotions.decideApproval(decision);
  }

  carryOut(id: string, operator: string): Promise<{ operationId: string }> {
    return this.#promotions.carryOut(id, operator);
  }

  setPolicy(change: PolicyChange, operator: string | null): Promise<void> {
    const by = { operator, console: this.#options.consoleName, atMs: this.#coordination.sharedWallMs() };
    return this.#changePolicy(operator, (record) => withOperatorsChange(record, change, by));
  }

  setCalendar(calendar: Calendar | null, operator: string | null): Promise<void> {
    return this.#changePolicy(operator, (record) => ({ ...record, calendar }));
  }

  beginMaintenance({ operator, reason, durationMs }: MaintenanceRequest): Promise<void> {
    const sinceMs = this.#coordination.sharedWallMs();
    const maintenance = { operator, reason, sinceMs, untilMs: sinceMs + durationMs };
    return this.#changePolicy(operator, (record) => ({ ...record, maintenance }));
  }

  endMaintenance(operator: string): Promise<void> {
    return this.#changePolicy(operator, (record) => ({ ...record, maintenance: null }));
  }

  clearCooldown(operator: string): Promise<void> {
    const last = this.#engine.state().facts.automatic.recent.at(-1);
    if (!last) return Promise.resolve();
    const { operationId } = last;
    return this.#changePolicy(operator, (record) => ({ ...record, cooldownCleared: { operationId } }));
  }

  checked({ checks }: CheckRunView): void {
    const names = this.#options.pair.instances.map(({ name }) => name);
    this.#engine.feed({ kind: 'servers', fact: { checks: neededBy(checks, names) } });
  }

  slept(): void {
    this.#engine.feed({ kind: 'slept' });
  }

  releaseFreeze(operator: string): void {
    const { clock, troubles } = this.#deps;
    troubles.release(clock.monotonicMs());
    const told = message('failover.event.freezeReleased', { operator });
    this.#listeners.event?.({ atMs: clock.wallMs(), severity: 'none', instance: null, message: told });
    this.#engine.feed({ kind: 'tick' });
  }

  async attest({ confirmation, ...attested }: AttestRequest): Promise<void> {
    const { instance, operator } = attested;
    const confirmed = `${this.#options.pair.node}/${instance}`;
    if (confirmation !== confirmed) throw new SwitchoverRefused(message('attest.refusal.confirmation', { confirmed }));
    const refusal = attestationRefusal(this.#engine.state().facts, attested);
    if (refusal) throw new SwitchoverRefused(refusal);
    const atMs = this.#coordination.sharedWallMs();
    await this.#changePolicy(operator, (record) => ({ ...record, attested: { ...attested, atMs } }));
  }

  #changePolicy(operator: string | null, change: (record: PolicyRecord) => PolicyRecord): Promise<void> {
    const changed = { operator, console: this.#options.consoleName, atMs: this.#coordination.sharedWallMs() };
    return this.#coordination.changePolicy((record) => ({ ...change(record), changed }));
  }

  async stop(): Promise<void> {
    this.#batch?.cancel();
    this.#dataTimer.cancel();
    await this.#engine.stop();
    this.#deps.troubles.forget(this.key);
    for (const link of this.#links.values()) link.stop();
    await this.#coordination.stop();
  }

  #openCoordination(): PairCoordination {
    const { environment, pair, consoleName } = this.#options;
    const { session, clock, random, log } = this.#deps;
    return createPairCoordination(
      {
        paths: pairPaths(environment.pathTemplate, pair.system, pair.node),
        system: pair.system,
        node: pair.node,
        instances: [pair.instances[0].name, pair.instances[1].name],
        consoleName,
        initialPolicy: configuredPolicy(environment, pair),
      },
      { session, clock, random, log: (level, text, fields) => log[level](text, fields) },
    );
  }

  #openPromotions(): Promotions {
    const { clock, random } = this.#deps;
    return new Promotions({
      pairKey: this.key,
      node: this.#options.pair.node,
      consoleName: this.#options.consoleName,
      engine: this.#engine,
      changePolicy: (operator, change) => this.#changePolicy(operator, change),
      clock,
      sharedWallMs: () => this.#coordination.sharedWallMs(),
      random,
      lookAtServers: () => this.#deps.lookAtServers?.() ?? Promise.resolve(),
      earlierOutagesMs: () => this.#deps.earlierOutagesMs?.() ?? this.#outagesMs,
    });
  }

  #startEngine(): FailoverEngine {
    const { environment, pair } = this.#options;
    const { clock, random, session, processCheck, servers, runCommand, troubles, log } = this.#deps;
    const configOf = (instance: string, peer = false) => {
      const [first, second] = pair.instances;
      return (first.name === instance) === peer ? second : first;
    };
    const hosts = pair.instances.map(({ host }) => host);
    const self = { key: this.key, name: pair.node, standsOn: standsOn(environment.zookeeper.connectString, hosts) };
    const [a, b] = pair.instances.map((instance) => ({
      name: instance.name,
      hostCheck: instance.hostCheck === 'local' || (servers !== undefined && isOverSsh(instance)),
      overSsh: isOverSsh(instance),
      reachFrom: servers ? reachFromOf(configOf(instance.name, true)) : null,
      commands: setCommands(this.#options, instance),
    }));
    const config: MachineConfig = {
      self,
      instances: [a, b] as MachineConfig['instances'],
      defaults: { ...configuredPolicy(environment, pair), driver: pair.driver },
      beatIntervalMs: pair.beatIntervalMs,
      looksAtServers: this.#deps.lookAtServers !== undefined && pair.instances.some((each) => each.server),
    };
    return new FailoverEngine(
      config,
      {
        clock,
        random,
        coordination: this.#coordination,
        zookeeperLive: () => session.isLive(),
        call: (instance, functionNumber, body, timeoutMs) =>
          this.#linkOf(instance).connector.call(functionNumber, body, timeoutMs),
        beatBody: (instance) => this.#linkOf(instance).beatBody(),
        beatNow: (instance) => this.#links.get(instance)?.beatNow(),
        checkProcess: (instance, identity, waitMs) =>
          servers && isOverSsh(configOf(instance))
            ? servers.checkProcess(configOf(instance), identity, waitMs)
            : processCheck(identity),
        checkReach: (instance, waitMs) => {
          if (!servers) throw new RangeError('no server is asked here');
          return servers.reach(configOf(instance, true), configOf(instance), waitMs);
        },
        runCommand,
        common: () => troubles.sight(),
        tellCommon: (now) => troubles.tell(self, now),
        log: (level, text, fields) => log[level](text, { pair: this.key, ...fields }),
      },
      {
        changed: () => this.#changed(),
        event: (event) => this.#listeners.event?.({ atMs: clock.wallMs(), ...event }),
        began: (progress) => this.#tell(progress),
        ended: (progress) => this.#ended(progress),
      },
    );
  }

  #link(instance: PairMonitorOptions['pair']['instances'][number]): InstanceLink {
    const { environment, pair, consoleName } = this.#options;
    return new InstanceLink(
      {
        instance,
        practice: environment.kind === 'practice',
        beatIntervalMs: pair.beatIntervalMs,
        beatTimeoutMs: () => this.#engine.state().facts.timeouts.beatTimeoutMs,
        isWell: () => isWell(this.#engine.state()),
        isStopped: () => isStopped(this.#engine.state()),
        isLookedAt: () => this.#deps.clock.monotonicMs() - this.#viewedMonotonicMs < VIEWED_FOR_MS,
        questionMs: () => this.#engine.state().facts.timeouts.questionMs,
        evidenceMaxAgeMs: () => this.#engine.state().facts.timeouts.evidenceMaxAgeMs,
        connectorWaits: () => this.#engine.state().facts.timeouts,
        consoleName,
      },
      this.#deps,
      {
        sample: (sample) => this.#heard(sample),
        info: (info) => this.#engine.feed({ kind: 'info', instance: instance.name, info }),
      },
    );
  }

  #linkOf(instance: string): InstanceLink {
    const link = this.#links.get(instance);
    if (!link) throw new RangeError(`the pair has no instance ${instance}`);
    return link;
  }

  #heard(sample: BeatSample): void {
    this.#histories.get(sample.instance)?.push(sample);
    if (!this.#freshFromMs.has(sample.instance)) this.#freshFromMs.set(sample.instance, sample.sentAtMs);
    const isFailing = () => {
      const ledger = this.#engine.state().ledgers.find(({ name }) => name === sample.instance);
      return (ledger?.network.failingSinceMs ?? null) !== null;
    };
    const before = isFailing();
    this.#engine.feed({ kind: 'sample', sample });
    if (!before && isFailing()) this.#listeners.suspected?.();
  }

  #changed(): void {
    // The engine is heard while it is being made: its first word comes before there is anything to show.
    if (!this.#engine) return;
    this.#board.take(this.#engine.state());
    this.#lookCloserWhereNotWell();
    const record = this.#engine.progress()?.record ?? null;
    if (record && record !== this.#toldRecord) {
      const known = this.#toldRecord !== null || record.outcome === 'running';
      const before = this.#toldRecord;
      const atMs = this.#deps.clock.wallMs();
      const events = known ? [...commandEvents(before, record, atMs), ...stepEvents(before, record, atMs)] : [];
      this.#toldRecord = record;
      for (const event of events) this.#listeners.event?.(event);
    }
    this.#listeners.changed?.();
  }

  #lookCloserWhereNotWell(): void {
    const [wasWell, wasStopped] = [this.#wasWell, this.#wasStopped];
    const state = this.#engine.state();
    this.#wasWell = isWell(state);
    this.#wasStopped = isStopped(state);
    for (const link of this.#links.values()) {
      if (wasStopped && !this.#wasStopped) link.listenAgain();
      else if (wasWell && !this.#wasWell) link.askNow();
    }
  }

  #showData(): void {
    if (this.#board.tick(this.#engine.state(), this.#deps.clock.wallMs())) this.#listeners.changed?.();
  }

  #tell(progress: SwitchoverProgress): void {
    const atMs = this.#deps.clock.wallMs();
    this.#listeners.event?.(switchoverEvent(progress, atMs));
    const aboutData = dataEvent(progress, atMs);
    if (aboutData) this.#listeners.event?.(aboutData);
    this.#listeners.notice?.(noticeOf(progress, atMs));
  }

  #ended(progress: SwitchoverProgress): void {
    if (progress.outage && progress.record.outcome === 'done') this.#outagesMs.push(progress.outage.outageMs);
    this.#tell(progress);
  }

  #handBeatsOn(): void {
    const columns: BeatColumns[] = [];
    for (const [instance, fromMs] of this.#freshFromMs) {
      const fresh = this.#histories.get(instance)?.since(fromMs);
      if (fresh) columns.push(fresh);
    }
    this.#freshFromMs.clear();
    if (columns.length > 0) this.#listeners.beats?.(columns);
  }

  #source(): PictureSource {
    const nowMs = this.#deps.clock.wallMs();
    return {
      environment: this.#options.environment,
      pair: this.#options.pair,
      state: this.#engine.state(),
      progress: this.#engine.progress(),
      clockSkew: this.#coordination.clockSkew(),
      board: this.#board,
      statistics: (instance) =>
        this.#histories.get(instance)?.statistics(nowMs) ?? {
          beatsPerSecond: 0,
          latencyP50Ms: null,
          latencyP99Ms: null,
        },
    };
  }
}

function isOverSsh({ hostCheck }: InstanceConfig): boolean {
  return hostCheck === 'ssh';
}

/** From a server on this machine everything looks as it does from here: only one behind SSH is another place. */
function reachFromOf({ name, server }: InstanceConfig): string | null {
  return server?.access?.type === 'ssh' ? name : null;
}

/** An instance's commands with what its configuration gives to their arguments. */
function setCommands({ environment, pair }: PairMonitorOptions, instance: InstanceConfig): SetCommands | undefined {
  if (!instance.commands) return undefined;
  const { name, host, t2Port, f2Port } = instance;
  const given = {
    ...{ environment: environment.id, pair: pair.id, system: pair.system, node: pair.node, instance: name, host },
    ...{ t2Port: String(t2Port), f2Port: String(f2Port) },
  };
  return { ...instance.commands, given };
}
