import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** More senders than a pair and its consoles are. */
const MAX_SENDERS = 64;

/** As {@link import('./tcp-proxy.ts').TcpProxy}, for datagrams: each sender's go out by a socket of its own, so that answers find back. */
export class UdpProxy {
  readonly #host: string;
  readonly #ways = new Map<string, Socket>();
  #targetPort = 0;
  #near: Socket | undefined;
  #port = 0;
  #silent = false;

  constructor(host: string) {
    this.#host = host;
  }

  get port(): number {
    return this.#port;
  }

  /** Where datagrams go from now on. */
  leadTo(targetPort: number): void {
    this.#targetPort = targetPort;
    this.#forgetWays();
  }

  /** Listens: on any free port the first time, on the same one after a cut; passes everything on, also after a silence. */
  async open(): Promise<void> {
    this.#silent = false;
    if (this.#near) return;
    const near = createSocket('udp4', (datagram, from) => this.#pass(datagram, from));
    near.on('error', () => {});
    near.bind(this.#port, '127.0.0.1');
    await once(near, 'listening');
    this.#port = near.address().port;
    this.#near = near;
  }

  /** Refuses from now on: nobody listens. */
  async cut(): Promise<void> {
    const near = this.#near;
    this.#near = undefined;
    this.#forgetWays();
    if (!near) return;
    near.close();
    await once(near, 'close');
  }

  /** Passes nothing on from now on, in either direction, and says nothing. */
  silence(): void {
    this.#silent = true;
  }

  #pass(datagram: Buffer, from: RemoteInfo): void {
    if (this.#silent || this.#targetPort === 0) return;
    const sender = `${from.address}:${from.port}`;
    const way = this.#ways.get(sender) ?? this.#way(sender, from);
    way.send(datagram, this.#targetPort, this.#host, () => {});
  }

  #way(sender: string, { address, port }: RemoteInfo): Socket {
    const [oldest] = this.#ways.keys();
    if (oldest !== undefined && this.#ways.size >= MAX_SENDERS) {
      this.#ways.get(oldest)?.close();
      this.#ways.delete(oldest);
    }
    const way = createSocket('udp4', (datagram) => {
      if (!this.#silent) this.#near?.send(datagram, port, address, () => {});
    });
    // Nobody listens at the other end: the next datagram may find somebody.
    way.on('error', () => {});
    this.#ways.set(sender, way);
    return way;
  }

  #forgetWays(): void {
    for (const way of this.#ways.values()) way.close();
    this.#ways.clear();
  }
}
