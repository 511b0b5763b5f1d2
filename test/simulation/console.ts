import { createZooKeeperSession, type ZooKeeperSession } from '#core/zookeeper';
import type { RunCommand } from '#main/commands';
import { TroubleBoard } from '#main/failover';
import { createHeartbeatLoop } from '#main/heartbeat';
import { createT2Connector, type NodeConnectorFactory } from '#main/nodes';
import { createPairMonitor, type PairMonitor } from '#main/pairs';
import { FUNCTIONS, message, type ProcessIdentity } from '#shared/domain';
import { logTo, streamsOf } from './ports.ts';
import { SimProcess } from './process.ts';
import { SeededRandom } from './random.ts';
import { environmentOf, INSTANCES, NODE } from './setting.ts';
import { siteRunner } from './site-commands.ts';
import type { World } from './world.ts';
import { openSimClient } from './zookeeper-client.ts';

const CLOSE_TIMEOUT_MS = 1_000;
/** Within this long of the end of its step: before, in the middle of, or after the begin of the next. */
const DIES_WITHIN_MS = 3;

/** A workstation with a console: the product's monitor of the pair, with all that is wired to it. */
export class SimConsole {
  readonly name: string;
  readonly #world: World;
  process: SimProcess | undefined;
  monitor: PairMonitor | undefined;
  /** The step of its own switchovers after which it is to be killed. */
  dieAfterStep: string | undefined;
  /** Its step has come: it dies within a few ms. */
  #isDying = false;
  /** The same of one after which it stands still. */
  stopAfterStep: string | undefined;
  /** When the latest call that was answered was made, on the timeline. */
  answeredSinceMs = 0;
  #lives = 0;
  #ends = false;
  #session: ZooKeeperSession | undefined;
  #troubles: TroubleBoard | undefined;
  /** Other pairs of this console have come into trouble, and are so still. */
  seesOthersInTrouble = false;

  constructor(name: string, world: World) {
    this.name = name;
    this.#world = world;
  }

  get isUp(): boolean {
    return this.process !== undefined && !this.process.isDead;
  }

