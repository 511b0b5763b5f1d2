import type { RunCommand } from '#main/commands';
import type { NodeConnectorFactory } from '#main/nodes';
import { createPairMonitor, type PairEvent, type PairMonitor, type PairMonitorDeps } from '#main/pairs';
import { FUNCTIONS, message, type ProcessIdentity } from '#shared/domain';
import type { SimConsole } from './console.ts';
import type { SimPair } from './pair.ts';
import { logTo } from './ports.ts';
import type { SimProcess } from './process.ts';
import { siteRunner } from './site-commands.ts';
import { toldFields } from './trace.ts';

/** Within this long of the end of its step: before, in the middle of, or after the begin of the next. */
const DIES_WITHIN_MS = 3;
/** What `ps` takes on another host. */
const LOOK_MS = 2;

/** What all pairs of a console share. */
export type ConsoleTools = Pick<PairMonitorDeps, 'session' | 'heartbeat' | 'troubles' | 'connect' | 'random'>;

/** A pair as one life of a console watches it: the product's monitor, with the judge at every wire of it. */
export class SimWatch {
  readonly console: SimConsole;
  readonly pair: SimPair;
  readonly process: SimProcess;
  readonly monitor: PairMonitor;
  /** The step of its switchovers of this pair after which the console is to be killed. */
  dieAfterStep: string | undefined;
  /** The same of one after which it stands still. */
  stopAfterStep: string | undefined;
  /** When the latest call that an instance answered was made, on the timeline. */
  answeredSinceMs = 0;
  /** Its step has come: the console dies within a few ms. */
  #isDying = false;

  constructor(console: SimConsole, process: SimProcess, pair: SimPair, tools: ConsoleTools) {
    this.console = console;
    this.process = process;
    this.pair = pair;
    const { world } = pair;
    const { environment } = world;
    this.monitor = createPairMonitor(
      { environment, pair: pair.config, consoleName: process.name },
      {
        ...tools,
        connect: this.#judged(tools.connect),
        runCommand: this.#judgedCommands(),
        processCheck: (identity) => this.#lookAtProcess(identity),
        clock: process.clock,
        log: logTo((level, text, fields) => world.heardConsole(console, level, text, fields)),
      },
      {
        event: (event) => {
          if (!process.isDead) this.#heard(event);
        },
        notice: (notice) => {
          if (!process.isDead) pair.heardNotice(this, notice);
        },
      },
    );
  }

  /** An operator clicks Promote, for whichever instance; what is refused is refused. */
  async promote(to: string, acceptedLoss: number): Promise<string> {
    const { monitor, process } = this;
    if (process.isDead || process.hangs) return 'no console';
    try {
      const report = await monitor.preflight(to);
      await monitor.promote({ to, token: report.token, confirmation: this.pair.node, acceptedLoss });
      return 'begun';
    } catch (error) {
      return `refused: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** What is to be lost is asked for here, for whoever decides and whoever carries it out. */
  async askApproval(to: string, acceptedLoss: number): Promise<string> {
    const { token } = await this.monitor.preflight(to);
    const confirmation = this.pair.node;
    const asked = await this.monitor.askApproval({
      to,
      token,
      confirmation,
      acceptedLoss,
      operator: 'op',
      reason: 'needed',
    });
    return asked.id;
  }

  decideApproval(id: string, approves: boolean): Promise<void> {
    return this.monitor.decideApproval({ id, operator: 'op2', approves, confirmation: this.pair.node });
  }

  /** Faults are over: the console dies no more, of none that was in store and of none that had begun. */
  spare(): void {
    this.dieAfterStep = undefined;
    this.#isDying = false;
  }

  #judgedCommands(): RunCommand {
    const run = siteRunner(this.pair, this.process);
    return (command, options) => {
      this.pair.invariants.effectBegins(this, `runs ${command[0]}`);
      return run(command, options);
    };
  }

  /** Every good beat that this console accepts is looked at by the judge. */
  #judged(factory: NodeConnectorFactory): NodeConnectorFactory {
    const { pair, console } = this;
    const { timeline } = pair.world;
    return (target, waits) => {
      const connector = factory(target, waits);
      return {
        target: connector.target,
        get capabilities() {
          return connector.capabilities;
        },
        call: async (functionNumber, body, timeoutMs) => {
          const askedMs = timeline.nowMs;
          this.#considerEffect(functionNumber, body, target.host);
          const outcome = await connector.call(functionNumber, body, timeoutMs);
          if (functionNumber === FUNCTIONS.heartbeat && outcome.class === 'ok' && outcome.reply)
            pair.invariants.goodReply(console.name, outcome.reply.epoch, outcome.reply.instance);
          if (outcome.reply) this.answeredSinceMs = Math.max(this.answeredSinceMs, askedMs);
          return outcome;
        },
        onConnection: (listener) => connector.onConnection(listener),
        close: () => connector.close(),
      };
    };
  }

  #considerEffect(functionNumber: number, body: Record<string, unknown>, host: string): void {
    const { pair } = this;
    const to = pair.onHost(host);
    if (to === undefined) {
      pair.fail('effect-on-another-pair', `${this.process.name} sends ${functionNumber} to ${host}`);
      return;
    }
    if (functionNumber === FUNCTIONS.promote) pair.promotionsSent.push({ to, body });
    const changes = functionNumber === FUNCTIONS.promote || functionNumber === FUNCTIONS.completeStartup;
    if (changes && body.epoch !== undefined) pair.invariants.effectBegins(this, `sends ${functionNumber} to ${host}`);
  }

  /** What `ps` on the instance's host says; the console reaches it as it reaches t2. */
  async #lookAtProcess(identity: ProcessIdentity) {
    const { pair, process } = this;
    const instance = pair.instances.find(({ bootId }) => bootId === identity.bootId);
    await new Promise<void>((resolve) => void process.clock.setTimer(LOOK_MS, resolve));
    const found = instance?.process;
    const nothing = { says: 'nothing' as const, frozen: false, reason: message('failover.host.noAnswer') };
    if (instance === undefined || instance.isHostOff) return nothing;
    if (found?.pid !== identity.pid || found.isDead)
      return { says: 'gone' as const, frozen: false, reason: message('check.process.gone', { pid: identity.pid }) };
    return {
      says: 'alive' as const,
      frozen: found.hangs,
      reason: message('check.process.alive', { pid: identity.pid }),
    };
  }

  #heard({ message: { key, params } }: PairEvent): void {
    this.pair.say(`${this.console.name} says ${key}${toldFields(params)}`);
    this.#considerDying(key);
    this.#considerStopping(key);
  }

  #considerDying(key: string): void {
    const step = this.dieAfterStep;
    if (!isBehind(step, key)) return;
    this.dieAfterStep = undefined;
    this.#isDying = true;
    const { world } = this.pair;
    world.later(world.random.next() * DIES_WITHIN_MS, () => {
      if (this.process.isDead || !this.#isDying) return;
      this.pair.say(`${this.console.name} dies behind its step ${step}`);
      world.count(`crash-after-${step}`);
      this.console.kill();
    });
  }

  #considerStopping(key: string): void {
    const step = this.stopAfterStep;
    if (!isBehind(step, key)) return;
    this.stopAfterStep = undefined;
    this.pair.say(`${this.console.name} stands still behind its step ${step}`);
    // In the middle of what follows: what comes in waits until it goes on.
    this.process.hang();
  }
}

/** Whether an event tells that this step has ended, or runs. */
function isBehind(step: string | undefined, key: string): step is string {
  return step !== undefined && new RegExp(`^step\\.(ok|retried|skipped|running)\\.${step}$`).test(key);
}
