/** A node in name only: answers every t2 request with error number 0, and prints its port. Ends with its input. */
import { systemClock } from '#core/clock';
import { encodeFrame, parseRequest } from '#core/frames';
import { listenNodeT2 } from '#core/transport';

const server = await listenNodeT2(
  { host: '127.0.0.1', port: 0, clock: systemClock, limits: { maxConnections: 4_096 } },
  (connection) => ({
    onFrame(frame) {
      if (frame.kind !== 'body') return;
      const request = parseRequest(frame.body);
      connection.send(
        encodeFrame({ function: request.function, id: request.id, error_no: 0, epoch: 1, instance: 'a' }),
      );
    },
  }),
);
console.log(server.port);
process.stdin.on('end', () => process.exit(0));
process.stdin.resume();
