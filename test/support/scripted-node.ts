import { createServer, type Server, type Socket } from 'node:net';
import { encodeFrame, parseRequest, T2Decoder } from '#core/frames';
import type { Request } from '#shared/protocol';

/** What a scripted node does with one request: it may answer on the socket, or do whatever else a peer can do. */
export type Script = (request: Request, socket: Socket) => void;

export interface ScriptedNode {
  port: number;
  sockets: Set<Socket>;
  connections: number;
  requests: Request[];
  /** Replaces the script for requests to come. */
  script: Script;
  close(): Promise<void>;
}

/** A good reply: error number 0, and what else the test wants in it. */
export function answer(request: Request, more: Record<string, unknown> = {}): Buffer {
  return encodeFrame({ function: request.function, id: request.id, error_no: 0, epoch: 1, instance: 'a', ...more });
}

export const answering: Script = (request, socket) => void socket.write(answer(request));

/** A TCP server on a free loopback port that reads t2 frames and does what its script says. */
export async function startScriptedNode(script: Script = answering, port = 0): Promise<ScriptedNode> {
  const node: ScriptedNode = { port: 0, sockets: new Set(), connections: 0, requests: [], script, close };
  const server: Server = createServer((socket) => {
    node.sockets.add(socket);
    node.connections += 1;
    socket.setNoDelay(true);
    const decoder = new T2Decoder();
    socket.on('data', (bytes) => {
      for (const frame of decoder.push(bytes).frames) {
        if (frame.kind !== 'body') continue;
        const request = parseRequest(frame.body);
        node.requests.push(request);
        node.script(request, socket);
      }
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => node.sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  node.port = address.port;
  function close(): Promise<void> {
    for (const socket of node.sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  }
  return node;
}
