import { type Clock, type Random, sleep, type Timer } from '#core/clock';
import { encodeDatagram } from '#core/frames';
import type { F2Socket } from '#core/transport';
import type { Registration } from '#shared/domain';
import type { Reply } from '#shared/protocol';

/** Calls to the other instance over f2: datagrams, so each may be lost; the caller asks again. */
export class PeerLink {
  readonly #clock: Clock;
  readonly #socket: F2Socket;
  readonly #pending = new Map<number, { functionNumber: number; resolve: (reply: Reply | undefined) => void }>();
  #nextId: number;
  #closed = false;

  constructor(clock: Clock, random: Random, socket: F2Socket) {
    this.#clock = clock;
    this.#socket = socket;
    // A number that cannot be guessed from outside keeps stray and forged replies from being taken for an answer.
    this.#nextId = Math.floor(random.next() * 2 ** 40);
  }

  /** The reply, or undefined when none came within `timeoutMs`. */
  ask(
    to: Registration,
    functionNumber: number,
    body: Record<string, unknown>,
    timeoutMs: number,
  ): Promise<Reply | undefined> {
    const address = to.addresses.find((each) => each.viewer === 'default') ?? to.addresses[0];
    if (address === undefined || this.#closed) return Promise.resolve(undefined);
    const id = this.#nextId++;
    return new Promise((resolve) => {
      const finish = (reply: Reply | undefined) => {
        timer.cancel();
        this.#pending.delete(id);
        resolve(reply);
      };
      const timer: Timer = this.#clock.setTimer(timeoutMs, () => finish(undefined));
      this.#pending.set(id, { functionNumber, resolve: finish });
      this.#socket.send(encodeDatagram({ ...body, function: functionNumber, id }), address.host, address.f2Port);
    });
  }

  /** Says something that is not answered. */
  tell(to: Registration, functionNumber: number, body: Record<string, unknown>): void {
    const address = to.addresses.find((each) => each.viewer === 'default') ?? to.addresses[0];
    if (address === undefined || this.#closed) return;
    this.#socket.send(encodeDatagram({ ...body, function: functionNumber, id: 0 }), address.host, address.f2Port);
  }

  /** As `ask`, three times within `totalMs`, until one is answered: silence to all is silence indeed. */
  async askThrice(
    to: Registration,
    functionNumber: number,
    body: Record<string, unknown>,
    totalMs: number,
  ): Promise<Reply | undefined> {
    const asked = [0, 1, 2].map(async (turn) => {
      await sleep(this.#clock, (turn * totalMs) / 4);
      return this.ask(to, functionNumber, body, totalMs - (turn * totalMs) / 4);
    });
    return new Promise((resolve) => {
      for (const reply of asked) void reply.then((value) => value && resolve(value));
      void Promise.all(asked).then(() => resolve(undefined));
    });
  }

  /** A reply came in; false where nobody waits for it. */
  receive(reply: Reply): boolean {
    const waiting = this.#pending.get(reply.id);
    if (waiting?.functionNumber !== reply.function) return false;
    waiting.resolve(reply);
    return true;
  }

  /** Nobody waits any longer, and nothing more is asked. */
  close(): void {
    this.#closed = true;
    for (const waiting of [...this.#pending.values()]) waiting.resolve(undefined);
  }
}
