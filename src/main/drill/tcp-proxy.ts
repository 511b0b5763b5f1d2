import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A loopback port that leads to a server elsewhere and can be cut off from everyone, as if the server were down. */
export class TcpProxy {
  readonly #host: string;
  readonly #targetPort: number;
  readonly #sockets = new Set<Socket>();
  #listener: Server | undefined;
  #port = 0;

  constructor(host: string, targetPort: number) {
    this.#host = host;
    this.#targetPort = targetPort;
  }

  get port(): number {
    return this.#port;
  }

  /** Listens: on any free port the first time, on the same one after a cut. */
  async open(): Promise<void> {
    const listener = createServer((near) => this.#join(near));
    listener.listen(this.#port, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    if (typeof address === 'object' && address) this.#port = address.port;
    this.#listener = listener;
  }

  /** Refuses from now on and ends every connection. */
  async cut(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    const closed = listener ? once(listener, 'close') : undefined;
    listener?.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #join(near: Socket): void {
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
