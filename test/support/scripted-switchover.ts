import type { RunCommand } from '#main/commands';
import type { RouteChange } from '#main/coordination';
import { runSwitchover, type SwitchoverPorts, type SwitchoverProgress, type SwitchoverTask } from '#main/failover';
import type { CallOutcome } from '#main/nodes';
import { FUNCTIONS, type InstanceCommands, message, type StepName, type SwitchoverRecord } from '#shared/domain';
import { MachineRig, registration, route, type SnapshotChange } from '#test/failover-facts';
import { VirtualClock } from '#test/virtual-clock';

export type Answer =
  | CallOutcome['class']
  | { errorNumber: number; body?: Record<string, unknown> }
  | Record<string, unknown>;

/** What 1403040 and 402999 answer of a promoted instance. */
export function statusBody(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    status: 1,
    role: 'primary',
    phases: [],
    epoch: 2,
    svr_mode: 0,
    node: 'mt',
    instance: 'B',
    incarnation: 'B-1',
    pid: 7,
    driver: 'console',
    self_fence: true,
    sessions: 0,
    lease_left_ms: 1000,
    promise_left_ms: 0,
    on_promise: false,
    ...change,
  };
}

/** A world for one switchover from A to B: every port answers as the test says, in virtual time. */
export class ScriptedSwitchover {
  readonly clock = new VirtualClock();
  stopping = new AbortController();
  machine: MachineRig;
  readonly calls: { functionNumber: number; body: Record<string, unknown> }[] = [];
  readonly records: SwitchoverRecord[] = [];
  /** Answers to a function, one after the other; the last one stays. */
  readonly answers = new Map<number, Answer[]>();
  held = true;
  /** Of the console that is at work. */
  token = '9';
  confirmed = true;
  /** What comes in before ZooKeeper says that the lock is held. */
  beforeConfirming: () => void = () => {};
  close: () => RouteChange = () => this.closed();
  open: () => RouteChange = () => ({ outcome: 'changed', route: this.route({ state: 'open' }) });
  recordsArrive = true;
  /** Looks at a process that were asked for, and what comes of asking. */
  readonly looked: { instance: string; recorded: unknown }[] = [];
  look: () => void = () => {};
  /** Hears of every record as it is written. */
  wrote: (record: SwitchoverRecord) => void = () => {};
  /** What was run, and what running it does. */
  readonly runs: string[][] = [];
  program: RunCommand = async () => ({ kind: 'not-started', reason: 'none here' });
  #listeners = new Set<() => void>();

  constructor(commands?: InstanceCommands, hostCheck = true) {
    this.machine = new MachineRig({ hostCheck, ...(commands ? { commands } : {}) });
    this.machine.settle();
    this.answers.set(FUNCTIONS.promote, [{}]);
    this.answers.set(FUNCTIONS.completeStartup, [statusBody()]);
    this.answers.set(FUNCTIONS.systemInfo, [statusBody()]);
    this.answers.set(FUNCTIONS.heartbeat, ['ok']);
  }

  route(change: Partial<ReturnType<typeof route>> = {}) {
    return route({
      instance: 'B',
      incarnation: 'B-1',
      epoch: 2,
      state: 'closed',
      operationId: 'op',
      token: '9',
      ...change,
    });
  }

  /** Closes the route; the old primary then steps down as a node that fences itself does. */
  closed(): RouteChange {
    const closed = this.route();
    this.sees({ a: registration('A', { role: 'standby', steppedDownEpoch: 2 }), route: closed });
    return { outcome: 'changed', route: closed };
  }

