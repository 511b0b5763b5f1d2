import type { Clock } from '#core/clock';
import type { MultiOp } from '#core/zookeeper';
import { type NodeValue, ZooKeeperError, type ZooKeeperErrorCode, type ZooKeeperSession } from '#core/zookeeper';
import {
  type MachineState,
  runSwitchover,
  type SwitchoverPorts,
  type SwitchoverProgress,
  type SwitchoverTask,
} from '#main/failover';
import type { CallOutcome } from '#main/nodes';
import { FUNCTIONS, type SwitchoverRecord } from '#shared/domain';
import { RouteChanges } from '../../../src/main/coordination/route.ts';
import { PATHS } from './zookeeper.ts';

/** What the procedure rests on at a moment, besides what it is answered. */
export interface Surroundings {
  nowMs: number;
  facts: MachineState['facts'];
  isHeld: boolean;
  token: string | null;
}

/** What the procedure asks of the world and waits for. Those that change something are `isEffect`. */
export type Question = { id: number; isEffect: boolean } & (
  | { kind: 'call'; instance: string; functionNumber: number; body: Record<string, unknown> }
  | { kind: 'route' }
  | { kind: 'change-route'; ops: readonly MultiOp[] }
  | { kind: 'confirm' }
  | { kind: 'written' }
);

export type Answer =
  | { kind: 'call'; outcome: CallOutcome }
  | { kind: 'route'; node: NodeValue | undefined }
  | { kind: 'changed' }
  | { kind: 'failed'; code: ZooKeeperErrorCode; failedIndex?: number }
  | { kind: 'yes-or-no'; yes: boolean };

type Input = { kind: 'surroundings'; surroundings: Surroundings } | { kind: 'answer'; id: number; answer: Answer };

/** Where a switchover stands, as far as it can be seen from outside. */
export interface ProcedureView {
  questions: readonly Question[];
  /** When its timers are due, the first one first. */
  timersMs: readonly number[];
  record: SwitchoverRecord | null;
  /** How often the record was written. */
  writes: number;
  /** The incarnation that the route was last asked to be closed for. */
  aimedAt: string | null;
  /** What happened since the present step began: of what it remembers there is nothing else. */
  sinceStep: readonly string[];
  ended: SwitchoverProgress | null;
}

/** A switchover under way, as a value: its task and everything that it was told. */
export interface Procedure {
  task: SwitchoverTask;
  begun: Surroundings;
  inputs: readonly Input[];
  /** The running procedure in just this state, for the first who goes on from here; the others run it anew. */
  live: { run: Run | undefined };
  view: ProcedureView;
}

export async function beginProcedure(task: SwitchoverTask, begun: Surroundings): Promise<Procedure> {
  const run = new Run(task, begun);
  await run.start();
  return { task, begun, inputs: [], live: { run }, view: run.view() };
}

/** The procedure after it was told something. */
export async function tell(procedure: Procedure, input: Input): Promise<Procedure> {
  const run = procedure.live.run ?? (await again(procedure));
  procedure.live.run = undefined;
  await run.take(input);
  return { ...procedure, inputs: [...procedure.inputs, input], live: { run }, view: run.view() };
}

async function again({ task, begun, inputs }: Procedure): Promise<Run> {
  const run = new Run(task, begun);
  await run.start();
  for (const input of inputs) await run.take(input);
  return run;
}

/** Every promise settles that can. */
const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));

interface PendingTimer {
  atMs: number;
  run: () => void;
}

/** The product's procedure and its changes of the route, on ports that wait for what they are told. */
class Run {
  readonly #task: SwitchoverTask;
  #surroundings: Surroundings;
  readonly #waiting = new Map<number, { question: Question; answer: (answer: Answer) => void }>();
  readonly #timers = new Set<PendingTimer>();
  readonly #listeners = new Set<() => void>();
  #lastId = 0;
  #record: SwitchoverRecord | null = null;
  #writes = 0;
  #step = '';
  #sinceStep = new Set<string>();
  #aimedAt: string | null = null;
  #ended: SwitchoverProgress | null = null;

  constructor(task: SwitchoverTask, begun: Surroundings) {
    this.#task = task;
    this.#surroundings = begun;
  }

