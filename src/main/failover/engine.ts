import { type Clock, DeadlineError, every, type Random, type Timer, withDeadline } from '#core/clock';
import type { ProcessCheckResult, ReachResult } from '#main/checks';
import type { RunCommand } from '#main/commands';
import type { PairCoordination } from '#main/coordination';
import type { BeatSample } from '#main/heartbeat';
import type { CallOutcome } from '#main/nodes';
import type { Severity } from '#shared/contract';
import { FUNCTIONS, InvariantBroken, type Message, message, type ProcessIdentity } from '#shared/domain';
import { incarnationOf } from './facts/attestation.ts';
import { processOf } from './facts/commands.ts';
import type { CommonSight } from './facts/common-cause.ts';
import { isTroubled, otherThan } from './facts/facts.ts';
import type { HostFact, Now, ReachFact } from './facts/ledger.ts';
import { type Followed, followRecord, NOTHING_FOLLOWED } from './follow.ts';
import { SwitchoverRefused } from './guards/refusal.ts';
import {
  createMachine,
  type Effect,
  type MachineConfig,
  type MachineEvent,
  type MachineState,
  stepMachine,
  TICK_MS,
} from './machine.ts';
import {
  afterOutage,
  EMPTY_OUTAGE,
  isOutageMeasuredBy,
  measureOutage,
  type OutageLedger,
  withOutageSample,
} from './outage.ts';
import type { BeginRequest, SwitchoverPorts, SwitchoverProgress } from './procedure/ports.ts';
import type { SwitchoverTask } from './procedure/run.ts';
import { runSwitchover } from './procedure/runner.ts';

/** Beats while a switchover runs, so that the outage is known to a few tens of milliseconds; none that would say nothing of it. */
const FAST_BEAT_MS = 50;

export interface EnginePorts {
  clock: Clock;
  random: Random;
  coordination: PairCoordination;
  /** Whether the own ZooKeeper lease lives at this moment. */
  zookeeperLive(): boolean;
  call(
    instance: string,
    functionNumber: number,
    body: Record<string, unknown>,
    timeoutMs: number,
  ): Promise<CallOutcome>;
  beatBody(instance: string): Record<string, unknown>;
  beatNow(instance: string): void;
  /** `waitMs`, of both looks: how long the engine waits for it. */
  checkProcess(instance: string, identity: ProcessIdentity, waitMs: number): Promise<ProcessCheckResult>;
  /** Asks the instance from the other one's server; asked only where the configuration says that it can be. */
  checkReach(instance: string, waitMs: number): Promise<ReachResult>;
  runCommand: RunCommand;
  /** What is known of the console's pairs together, and this pair's part in it. */
  common(): CommonSight;
  tellCommon(now: { troubled: boolean; acting: boolean; monotonicMs: number }): void;
  log(level: 'debug' | 'info' | 'warn', text: string, fields?: Record<string, unknown>): void;
}

export interface EngineListeners {
  changed(): void;
  event(event: { severity: Severity; instance: string | null; message: Message }): void;
  /** A switchover began or ended: this console's, another's, or one of a node that promotes itself. */
  began(progress: SwitchoverProgress): void;
  ended(progress: SwitchoverProgress): void;
}

/** Feeds the machine with what happens, and does what it says. Holds no decision of its own. */
export class FailoverEngine {
  readonly #ports: EnginePorts;
  readonly #listeners: EngineListeners;
  readonly #factListeners = new Set<() => void>();
  readonly #endings: (() => void)[] = [];
  readonly #timers = new Set<Timer>();
  #state: MachineState;
  #outage: OutageLedger = EMPTY_OUTAGE;
  #progress: SwitchoverProgress | null = null;
  #followed: Followed = NOTHING_FOLLOWED;
  #fastBeats: Timer | undefined;
  /** What the listeners were told last of a switchover of this console. */
  #told = { operationId: '', outcome: '' };
  #running: Promise<void> | undefined;
  #stopped = false;
  /** Aborts when a switchover under way is left to whoever leads next. */
  #leaving = new AbortController();

  constructor(config: MachineConfig, ports: EnginePorts, listeners: EngineListeners) {
    this.#ports = ports;
    this.#listeners = listeners;
    this.#state = createMachine(config, ports.coordination.snapshot(), this.#now());
    this.#endings.push(ports.coordination.onChange((snapshot) => this.feed({ kind: 'coordination', snapshot })));
    const ticks = every(ports.clock, TICK_MS, () => this.feed({ kind: 'tick' }));
    this.#endings.push(() => ticks.cancel());
  }

