import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A loopback port that leads to a server elsewhere and can be cut off from everyone: as if the server were down, or as a
 * firewall does that drops whatever comes.
 */
export class TcpProxy {
  readonly #host: string;
  #targetPort: number;
  readonly #sockets = new Set<Socket>();
  #listener: Server | undefined;
  #port = 0;
  #silent = false;

  /** `targetPort` 0: not known yet. */
  constructor(host: string, targetPort = 0) {
    this.#host = host;
    this.#targetPort = targetPort;
  }

  /** Where new connections lead from now on. */
  leadTo(targetPort: number): void {
    this.#targetPort = targetPort;
  }

  get port(): number {
    return this.#port;
  }

  /** Listens: on any free port the first time, on the same one after a cut. After a silence everything is begun anew. */
  async open(): Promise<void> {
    if (this.#silent) await this.cut();
    this.#silent = false;
    if (this.#listener) return;
    const listener = createServer((near) => this.#join(near));
    listener.listen(this.#port, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    if (typeof address === 'object' && address) this.#port = address.port;
    this.#listener = listener;
  }

  /** Refuses from now on and ends every connection; `reset`: as a firewall does that rejects what comes over them. */
  async cut({ reset = false }: { reset?: boolean } = {}): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    const closed = listener ? once(listener, 'close') : undefined;
    listener?.close();
    for (const socket of this.#sockets) reset ? socket.resetAndDestroy() : socket.destroy();
    await closed;
  }

  /** Passes nothing on from now on, in either direction, and says nothing: whoever waits, waits. */
  silence(): void {
    this.#silent = true;
    for (const socket of this.#sockets) socket.unpipe().pause();
  }

  #join(near: Socket): void {
    if (this.#silent) {
      this.#sockets.add(near);
      near.on('error', () => near.destroy());
      near.on('close', () => this.#sockets.delete(near));
      return;
    }
    const far = connect(this.#targetPort, this.#host);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      // Small packets must not wait for each other: 40 ms an event otherwise.
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}
