import type { Timer } from '#core/clock';
import { ZooKeeperError } from '#core/zookeeper';
import { type Leadership, namesSelf } from '#mtnode/leadership';
import type { PeerLink } from '#mtnode/pair';
import type { NodeContext } from '#mtnode/parts';
import { momentOf } from '#mtnode/right';
import { ERROR_NUMBERS, FUNCTIONS, type Registration } from '#shared/domain';
import { promiseGrantSchema, type Reply } from '#shared/protocol';

const MIN_TICK_MS = 20;
const MAX_TICK_MS = 3_000;
const PROMOTING_TICK_MS = 100;

/**
 * Looks after a primary's right to serve: notices its end in time, asks the standby for promises while ZooKeeper is
 * away, and reads the route again when it is back.
 */
export class LeaseKeeper {
  readonly #context: NodeContext;
  readonly #leadership: Leadership;
  readonly #link: PeerLink;
  #timer: Timer | undefined;
  #rechecking = false;
  /** The refusal logged last, so that a standing one is told once. */
  #refusal: number | undefined;

  constructor(context: NodeContext, leadership: Leadership, link: PeerLink) {
    this.#context = context;
    this.#leadership = leadership;
    this.#link = link;
  }

  /** Looks now, and again by itself for as long as this instance holds an epoch. */
  look(): void {
    const againMs = this.#context.stopping.aborted ? undefined : this.#lookOnce();
    this.stop();
    if (againMs !== undefined) this.#timer = this.#context.ports.clock.setTimer(againMs, () => this.look());
  }

  /** Something changed: this instance may hold an epoch now. */
  consider(): void {
    const { self, ports, stopping } = this.#context;
    if (self.facts.heldEpoch === undefined || stopping.aborted) return;
    this.#timer ??= ports.clock.setTimer(PROMOTING_TICK_MS, () => this.look());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** How long until the next look; undefined: there is nothing to look after. */
  #lookOnce(): number | undefined {
    const { self, guard, ports, options } = this.#context;
    if (self.facts.heldEpoch === undefined) return undefined;
    const connected = ports.zookeeper.status().state === 'connected';
    if (connected && guard.needsRecheck()) void this.#recheck();
    if (self.facts.role !== 'primary') return PROMOTING_TICK_MS;
    const right = guard.check();
    const limit = (ms: number) => Math.max(MIN_TICK_MS, Math.min(MAX_TICK_MS, ms));
    if (right.basis === 'none') return limit(PROMOTING_TICK_MS);
    // Just after that moment: a timer may come a fraction early.
    if (!guard.needsPromise()) return limit(guard.promiseNeededInMs() + 1);
    void this.#askForPromise();
    return limit(Math.min(options.promiseMs / 4, right.leftMs / 3));
  }

  /** ZooKeeper is back: the right comes back if the registration stands and the route, read after it, names us still. */
  async #recheck(): Promise<void> {
    if (this.#rechecking) return;
    this.#rechecking = true;
    const { registration, ports, routes, guard, sessions, log, self } = this.#context;
    try {
      await registration.settled();
      const { generation } = ports.zookeeper.status();
      if (!registration.stoodIn(generation)) return;
      const found = await routes.read();
      if (namesSelf(this.#context, found?.route)) {
        if (guard.lapsed) {
          sessions.restartIdleTimes(ports.clock.monotonicMs());
          log.info('serves again: the route still names this instance', { epoch: self.facts.heldEpoch });
        }
        guard.trust(generation);
        self.change({});
      } else {
        this.#leadership.onRoute(found);
      }
    } catch (error) {
      if (!(error instanceof ZooKeeperError)) log.error('the route could not be read again', { error });
    } finally {
      this.#rechecking = false;
    }
  }

  /** Asks the one standby; with none, or several, nobody's promise would be enough. */
  async #askForPromise(): Promise<void> {
    const { options, incarnation, ports, self, guard, stopping, peerSight } = this.#context;
    const standby = this.#standby();
    const epoch = self.facts.heldEpoch;
    if (standby === undefined || epoch === undefined || stopping.aborted) return;
    const sentAt = momentOf(ports.clock);
    const body = { instance: options.instance, incarnation, epoch, promise_ms: options.promiseMs };
    guard.askedForPromise(sentAt, options.promiseMs);
    const reply = await this.#link.ask(standby, FUNCTIONS.practicePromise, body, options.promiseMs / 2);
    if (reply === undefined) return;
    if (reply.instance === standby.instance)
      peerSight.hear(standby.instance, standby.incarnation, 'promise', { isAnswer: true, serves: false });
    if (self.facts.heldEpoch !== epoch) return;
    const grant = promiseGrantSchema.safeParse(reply);
    if (reply.error_no === ERROR_NUMBERS.ok && grant.success && grant.data.instance === standby.instance) {
      this.#refusal = undefined;
      guard.promised(sentAt, Math.min(grant.data.promise_ms, options.promiseMs));
      self.change({});
    } else {
      this.#onRefusal(reply, epoch, standby);
    }
  }

  #onRefusal(reply: Reply, epoch: number, standby: Registration): void {
    const { log, guard } = this.#context;
    if (this.#refusal !== reply.error_no)
      log.warn('the standby gives no promise', { standby: standby.instance, errorNumber: reply.error_no });
    this.#refusal = reply.error_no;
    if (reply.instance !== standby.instance || (reply.epoch ?? 0) <= epoch) return;
    log.error('the standby knows a higher epoch', { epoch: reply.epoch });
    guard.lapse();
  }

  #standby(): Registration | undefined {
    const [only, ...others] = this.#context.peers.registered();
    return others.length === 0 ? only : undefined;
  }
}