  start(): void {
    // One that is about to end is not waited for: whoever wants it now ends it.
    if (this.#ends) this.kill();
    if (this.isUp) return;
    const world = this.#world;
    const { setting, network, zookeeper, timeline } = world;
    this.#lives += 1;
    const random = new SeededRandom(setting.seed, `${this.name}${this.#lives}`);
    const process = new SimProcess(`${this.name}#${this.#lives}`, world.newPid(), timeline, random);
    const { clock } = process;
    this.process = process;
    const session = createZooKeeperSession(
      { connectString: 'zk:2181', sessionTimeoutMs: setting.sessionTimeoutMs },
      { clock, random, openClient: openSimClient({ process, network, server: zookeeper }) },
    );
    const connector = createT2Connector({ clock, streams: streamsOf(network, process, this.name) });
    const troubles = new TroubleBoard();
    this.#session = session;
    this.#troubles = troubles;
    this.monitor = createPairMonitor(
      { ...environmentOf(setting), consoleName: process.name },
      {
        session,
        heartbeat: createHeartbeatLoop({ clock, random }),
        troubles,
        connect: this.#judged(connector),
        runCommand: this.#judgedCommands(process),
        processCheck: (identity) => this.#lookAtProcess(process, identity),
        clock,
        random,
        log: logTo((level, text, fields) => world.heardConsole(this, level, text, fields)),
      },
      {
        event: (event) => {
          if (process.isDead) return;
          world.heardEvent(this, event.message);
          this.#considerDying(event.message.key);
          this.#considerStopping(event.message.key);
        },
        notice: (notice) => {
          if (!process.isDead) world.heardNotice(this, notice);
        },
      },
    );
  }

  kill(): void {
    const { process } = this;
    if (process === undefined || process.isDead) return;
    process.kill();
    this.#ends = false;
    this.monitor = undefined;
    this.dieAfterStep = undefined;
    this.stopAfterStep = undefined;
    this.seesOthersInTrouble = false;
    this.#world.network.processEnded(process, false);
  }

  /** Ended in order: its lock is given back. */
  async stop(): Promise<void> {
    const { monitor, process } = this;
    if (monitor === undefined || process === undefined || process.isDead) return;
    this.#ends = true;
    await monitor.stop();
    await this.#session?.close(CLOSE_TIMEOUT_MS);
    if (this.process === process) this.kill();
  }

  holdsLock(): boolean {
    return this.isUp && this.monitor?.view().lock.holder === 'this';
  }

  /** An operator clicks Promote, for whichever instance; what is refused is refused. */
  async promote(to: string, acceptedLoss: number): Promise<string> {
    const { monitor, process } = this;
    if (monitor === undefined || process === undefined || process.isDead || process.hangs) return 'no console';
    try {
      const report = await monitor.preflight(to);
      await monitor.promote({ to, token: report.token, confirmation: NODE, acceptedLoss });
      return 'begun';
    } catch (error) {
      return `refused: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** What is to be lost is asked for here, for whoever decides and whoever carries it out. */
  async askApproval(to: string, acceptedLoss: number): Promise<string | undefined> {
    const shown = await this.monitor?.preflight(to);
    if (!shown) return undefined;
    const request = { to, token: shown.token, confirmation: NODE, acceptedLoss, operator: 'op', reason: 'needed' };
    return (await this.monitor?.askApproval(request))?.id;
  }

  decideApproval(id: string, approves: boolean): Promise<void> | undefined {
    return this.monitor?.decideApproval({ id, operator: 'op2', approves, confirmation: NODE });
  }

  /** Two more pairs of this console come into trouble; returns what ends that. */
  othersInTrouble(): () => void {
    const { process } = this;
    const troubles = this.#troubles;
    const keys = ['sim/other-1', 'sim/other-2'];
    this.seesOthersInTrouble = true;
    const monotonicMs = process?.clock.monotonicMs() ?? 0;
    for (const key of keys)
      troubles?.tell({ key, name: key, standsOn: ['a switch'] }, { troubled: true, acting: false, monotonicMs });
    return () => {
      for (const key of keys) troubles?.forget(key);
      if (this.process === process) this.seesOthersInTrouble = false;
    };
  }

  #judgedCommands(process: SimProcess): RunCommand {
    const run = siteRunner(this.#world, process);
    return (command, options) => {
      this.#world.invariants.effectBegins(this, `runs ${command[0]}`);
      return run(command, options);
    };
  }

  /** Every good beat that this console accepts is looked at by the judge. */
  #judged(factory: NodeConnectorFactory): NodeConnectorFactory {
    return (target, waits) => {
      const connector = factory(target, waits);
      return {
        target: connector.target,
        get capabilities() {
          return connector.capabilities;
        },
        call: async (functionNumber, body, timeoutMs) => {
          const askedMs = this.#world.timeline.nowMs;
          const to = INSTANCES.find((name) => name === target.host);
          if (functionNumber === FUNCTIONS.promote && to) this.#world.promotionsSent.push({ to, body });
          const changes = functionNumber === FUNCTIONS.promote || functionNumber === FUNCTIONS.completeStartup;
          if (changes && body.epoch !== undefined)
            this.#world.invariants.effectBegins(this, `sends ${functionNumber} to ${target.host}`);
          const outcome = await connector.call(functionNumber, body, timeoutMs);
          if (functionNumber === 402000 && outcome.class === 'ok' && outcome.reply)
            this.#world.invariants.goodReply(this.name, outcome.reply.epoch, outcome.reply.instance);
          if (outcome.reply) this.answeredSinceMs = Math.max(this.answeredSinceMs, askedMs);
          return outcome;
        },
        onConnection: (listener) => connector.onConnection(listener),
        close: () => connector.close(),
      };
    };
  }

  /** What `ps` on the instance's host says; the console reaches it as it reaches t2. */
  async #lookAtProcess(own: SimProcess, identity: ProcessIdentity) {
    const world = this.#world;
    const host = INSTANCES.find((name) => identity.bootId === `boot-${name}`);
    await new Promise<void>((resolve) => void own.clock.setTimer(2, resolve));
    const found = host && world.instance(host).process;
    const nothing = { says: 'nothing' as const, frozen: false, reason: message('failover.host.noAnswer') };
    if (host === undefined || world.isHostOff(host)) return nothing;
    if (found?.pid !== identity.pid || found.isDead)
      return { says: 'gone' as const, frozen: false, reason: message('check.process.gone', { pid: identity.pid }) };
    return {
      says: 'alive' as const,
      frozen: found.hangs,
      reason: message('check.process.alive', { pid: identity.pid }),
    };
  }

  /** Faults are over: it dies no more, of none that was in store and of none that had begun. */
  spare(): void {
    this.dieAfterStep = undefined;
    this.#isDying = false;
  }

  #considerDying(key: string): void {
    const step = this.dieAfterStep;
    if (!isBehind(step, key)) return;
    this.dieAfterStep = undefined;
    const { process } = this;
    this.#isDying = true;
    this.#world.later(this.#world.random.next() * DIES_WITHIN_MS, () => {
      if (this.process !== process || !this.isUp || !this.#isDying) return;
      this.#world.trace.say(`${this.name} dies behind its step ${step}`);
      this.#world.count(`crash-after-${step}`);
      this.kill();
    });
  }

  #considerStopping(key: string): void {
    const { stopAfterStep: step, process } = this;
    if (!isBehind(step, key)) return;
    this.stopAfterStep = undefined;
    this.#world.trace.say(`${this.name} stands still behind its step ${step}`);
    // In the middle of what follows: what comes in waits until it goes on.
    process?.hang();
  }
}

/** Whether an event tells that this step has ended, or runs. */
function isBehind(step: string | undefined, key: string): step is string {
  return step !== undefined && new RegExp(`^step\\.(ok|retried|skipped|running)\\.${step}$`).test(key);
}
