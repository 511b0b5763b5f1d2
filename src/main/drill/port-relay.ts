import type { InstancePorts } from '#main/practice';
import { TcpProxy } from './tcp-proxy.ts';
import { UdpProxy } from './udp-proxy.ts';

/**
 * Ports that lead to an instance's own: what everybody is told, or one console alone. So a firewall can come on before an
 * instance, for all or for some, without a right to one.
 */
export class PortRelay {
  readonly #t2: TcpProxy;
  readonly #f2: UdpProxy;

  constructor(host: string) {
    this.#t2 = new TcpProxy(host);
    this.#f2 = new UdpProxy(host);
  }

  /** A relay that listens; where it leads is told later. */
  static async open(host = '127.0.0.1'): Promise<PortRelay> {
    const relay = new PortRelay(host);
    await relay.pass();
    return relay;
  }

  get ports(): InstancePorts {
    return { t2Port: this.#t2.port, f2Port: this.#f2.port };
  }

  leadTo({ t2Port, f2Port }: InstancePorts): void {
    this.#t2.leadTo(t2Port);
    this.#f2.leadTo(f2Port);
  }

  /** Everything passes, on the same ports as before. */
  async pass(): Promise<void> {
    await Promise.all([this.#t2.open(), this.#f2.open()]);
  }

  /** Everybody is refused, and every connection reset. */
  async refuse(): Promise<void> {
    await Promise.all([this.#t2.cut({ reset: true }), this.#f2.cut()]);
  }

  /** Nothing passes, and nobody is told. */
  silence(): void {
    this.#t2.silence();
    this.#f2.silence();
  }

  async close(): Promise<void> {
    await Promise.all([this.#t2.cut(), this.#f2.cut()]);
  }
}
