import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { F2Socket, OpenF2 } from './ports.ts';

/** {@link OpenF2} over Node's own UDP sockets. */
export const openNodeF2Socket: OpenF2 = async ({ host, port }): Promise<F2Socket> => {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  socket.bind(port, host);
  await once(socket, 'listening');
  // A send that failed (no route, buffer full) is a lost datagram; the socket itself lives on.
  socket.on('error', () => {});
  let closed = false;
  return {
    port: socket.address().port,
    send(datagram, toHost, toPort) {
      if (closed) return;
      try {
        socket.send(datagram, toPort, toHost, () => {});
      } catch {
        // No address at all, as a forged sender's port 0: lost, like any datagram that does not arrive.
      }
    },
    onDatagram(listener) {
      socket.on('message', (message, sender) => listener(message, { host: sender.address, port: sender.port }));
    },
    close() {
      if (closed) return Promise.resolve();
      closed = true;
      return new Promise((resolve) => socket.close(() => resolve()));
    },
  };
};