  state(): MachineState {
    return this.#state;
  }

  /** The switchover that runs, or the last one that this console saw. */
  progress(): SwitchoverProgress | null {
    return this.#progress;
  }

  feed(event: MachineEvent): void {
    if (this.#stopped) return;
    if (event.kind === 'sample') this.#measure(event.sample);
    const before = this.#state;
    const now = this.#now();
    const { state, effects } = stepMachine(before, event, now, this.#ports.common());
    this.#state = state;
    // After a tick of a pair in good order nothing is new; a process may be looked at once more.
    const isNews = state.facts !== before.facts;
    // Told before anything is done: the next pair's decision knows of this one's.
    if (isNews) this.#tellCommon(now);
    for (const effect of effects) this.#perform(effect);
    if (!isNews) return;
    this.#follow();
    for (const listener of [...this.#factListeners]) listener();
    if (event.kind !== 'tick' || state.picture !== before.picture) this.#listeners.changed();
  }

  /** Begins a switchover that the operator asked for; the id comes back at once. Throws {@link SwitchoverRefused}. */
  begin(request: BeginRequest): string {
    if (this.#state.running !== null) throw new SwitchoverRefused(message('blocker.running'));
    return this.#begin(request);
  }

  /** Leaves a switchover under way as it is, for the console that leads next, and does nothing more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#leaving.abort();
    for (const end of this.#endings) end();
    for (const timer of this.#timers) timer.cancel();
    this.#fastBeats?.cancel();
    this.#factListeners.clear();
  }

  #tellCommon({ monotonicMs }: Now): void {
    const { facts, running } = this.#state;
    const acting = running !== null;
    const troubled = facts.maintenance === null && isTroubled(facts.named);
    this.#ports.tellCommon({ troubled, acting, monotonicMs });
  }

  #now(): Now {
    const { clock, coordination, zookeeperLive } = this.#ports;
    return {
      monotonicMs: clock.monotonicMs(),
      wallMs: clock.wallMs(),
      sharedWallMs: coordination.sharedWallMs(),
      zookeeperLive: zookeeperLive(),
    };
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case 'check-process':
        this.#checkProcess(effect);
        break;
      case 'check-reach':
        this.#after(effect.delayMs, () => void this.#reachNow(effect.instance));
        break;
      case 'begin-switchover':
        this.#begin(effect.request);
        break;
      case 'resume-switchover':
        this.#run({ kind: 'resume', record: effect.record });
        break;
      case 'beat-now':
        this.#ports.beatNow(effect.instance);
        break;
      case 'look-again':
        this.#lookAt(this.#ports.clock.monotonicMs() + effect.afterMs);
        break;
      case 'tell-unable':
        this.#ports.coordination.tellUnable(effect.unable);
        break;
      case 'yield-lock':
        this.#yieldLock();
        break;
      case 'event':
        this.#listeners.event(effect);
        break;
    }
  }

  /** What runs does nothing more from this moment on: neither has it the lock, nor goes it on. */
  #yieldLock(): void {
    this.#leaving.abort();
    this.#leaving = new AbortController();
    this.#ports.coordination.yieldLock();
  }

  #checkProcess(effect: Extract<Effect, { kind: 'check-process' }>): void {
    this.#after(effect.delayMs, () => void this.#checkNow(effect));
  }

  /** Not before it is due: a timer that fires a fraction of a millisecond early would leave it to the next tick. */
  #lookAt(dueMonotonicMs: number): void {
    const leftMs = dueMonotonicMs - this.#ports.clock.monotonicMs();
    if (leftMs <= 0) this.feed({ kind: 'tick' });
    else this.#later(Math.ceil(leftMs), () => this.#lookAt(dueMonotonicMs));
  }

  #after(delayMs: number, run: () => void): void {
    if (delayMs === 0) run();
    else this.#later(delayMs, run);
  }

  #later(delayMs: number, run: () => void): void {
    const timer = this.#ports.clock.setTimer(delayMs, () => {
      this.#timers.delete(timer);
      run();
    });
    this.#timers.add(timer);
  }

  async #checkNow(effect: Extract<Effect, { kind: 'check-process' }>): Promise<void> {
    const { instance, identity, incarnation } = effect;
    const at = this.#moment();
    const noAnswer: ProcessCheckResult = { says: 'nothing', frozen: false, reason: message('failover.host.noAnswer') };
    const result = await this.#looked(
      instance,
      (waitMs) => this.#ports.checkProcess(instance, identity, waitMs),
      noAnswer,
    );
    const fact: HostFact = { ...result, incarnation, ...at };
    this.feed({ kind: 'process-check', instance, fact });
  }

  async #reachNow(instance: string): Promise<void> {
    const at = this.#moment();
    const peer = this.#state.ledgers.find(({ name }) => name === instance)?.reachFrom ?? '?';
    const reason = message('failover.reach.noAnswer', { peer });
    const noAnswer: ReachResult = { says: 'nothing', incarnation: null, serves: false, reason };
    const result = await this.#looked(instance, (waitMs) => this.#ports.checkReach(instance, waitMs), noAnswer);
    const fact: ReachFact = { ...result, ...at };
    this.feed({ kind: 'reach', instance, fact });
  }

  #moment() {
    const { clock } = this.#ports;
    return { atMonotonicMs: clock.monotonicMs(), atWallMs: clock.wallMs() };
  }

  /** What a look found; one that hangs or fails proves nothing, and says so. */
  async #looked<T>(instance: string, look: (waitMs: number) => Promise<T>, noAnswer: T): Promise<T> {
    const { processCheckMs } = this.#state.facts.timeouts;
    try {
      return await withDeadline(this.#ports.clock, processCheckMs, 'a look', look(processCheckMs));
    } catch (error) {
      if (!(error instanceof DeadlineError))
        this.#ports.log('warn', 'a look at a server failed', { instance, reason: String(error) });
      return noAnswer;
    }
  }

  #begin(request: BeginRequest): string {
    const operationId = this.#ports.random.uuid();
    const { route } = this.#state.facts;
    const old = otherThan(this.#state.facts, request.to);
    const fromIncarnation = old ? incarnationOf(this.#state.facts, old) : null;
    const fromProcess = (old && processOf(this.#state.facts, old, fromIncarnation)) ?? undefined;
    const epochBefore = route?.epoch ?? 0;
    this.#run({ kind: 'new', operationId, request, fromIncarnation, fromProcess, epochBefore });
    return operationId;
  }

  #run(task: SwitchoverTask): void {
    const operationId = task.kind === 'new' ? task.operationId : task.record.operationId;
    const to = task.kind === 'new' ? task.request.to : task.record.to;
    if (this.#outage.firstGood) this.#outage = afterOutage(this.#outage);
    this.#watchClosely(to);
    this.#followed = { ...this.#followed, operationId, state: 'ended' };
    const hear = (progress: SwitchoverProgress) => {
      if (this.#stopped) return;
      this.#progress = progress;
      this.#tellBegin(operationId, progress);
      this.#listeners.changed();
    };
    // Known as running before its first effect, whatever happens meanwhile.
    this.#state = { ...this.#state, running: { operationId, to } };
    this.#running = runSwitchover(task, this.#switchoverPorts(), hear)
      .then((progress) => this.#ended(operationId, progress))
      .catch((error) => this.#broke(operationId, error));
    this.feed({ kind: 'switchover-began', operationId, to });
  }

  #ended(operationId: string, progress: SwitchoverProgress): void {
    if (this.#stopped) return;
    this.#progress = progress;
    this.#running = undefined;
    if (progress.record.outcome === 'running') {
      this.#left(operationId, progress);
      return;
    }
    this.#relax();
    this.#tellEnd(operationId, progress);
    this.feed({ kind: 'switchover-ended', operationId, done: progress.record.outcome === 'done' });
  }

  /** Whoever listened to it failed: the pair must not count as being switched over for ever. */
  #broke(operationId: string, error: unknown): void {
    this.#ports.log('warn', 'the end of a switchover could not be told', { operationId, reason: String(error) });
    this.#running = undefined;
    if (this.#state.running?.operationId === operationId)
      this.feed({ kind: 'switchover-ended', operationId, done: false });
  }

  /** It goes on at another console, and is followed there. */
  #left(operationId: string, { record: { to } }: SwitchoverProgress): void {
    this.#followed = { operationId, state: 'running', to, endedMonotonicMs: 0 };
    this.feed({ kind: 'switchover-ended', operationId, done: false, left: true });
  }

  /** One that is taken up again and again, until its outcome is known, is told of once. */
  #tellBegin(operationId: string, progress: SwitchoverProgress): void {
    if (this.#told.operationId === operationId) return;
    this.#told = { operationId, outcome: 'running' };
    this.#listeners.began(progress);
  }

  #tellEnd(operationId: string, progress: SwitchoverProgress): void {
    const { outcome } = progress.record;
    if (this.#told.operationId === operationId && this.#told.outcome === outcome) return;
    this.#told = { operationId, outcome };
    this.#listeners.ended(progress);
  }

  #watchClosely(to: string): void {
    const names = this.#state.ledgers.map(({ name }) => name);
    this.#fastBeats?.cancel();
    this.#fastBeats = every(this.#ports.clock, FAST_BEAT_MS, () => {
      for (const name of names) if (isOutageMeasuredBy(this.#outage, name, to)) this.#ports.beatNow(name);
    });
    this.#followed = { ...this.#followed, to };
  }

  #relax(): void {
    this.#fastBeats?.cancel();
    this.#fastBeats = undefined;
    this.#followed = { ...this.#followed, to: null };
    this.#outage = afterOutage(this.#outage);
  }

  #measure(sample: BeatSample): void {
    this.#outage = withOutageSample(this.#outage, sample, this.#followed.to);
    // What is left of the switchover is not seen in beats.
    if (this.#outage.firstGood) this.#fastBeats?.cancel();
  }

  /** Switchovers that others run: another console, or a node that promotes itself (F8). */
  #follow(): void {
    const { facts, ended } = this.#state;
    // The own ones are told by whoever runs them; their record may lag behind.
    if (this.#running || (ended && facts.record?.operationId === ended.operationId)) return;
    const step = followRecord(this.#followed, facts, measureOutage(this.#outage));
    this.#followed = step.followed;
    if (step.progress) this.#progress = step.progress;
    if (step.news === 'began' && step.progress) {
      this.#watchClosely(step.progress.record.to);
      this.#listeners.began(step.progress);
    }
    if (step.news === 'ended' && step.progress) {
      this.#relax();
      this.#listeners.ended(step.progress);
    }
  }

  #switchoverPorts(): SwitchoverPorts {
    const { clock, coordination, call, beatBody, runCommand, log } = this.#ports;
    const stopping = this.#leaving.signal;
    const mayAct = () => !stopping.aborted && coordination.mayAct();
    // The step has asked for the lock just before: this only sees to it that none forgets to.
    const mustLead = (effect: string) => {
      if (!mayAct()) throw new InvariantBroken(message('invariant.effectWithoutLock', { effect }));
    };
    return {
      // What is written into records is for every console.
      clock: { ...own(clock), wallMs: () => coordination.sharedWallMs() },
      stopping,
      mayAct,
      confirmLock: () => coordination.confirmLock(),
      token: () => coordination.token(),
      closeRoute: (request) => coordination.closeRoute(request),
      openRoute: (request) => this.#openRoute(request),
      writeRecord: (record) => coordination.writeSwitchover(record),
      recordWritten: () => coordination.switchoverWritten(),
      call: (instance, functionNumber, body, timeoutMs) => {
        if (isEffect(functionNumber, body)) mustLead(`${functionNumber} ${instance}`);
        return call(instance, functionNumber, body, timeoutMs);
      },
      beatBody,
      runCommand: (command, options) => {
        mustLead(command[0] ?? '');
        return runCommand(command, options);
      },
      facts: () => this.#state.facts,
      onFacts: (listener) => {
        this.#factListeners.add(listener);
        return () => void this.#factListeners.delete(listener);
      },
      lookAtProcess: (instance, recorded) => this.#lookAtProcess(instance, recorded),
      outage: () => measureOutage(this.#outage),
      sawGoodReply: () => this.#outage.lastGood !== null,
      log,
    };
  }

  async #openRoute(request: Parameters<PairCoordination['openRoute']>[0]) {
    const change = await this.#ports.coordination.openRoute(request);
    // The first good reply ends the outage: ask for it now, not at the next beat.
    for (const { name } of this.#state.ledgers) this.#ports.beatNow(name);
    return change;
  }

  #lookAtProcess(instance: string, recorded: Parameters<SwitchoverPorts['lookAtProcess']>[1]): void {
    const ledger = this.#state.ledgers.find(({ name }) => name === instance);
    const known = ledger?.lastRegistration ?? recorded;
    if (!ledger?.hostCheck || !known) return;
    const { process: identity, incarnation } = known;
    void this.#checkNow({ kind: 'check-process', instance, identity, incarnation, delayMs: 0 });
  }
}

/** What changes what an instance is; 402999 without an epoch only asks. */
function isEffect(functionNumber: number, { epoch }: Record<string, unknown>): boolean {
  return functionNumber === FUNCTIONS.promote || (functionNumber === FUNCTIONS.completeStartup && epoch !== undefined);
}

function own(clock: Clock): Pick<Clock, 'monotonicMs' | 'setTimer'> {
  return {
    monotonicMs: () => clock.monotonicMs(),
    setTimer: (delayMs, callback) => clock.setTimer(delayMs, callback),
  };
}
