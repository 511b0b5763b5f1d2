import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { frameSplitter, WireReader, wire } from '#test/zookeeper-wire';

export interface FakeRequest {
  xid: number;
  type: number;
  /** The first string of the body, for those that begin with a path. */
  path: string;
  body: Buffer;
}

export interface FakeConnection {
  socket: Socket;
  /** Every request after the connect request, in order. */
  requests: FakeRequest[];
  /** The session id the client asked to resume. */
  askedSessionId: bigint;
  seenZxid: bigint;
  answer(xid: number, err: number, ...body: Buffer[]): void;
  notify(type: number, path: string): void;
}

export interface FakeScript {
  /** What to do with a connect request; default: open the session. Return false for a server that stays silent. */
  onConnect?: (connection: FakeConnection, number: number) => 'open' | 'expired' | 'silent' | 'close';
  /** Return true when the request has been dealt with; otherwise it gets a plain good answer. */
  onRequest?: (request: FakeRequest, connection: FakeConnection) => boolean;
  sessionTimeoutMs?: number;
}

export const STAT = Buffer.alloc(68);

/** A ZooKeeper server that misbehaves on cue, which a real one cannot be made to. */
export class FakeZooKeeper {
  readonly connections: FakeConnection[] = [];
  readonly script: FakeScript;
  #server: Server;
  #sessions = 0;

  constructor(script: FakeScript) {
    this.script = script;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(script: FakeScript = {}): Promise<FakeZooKeeper> {
    const fake = new FakeZooKeeper(script);
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** All requests of all connections but heartbeats on the root and pings. */
  calls(): FakeRequest[] {
    return this.connections.flatMap(({ requests }) => requests).filter(({ type, path }) => type !== 11 && path !== '/');
  }

  async close(): Promise<void> {
    for (const { socket } of this.connections) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    const connection: FakeConnection = {
      socket,
      requests: [],
      askedSessionId: 0n,
      seenZxid: 0n,
      answer: (xid, err, ...body) =>
        socket.write(wire.frame(wire.int(xid), wire.long(BigInt(connection.requests.length)), wire.int(err), ...body)),
      notify: (type, path) =>
        socket.write(
          wire.frame(wire.int(-1), wire.long(-1n), wire.int(0), wire.int(type), wire.int(3), wire.string(path)),
        ),
    };
    this.connections.push(connection);
    const number = this.connections.length;
    socket.setNoDelay(true);
    socket.on('error', () => {});
    let connected = false;
    const onFrame = frameSplitter((body) => {
      if (connected) return this.#request(body, connection);
      connected = true;
      this.#connect(new WireReader(body), connection, number);
    });
    socket.on('data', onFrame);
  }

  #connect(body: WireReader, connection: FakeConnection, number: number): void {
    body.int();
    connection.seenZxid = body.long();
    body.int();
    connection.askedSessionId = body.long();
    const verdict = this.script.onConnect?.(connection, number) ?? 'open';
    if (verdict === 'silent') return;
    if (verdict === 'close') {
      connection.socket.destroy();
      return;
    }
    const open = verdict === 'open';
    if (open && connection.askedSessionId === 0n) this.#sessions += 1;
    const id = connection.askedSessionId === 0n ? BigInt(this.#sessions) : connection.askedSessionId;
    connection.socket.write(
      wire.frame(
        wire.int(0),
        wire.int(open ? (this.script.sessionTimeoutMs ?? 600) : 0),
        wire.long(open ? id : 0n),
        wire.buffer(Buffer.alloc(16)),
      ),
    );
    if (!open) connection.socket.end();
  }

  #request(body: Buffer, connection: FakeConnection): void {
    const reader = new WireReader(body);
    const [xid, type] = [reader.int(), reader.int()];
    const hasPath = reader.left() > 4 && ![100, 14, 101].includes(type);
    const request: FakeRequest = { xid, type, path: hasPath ? reader.string() : '', body };
    connection.requests.push(request);
    if (this.script.onRequest?.(request, connection)) return;
    connection.answer(xid, 0, ...plainAnswer(request));
    if (type === -11) connection.socket.end();
  }
}

/** A good answer of the right shape: every node exists, is empty and has no children. */
function plainAnswer({ type, path }: FakeRequest): Buffer[] {
  switch (type) {
    case 1:
      return [wire.string(path)];
    case 3:
    case 5:
      return [STAT];
    case 4:
      return [wire.buffer(Buffer.alloc(0)), STAT];
    case 12:
      return [wire.strings([]), STAT];
    default:
      return [];
  }
}
