import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Clock, every } from '#core/clock';
import type { ClientSession, ScreenPort } from '#main/ipc';
import { packBinary, type ServerMessage } from '#shared/contract';
import { knockOf, pathOf, REFUSALS, type RefusalStatus, SECURITY_HEADERS } from './answers.ts';
import type { Admission, Gate } from './gate.ts';

/** An environment with 500 pairs, the largest thing a screen sends, is about half of this. */
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;
const PING_INTERVAL_MS = 15_000;
const MAX_SCREENS = 32;
/** Policy violation (RFC 6455): what came was not a message of ours. */
const CLOSE_NOT_OURS = 1008;

export interface ScreenSockets {
  /** Answers an upgrade request; the same rules as for pages, and an Origin is required. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

/** WebSockets at `/ws`, each a screen's session. `connect` opens the session of a screen that was admitted. */
export function createScreenSockets(
  gate: Gate,
  clock: Clock,
  connect: (port: ScreenPort, screen: string) => ClientSession,
): ScreenSockets {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  const answered = new WeakSet<WebSocket>();
  let screens = 0;

  // Half-open connections (a laptop that slept) are found by the ping that nobody answers.
  const pings = every(clock, PING_INTERVAL_MS, () => {
    for (const socket of server.clients) {
      if (!answered.has(socket)) socket.terminate();
      answered.delete(socket);
      socket.ping();
    }
  });

  function open(socket: WebSocket): void {
    screens += 1;
    const port: ScreenPort = {
      send: (message) => {
        if (socket.readyState === socket.OPEN) socket.send(encode(message));
      },
      pendingBytes: () => socket.bufferedAmount,
    };
    const session = connect(port, `screen-${screens}`);
    answered.add(socket);
    socket.on('pong', () => answered.add(socket));
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      const message = isBinary ? undefined : parseJson(data);
      if (message === undefined || !session.receive(message)) socket.close(CLOSE_NOT_OURS);
    });
    socket.on('close', () => session.close());
    // ws closes the connection after an error; all there is left to do is not to die of it.
    socket.on('error', () => socket.terminate());
  }

  function refusalOf({ verdict }: Admission, request: IncomingMessage): RefusalStatus | undefined {
    if (verdict === 'foreign') return 403;
    if (verdict === 'unknown') return 401;
    if (pathOf(request.url ?? '/') !== '/ws') return 404;
    return server.clients.size >= MAX_SCREENS ? 503 : undefined;
  }

  return {
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy());
      const admission = gate.admit(knockOf(request), true);
      const refused = refusalOf(admission, request);
      if (refused) {
        socket.end(refusalBytes(refused));
        return;
      }
      const addCookie = (headers: string[]) => {
        if (admission.verdict === 'welcome') headers.push(`Set-Cookie: ${admission.enter()}`);
      };
      server.on('headers', addCookie);
      server.handleUpgrade(request, socket, head, open);
      server.off('headers', addCookie);
    },
    close() {
      pings.cancel();
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}

/** Text where JSON can say it; one binary frame where there are typed arrays. */
function encode(message: ServerMessage): string | Uint8Array {
  const binary = message.t === 'beats' || (message.t === 'reply' && message.ok && hasTypedArray(message.value));
  return binary ? packBinary(message) : JSON.stringify(message);
}

function hasTypedArray(value: unknown): boolean {
  if (ArrayBuffer.isView(value)) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasTypedArray);
}

function parseJson(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    // Not JSON: not a message of ours, and the connection is ended for it.
    return undefined;
  }
}

function refusalBytes(status: RefusalStatus): Buffer {
  const body = Buffer.from(REFUSALS[status]);
  const headers = { ...SECURITY_HEADERS, 'content-type': 'text/plain; charset=utf-8', connection: 'close' };
  const lines = Object.entries({ ...headers, 'content-length': String(body.length) }).map(([k, v]) => `${k}: ${v}`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Refused\r\n${lines.join('\r\n')}\r\n\r\n`), body]);
}
