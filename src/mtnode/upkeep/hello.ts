import type { z } from 'zod';
import { sleep } from '#core/clock';
import type { PeerLink } from '#mtnode/pair';
import type { NodeContext } from '#mtnode/parts';
import { FUNCTIONS, type Registration } from '#shared/domain';
import { helloReplySchema } from '#shared/protocol';
import { safeParse } from '#shared/reading';

const REPEAT_MS = 200;

/**
 * F4: a standby looks for the node of the same name and says hello over f2 until the primary acknowledges; again after
 * each change of primary. The acknowledgement also says whether a promise of a former life still binds. Afterwards it is
 * repeated now and then, also to a primary that has gone from ZooKeeper: so the standby knows when it last heard it.
 */
export class Hello {
  readonly #context: NodeContext;
  readonly #link: PeerLink;
  #acknowledgedBy: Registration | undefined;
  #running = false;

  constructor(context: NodeContext, link: PeerLink) {
    this.#context = context;
    this.#link = link;
  }

  /** The primary that acknowledged, while it is the one the route names. */
  acknowledgedBy(): string | null {
    const acknowledged = this.#acknowledgedBy;
    const route = this.#context.lastRoute()?.route;
    return acknowledged && acknowledged.incarnation === route?.incarnation ? acknowledged.instance : null;
  }

  /** Something changed: says hello if there is a primary that has not acknowledged yet. */
  consider(): void {
    if (this.#running || this.#target() === undefined) return;
    this.#running = true;
    void this.#run().finally(() => {
      this.#running = false;
    });
  }

  /** Asks the primary that has acknowledged once more; called every UPKEEP_MS. */
  repeat(): void {
    const known = this.#acknowledgedBy;
    if (known === undefined || this.acknowledgedBy() === null || this.#context.self.facts.role !== 'standby') return;
    void this.#ask(known);
  }

  async #run(): Promise<void> {
    const { ports, stopping } = this.#context;
    for (let target = this.#target(); target && !stopping.aborted; target = this.#target()) {
      await this.#sayTo(target);
      if (this.#target()) await sleep(ports.clock, REPEAT_MS, stopping);
    }
  }

  async #sayTo(target: Registration): Promise<void> {
    const { log, promises } = this.#context;
    const answer = await this.#ask(target);
    if (answer?.isPrimary !== true) return;
    this.#acknowledgedBy = target;
    if (!answer.promise_held) promises.forgetFormerLife();
    log.info('the primary acknowledged the hello', { primary: target.instance });
  }

  /** What that very process answers to a hello; undefined: nothing. */
  async #ask(target: Registration): Promise<(z.infer<typeof helloReplySchema> & { isPrimary: boolean }) | undefined> {
    const { options, incarnation, peerSight, data } = this.#context;
    const body = { instance: options.instance, incarnation };
    const reply = await this.#link.ask(target, FUNCTIONS.practiceHello, body, REPEAT_MS);
    const answer = safeParse(helloReplySchema, reply);
    if (!answer.success || answer.data.incarnation !== target.incarnation) return undefined;
    peerSight.hear(target.instance, target.incarnation, 'hello', {
      isAnswer: true,
      serves: answer.data.serving,
    });
    if (answer.data.redo !== undefined) data?.look(target, answer.data.redo);
    return { ...answer.data, isPrimary: reply?.error_no === 0 };
  }

  /** The registered primary that the route names, unless it has acknowledged. */
  #target(): Registration | undefined {
    const route = this.#context.lastRoute()?.route;
    if (this.#context.self.facts.role !== 'standby' || route === undefined) return undefined;
    const peer = this.#context.peers.get(route.instance);
    if (!peer?.registered || peer.registration.incarnation !== route.incarnation) return undefined;
    return this.#acknowledgedBy?.incarnation === route.incarnation ? undefined : peer.registration;
  }
}
