import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface StallingProxy {
  readonly port: number;
  /**
   * The next time the client's side sends `text`, it still arrives, and from then on nothing more goes either way on that
   * connection, not even its end.
   */
  stallAfter(text: string): void;
  /** How many connections have stalled. */
  stalled(): number;
  close(): Promise<void>;
}

/** A network that swallows answers, as a firewall that came on does. */
export async function startStallingProxy(targetPort: number): Promise<StallingProxy> {
  const sockets = new Set<Socket>();
  let trigger: string | undefined;
  let stalled = 0;
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1');
    let dead = false;
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    near.on('data', (bytes) => {
      if (!dead) far.write(bytes);
      if (trigger === undefined || !bytes.includes(trigger)) return;
      trigger = undefined;
      dead = true;
      stalled += 1;
    });
    far.on('data', (bytes) => {
      if (!dead) near.write(bytes);
    });
    near.on('close', () => {
      if (!dead) far.destroy();
    });
    far.on('close', () => {
      if (!dead) near.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stallAfter: (text) => {
      trigger = text;
    },
    stalled: () => stalled,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