  async start(): Promise<void> {
    void runSwitchover(this.#task, this.#ports(), () => {}).then((progress) => {
      this.#ended = progress;
    });
    await settled();
  }

  async take(input: Input): Promise<void> {
    if (input.kind === 'answer') {
      const waiting = this.#waiting.get(input.id);
      this.#waiting.delete(input.id);
      if (waiting) this.#remember(waiting.question, input.answer);
      waiting?.answer(input.answer);
      return settled();
    }
    this.#surroundings = { ...input.surroundings };
    for (const listener of [...this.#listeners]) listener();
    await settled();
    await this.#fireTimers();
  }

  async #fireTimers(): Promise<void> {
    for (;;) {
      const due = [...this.#timers].filter(({ atMs }) => atMs <= this.#surroundings.nowMs);
      const [first] = due.sort((one, other) => one.atMs - other.atMs);
      if (!first) return;
      this.#timers.delete(first);
      first.run();
      await settled();
    }
  }

  view(): ProcedureView {
    return {
      questions: [...this.#waiting.values()].map(({ question }) => question),
      timersMs: [...this.#timers].map(({ atMs }) => atMs).sort((one, other) => one - other),
      record: this.#record,
      writes: this.#writes,
      aimedAt: this.#aimedAt,
      sinceStep: [...this.#sinceStep].sort(),
      ended: this.#ended,
    };
  }

  #remember(question: Question, answer: Answer): void {
    const what = question.kind === 'call' ? `${question.functionNumber}` : question.kind;
    const how = answer.kind === 'call' ? answer.outcome.class : answer.kind === 'failed' ? answer.code : answer.kind;
    // What went well is in the step that followed, or is asked again all the same.
    if (how === 'empty' || how === 'timeout' || answer.kind === 'failed') this.#sinceStep.add(`${what} ${how}`);
  }

  #ask(question: { isEffect: boolean } & Record<string, unknown>): Promise<Answer> {
    const id = ++this.#lastId;
    return new Promise((answer) => {
      this.#waiting.set(id, { question: { id, ...question } as unknown as Question, answer });
    });
  }

  async #yesOrNo(kind: 'confirm' | 'written'): Promise<boolean> {
    const answer = await this.#ask({ kind, isEffect: false });
    return answer.kind === 'yes-or-no' && answer.yes;
  }

  async #call(instance: string, functionNumber: number, body: Record<string, unknown>): Promise<CallOutcome> {
    const isEffect = functionNumber === FUNCTIONS.promote || functionNumber === FUNCTIONS.completeStartup;
    const answer = await this.#ask({ kind: 'call', isEffect, instance, functionNumber, body });
    if (answer.kind !== 'call') throw new Error('a call was answered by something else');
    return answer.outcome;
  }

  #clock(): Clock {
    return {
      monotonicMs: () => this.#surroundings.nowMs,
      wallMs: () => this.#surroundings.nowMs,
      setTimer: (delayMs, callback) => {
        const timer = { atMs: this.#surroundings.nowMs + Math.max(0, delayMs), run: callback };
        this.#timers.add(timer);
        return { cancel: () => void this.#timers.delete(timer) };
      },
    };
  }

  #routes(clock: Clock): RouteChanges {
    const session = {
      get: async () => {
        const answer = await this.#ask({ kind: 'route', isEffect: false });
        if (answer.kind === 'route') return answer.node;
        throw new ZooKeeperError(answer.kind === 'failed' ? answer.code : 'OTHER', PATHS.route, 'no answer');
      },
      multi: async (ops: readonly MultiOp[]) => {
        const answer = await this.#ask({ kind: 'change-route', isEffect: true, ops });
        if (answer.kind === 'changed') return [];
        const { code, failedIndex } = answer.kind === 'failed' ? answer : { code: 'OTHER' as const, failedIndex: 0 };
        throw new ZooKeeperError(code, PATHS.route, 'refused', failedIndex);
      },
    } as unknown as ZooKeeperSession;
    const lock = {
      held: () => this.#surroundings.isHeld,
      token: () => (this.#surroundings.isHeld ? this.#surroundings.token : null),
      ownPath: () => (this.#surroundings.token === null ? null : PATHS.place(this.#surroundings.token)),
      view: () => this.#surroundings.facts.coordination.lock,
      confirm: () => this.#yesOrNo('confirm'),
      tell: () => {},
      yield: () => {},
      stop: async () => {},
    };
    const random = { next: () => 0, uuid: () => '' };
    return new RouteChanges({ session, clock, random, log: () => {} }, PATHS.route, lock, {
      highestEpochSeen: () => this.#highestEpochSeen(),
      sharedWallMs: () => clock.wallMs(),
      route: () => this.#surroundings.facts.coordination.route,
    });
  }

  #highestEpochSeen(): number {
    const { route, registrations } = this.#surroundings.facts.coordination;
    const seen = Object.values(registrations).map(({ lastGood }) => lastGood?.epoch ?? 0);
    return Math.max(0, ...seen, route.lastGood?.epoch ?? 0);
  }

  #ports(): SwitchoverPorts {
    const clock = this.#clock();
    const routes = this.#routes(clock);
    return {
      clock,
      stopping: new AbortController().signal,
      mayAct: () => this.#surroundings.isHeld,
      confirmLock: () => this.#yesOrNo('confirm'),
      token: () => (this.#surroundings.isHeld ? this.#surroundings.token : null),
      closeRoute: (request) => {
        this.#aimedAt = request.incarnation;
        return routes.close(request);
      },
      openRoute: (request) => routes.open(request),
      writeRecord: (record) => this.#write(record),
      recordWritten: () => this.#yesOrNo('written'),
      call: (instance, functionNumber, body) => this.#call(instance, functionNumber, body),
      beatBody: () => ({}),
      facts: () => this.#surroundings.facts,
      onFacts: (listener) => {
        this.#listeners.add(listener);
        return () => void this.#listeners.delete(listener);
      },
      lookAtProcess: () => {},
      runCommand: () => new Promise(() => {}),
      outage: () => null,
      sawGoodReply: () => false,
      log: () => {},
    };
  }

  #write(record: SwitchoverRecord): void {
    this.#record = record;
    this.#writes += 1;
    const step = record.steps.find(({ result }) => result === 'running')?.name ?? record.outcome;
    if (step === this.#step) return;
    this.#step = step;
    this.#sinceStep = new Set();
  }
}
