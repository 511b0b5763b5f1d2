import { connect, type Socket } from 'node:net';

/** ZooKeeper's serialisation for tests, written apart from the product's so that the two cannot share a mistake. */
export const wire = {
  int(value: number): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return bytes;
  },
  long(value: bigint): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(value);
    return bytes;
  },
  bool: (value: boolean): Buffer => Buffer.from([value ? 1 : 0]),
  buffer: (value: Buffer | null): Buffer =>
    value === null ? wire.int(-1) : Buffer.concat([wire.int(value.length), value]),
  string: (value: string): Buffer => wire.buffer(Buffer.from(value)),
  strings: (values: string[]): Buffer => Buffer.concat([wire.int(values.length), ...values.map(wire.string)]),
  acl: (entries: [permissions: number, scheme: string, id: string][]): Buffer =>
    Buffer.concat([
      wire.int(entries.length),
      ...entries.flatMap(([permissions, scheme, id]) => [wire.int(permissions), wire.string(scheme), wire.string(id)]),
    ]),
  openAcl: (): Buffer => wire.acl([[31, 'world', 'anyone']]),
  frame: (...parts: Buffer[]): Buffer => wire.buffer(Buffer.concat(parts)),
};

export class WireReader {
  offset = 0;
  readonly bytes: Buffer;
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
  left(): number {
    return this.bytes.length - this.offset;
  }
  int(): number {
    this.offset += 4;
    return this.bytes.readInt32BE(this.offset - 4);
  }
  long(): bigint {
    this.offset += 8;
    return this.bytes.readBigInt64BE(this.offset - 8);
  }
  bool(): boolean {
    this.offset += 1;
    return this.bytes.readUInt8(this.offset - 1) === 1;
  }
  buffer(): Buffer | null {
    const length = this.int();
    if (length === -1) return null;
    this.offset += length;
    return this.bytes.subarray(this.offset - length, this.offset);
  }
  string(): string {
    return (this.buffer() ?? Buffer.alloc(0)).toString();
  }
  strings(): string[] {
    return Array.from({ length: this.int() }, () => this.string());
  }
  stat(): WireStat {
    return {
      czxid: this.long(),
      mzxid: this.long(),
      ctime: this.long(),
      mtime: this.long(),
      version: this.int(),
      cversion: this.int(),
      aversion: this.int(),
      ephemeralOwner: this.long(),
      dataLength: this.int(),
      numChildren: this.int(),
      pzxid: this.long(),
    };
  }
}

export interface WireStat {
  czxid: bigint;
  mzxid: bigint;
  ctime: bigint;
  mtime: bigint;
  version: number;
  cversion: number;
  aversion: number;
  ephemeralOwner: bigint;
  dataLength: number;
  numChildren: number;
  pzxid: bigint;
}

/** Splits a stream into the bodies of its frames. */
export function frameSplitter(onFrame: (body: Buffer) => void): (chunk: Buffer) => void {
  let input: Buffer = Buffer.alloc(0);
  return (chunk) => {
    input = Buffer.concat([input, chunk]);
    while (input.length >= 4 && input.length >= 4 + input.readInt32BE(0)) {
      const end = 4 + input.readInt32BE(0);
      const body = input.subarray(4, end);
      input = input.subarray(end);
      onFrame(body);
    }
  };
}

export interface Answer {
  xid: number;
  zxid: bigint;
  err: number;
  body: WireReader;
}

export interface RawConnectOptions {
  seenZxid?: bigint;
  timeoutMs?: number;
  sessionId?: bigint;
  password?: Buffer;
  /** Send the byte that newer clients send after the password. */
  readOnlyByte?: boolean;
}

/** A client that says exactly what it is told to: for what no well-behaved client would do. */
export class RawZooKeeper {
  readonly socket: Socket;
  readonly notifications: { type: number; path: string }[] = [];
  readonly closed: Promise<void>;
  timeoutMs = 0;
  sessionId = 0n;
  password = Buffer.alloc(16);
  connectAnswerBytes = 0;
  lastZxid = 0n;
  #answers: Answer[] = [];
  #wake: (() => void)[] = [];
  #connectAnswer: WireReader | undefined;
  #isClosed = false;
  #xid = 1;

  constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port });
    this.socket.setNoDelay(true);
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => this.socket.on('close', () => resolve()));
    void this.closed.then(() => {
      this.#isClosed = true;
      this.#notifyAll();
    });
    this.socket.on(
      'data',
      frameSplitter((body) => this.#onFrame(body)),
    );
  }

  /** Opens or resumes a session; `expired` when the server says so, `closed` when it hangs up. */
  async connect(options: RawConnectOptions = {}): Promise<'open' | 'expired' | 'closed'> {
    this.socket.write(
      wire.frame(
        wire.int(0),
        wire.long(options.seenZxid ?? 0n),
        wire.int(options.timeoutMs ?? 3000),
        wire.long(options.sessionId ?? 0n),
        wire.buffer(options.password ?? Buffer.alloc(16)),
        ...(options.readOnlyByte ? [wire.bool(false)] : []),
      ),
    );
    await this.#until(() => this.#connectAnswer !== undefined);
    const answer = this.#connectAnswer;
    if (!answer) return 'closed';
    this.connectAnswerBytes = answer.bytes.length;
    answer.int();
    this.timeoutMs = answer.int();
    this.sessionId = answer.long();
    this.password = Buffer.from(answer.buffer() ?? []);
    return this.timeoutMs > 0 ? 'open' : 'expired';
  }

  /** Sends one request and waits for its answer. */
  async request(type: number, ...body: Buffer[]): Promise<Answer> {
    return this.requestAs(this.#xid++, type, ...body);
  }

  async requestAs(xid: number, type: number, ...body: Buffer[]): Promise<Answer> {
    this.socket.write(wire.frame(wire.int(xid), wire.int(type), ...body));
    await this.#until(() => this.#answers.some((answer) => answer.xid === xid));
    const index = this.#answers.findIndex((answer) => answer.xid === xid);
    const answer = this.#answers.splice(index, 1)[0];
    if (!answer) throw new Error('the server closed the connection without an answer');
    if (answer.zxid > this.lastZxid) this.lastZxid = answer.zxid;
    return answer;
  }

  create(path: string, data = '', flags = 0): Promise<Answer> {
    return this.request(1, wire.string(path), wire.buffer(Buffer.from(data)), wire.openAcl(), wire.int(flags));
  }
  remove(path: string, version = -1): Promise<Answer> {
    return this.request(2, wire.string(path), wire.int(version));
  }
  exists(path: string, watch = false): Promise<Answer> {
    return this.request(3, wire.string(path), wire.bool(watch));
  }
  get(path: string, watch = false): Promise<Answer> {
    return this.request(4, wire.string(path), wire.bool(watch));
  }
  set(path: string, data: string, version = -1): Promise<Answer> {
    return this.request(5, wire.string(path), wire.buffer(Buffer.from(data)), wire.int(version));
  }
  children(path: string, watch = false): Promise<Answer> {
    return this.request(12, wire.string(path), wire.bool(watch));
  }
  multi(ops: [type: number, ...body: Buffer[]][]): Promise<Answer> {
    const header = (type: number, done: boolean) => [wire.int(type), wire.bool(done), wire.int(-1)];
    return this.request(
      14,
      ...ops.flatMap(([type, ...body]) => [...header(type, false), ...body]),
      ...header(-1, true),
    );
  }
  setWatches(seenZxid: bigint, data: string[], exist: string[], children: string[]): Promise<Answer> {
    return this.request(101, wire.long(seenZxid), wire.strings(data), wire.strings(exist), wire.strings(children));
  }
  ping(): Promise<Answer> {
    return this.requestAs(-2, 11);
  }
  digest(userAndPassword: string): Promise<Answer> {
    return this.requestAs(-4, 100, wire.int(0), wire.string('digest'), wire.buffer(Buffer.from(userAndPassword)));
  }

  /** Ends the session, and waits until the server has hung up. */
  async close(): Promise<void> {
    if (!this.#isClosed && this.timeoutMs > 0) await this.request(-11);
    this.socket.end();
    await this.closed;
  }

  /** Waits until that many notifications have come, and returns them. */
  async notified(count: number): Promise<{ type: number; path: string }[]> {
    await this.#until(() => this.notifications.length >= count);
    return this.notifications;
  }

  #onFrame(body: Buffer): void {
    const reader = new WireReader(Buffer.from(body));
    if (!this.#connectAnswer) {
      this.#connectAnswer = reader;
    } else {
      const answer = { xid: reader.int(), zxid: reader.long(), err: reader.int(), body: reader };
      if (answer.xid === -1) {
        const type = reader.int();
        reader.int();
        this.notifications.push({ type, path: reader.string() });
      } else {
        this.#answers.push(answer);
      }
    }
    this.#notifyAll();
  }

  /** Waits for the condition, or for the end of the connection. */
  async #until(condition: () => boolean): Promise<void> {
    while (!condition() && !this.#isClosed) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  #notifyAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
