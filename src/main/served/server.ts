import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '#core/clock';
import type { ClientSession, ScreenPort } from '#main/ipc';
import { createHttpAnswers } from './answers.ts';
import { indexScreenFiles } from './files.ts';
import { Gate } from './gate.ts';
import { createScreenSockets } from './sockets.ts';

const LOOPBACK = '127.0.0.1';

export interface ServeOptions {
  /** The directory of the built screen. */
  screenDirectory: string;
  /** 0 for any free port. */
  port: number;
  clock: Clock;
  /** Opens the session of a screen that was admitted; `screen` names it in the log. */
  connect: (port: ScreenPort, screen: string) => ClientSession;
}

export interface ServedShell {
  port: number;
  /** The address with the token that works once. A secret: shown to the operator, never logged. */
  entryUrl: string;
  /** Ends every connection and frees the port. */
  close(): Promise<void>;
}

/** The port could not be had. `code` is the system's, such as EADDRINUSE. */
export class ServeError extends Error {
  readonly port: number;
  readonly code: string;
  constructor(port: number, code: string, cause: unknown) {
    const why = code === 'EADDRINUSE' ? 'it is in use by another program' : code;
    super(`cannot listen on ${LOOPBACK}:${port}: ${why}`, { cause });
    this.name = 'ServeError';
    this.port = port;
    this.code = code;
  }
}

/** Serves the screen on loopback. Throws {@link ServeError}, or ScreenNotBuiltError. */
export async function serve(options: ServeOptions): Promise<ServedShell> {
  const files = await indexScreenFiles(options.screenDirectory);
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 5_000 });
  const port = await listen(server, options.port);
  const token = randomBytes(32).toString('base64url');
  const gate = new Gate(port, { token, session: randomBytes(32).toString('base64url') });
  const sockets = createScreenSockets(gate, options.clock, options.connect);
  server.on('request', createHttpAnswers(gate, files));
  server.on('upgrade', sockets.upgrade);
  return {
    port,
    entryUrl: `http://${LOOPBACK}:${port}/?token=${token}`,
    close: () =>
      new Promise((resolve) => {
        sockets.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new ServeError(port, error.code ?? 'error', error)));
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
      server.removeAllListeners('error');
      resolve((server.address() as AddressInfo).port);
    });
  });
}