  sees(change: SnapshotChange): void {
    this.machine.sees(change);
    for (const listener of [...this.#listeners]) listener();
  }

  /** A beat that is sent, and ends, now. */
  beat(instance: string, kind: CallOutcome['class']): void {
    const nowMs = this.clock.monotonicMs();
    this.machine.beat(instance, kind, { sentMonotonicMs: nowMs, endedMonotonicMs: nowMs });
    for (const listener of [...this.#listeners]) listener();
  }

  /** Runs the switchover to its end, letting virtual time pass. */
  async run(task: SwitchoverTask = this.task(), limitMs = 600_000): Promise<SwitchoverProgress> {
    let ended: SwitchoverProgress | undefined;
    void runSwitchover(task, this.ports(), () => {}).then((progress) => {
      ended = progress;
    });
    for (let gone = 0; !ended && gone <= limitMs; gone += 50) await this.clock.advance(50);
    if (!ended) throw new Error('the switchover did not end');
    return ended;
  }

  task(
    acceptedLoss = 0,
    planned = false,
    trigger = planned ? ('operator' as const) : ('automatic' as const),
  ): SwitchoverTask {
    const request = {
      trigger,
      to: 'B',
      from: 'A',
      reason: message('failover.verdict.networkAndHost'),
      acceptedLoss,
      planned,
      firstSignMonotonicMs: 0,
      firstSignWallMs: 0,
    };
    return { kind: 'new', operationId: 'op', request, fromIncarnation: 'A-1', epochBefore: 1 };
  }

  asked(functionNumber: number): number {
    return this.calls.filter((call) => call.functionNumber === functionNumber).length;
  }

  ports(): SwitchoverPorts {
    return {
      clock: this.clock,
      stopping: this.stopping.signal,
      mayAct: () => this.held,
      confirmLock: async () => {
        this.beforeConfirming();
        return this.held && this.confirmed;
      },
      token: () => (this.held ? this.token : null),
      closeRoute: async () => this.close(),
      openRoute: async () => this.open(),
      writeRecord: (record) => {
        this.records.push(record);
        this.wrote(record);
      },
      recordWritten: async () => this.recordsArrive,
      call: (_instance, functionNumber, body, timeoutMs) => this.#call(functionNumber, body, timeoutMs),
      beatBody: () => ({}),
      facts: () => this.machine.state.facts,
      onFacts: (listener) => {
        this.#listeners.add(listener);
        return () => void this.#listeners.delete(listener);
      },
      lookAtProcess: (instance, recorded) => {
        this.looked.push({ instance, recorded });
        this.look();
      },
      runCommand: async (command, options) => {
        this.runs.push([...command]);
        return this.program(command, options);
      },
      outage: () => ({ outageMs: 120, errorMs: 25 }),
      sawGoodReply: () => true,
      log: () => {},
    };
  }

  async #call(functionNumber: number, body: Record<string, unknown>, timeoutMs: number): Promise<CallOutcome> {
    this.calls.push({ functionNumber, body });
    const answers = this.answers.get(functionNumber) ?? ['timeout'];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === 'timeout') await new Promise<void>((resolve) => void this.clock.setTimer(timeoutMs, resolve));
    return outcomeOf(answer ?? 'timeout', functionNumber);
  }
}

function outcomeOf(answer: Answer, functionNumber: number): CallOutcome {
  if (typeof answer === 'string' && answer !== 'ok' && answer !== 'switching' && answer !== 'error')
    return { class: answer, reply: null, errorNumber: null, latencyMs: null, detail: answer };
  const failed = typeof answer === 'object' && typeof answer.errorNumber === 'number' ? answer : undefined;
  const errorNumber = failed ? Number(failed.errorNumber) : answer === 'switching' ? 308000000 : 0;
  const fields = typeof answer === 'object' ? (failed ? failed.body : answer) : {};
  const reply = { function: functionNumber, id: 1, error_no: errorNumber, ...(fields as object) };
  const kind = errorNumber === 0 ? 'ok' : errorNumber === 308000000 ? 'switching' : 'error';
  return { class: kind, reply, errorNumber, latencyMs: 1, detail: '' };
}

/** The results of a record's steps by name. */
export function results(record: SwitchoverRecord): Partial<Record<StepName, string>> {
  return Object.fromEntries(record.steps.map((step) => [step.name, step.result]));
}

/** What the new primary says while it loads. */
export const loading = statusBody({
  role: 'promoting',
  status: 2,
  phases: [{ name: 'base-data', state: 'running', done: 0, total: 4 }],
});
