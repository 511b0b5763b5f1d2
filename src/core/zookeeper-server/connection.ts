import type { Socket } from 'node:net';
import { JuteReader, JuteWriter } from './jute.ts';
import { ERROR, type EventType, type Identity, MAX_FRAME_BYTES, OP, RequestError, XID } from './protocol.ts';
import type { Requester } from './requester.ts';
import { authenticate, handleRequest } from './requests.ts';
import type { SessionRecord } from './sessions.ts';
import type { Store } from './store.ts';

/** What a connection needs of the server. */
export interface ConnectionHost {
  store(): Store;
  /** The answer to a four-letter word; undefined when it is none. */
  fourLetterWord(word: string): string | undefined;
  /** Called once the connection is gone. */
  gone(connection: Connection): void;
  log(message: string, fields: Record<string, unknown>): void;
}

const SYNC_CONNECTED = 3;
/** A client that does not read what it is sent is let go before it fills the memory. */
const MAX_UNSENT_BYTES = 32 * 1024 * 1024;
/** Requests wait while so many bytes of earlier answers have not gone out. */
const MAX_ANSWERS_AHEAD_BYTES = 1024 * 1024;
const PASSWORD_BYTES = 16;

/** One client's connection: frames in, answers and notifications out. Whatever comes in, only this connection suffers. */
export class Connection {
  readonly #socket: Socket;
  readonly #host: ConnectionHost;
  readonly #proved: Identity[];
  #session: SessionRecord | undefined;
  #input: Buffer = Buffer.alloc(0);
  #ended = false;
  #paused = false;

  constructor(socket: Socket, host: ConnectionHost) {
    this.#socket = socket;
    this.#host = host;
    this.#proved = [{ scheme: 'ip', id: socket.remoteAddress ?? '' }];
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#onData(chunk));
    socket.on('drain', () => this.#goOn());
    socket.on('error', (error) => host.log('a ZooKeeper connection failed', { reason: error.message }));
    socket.on('close', () => this.#onClose());
  }

  /** Takes in nothing more until `resume`. */
  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#goOn();
  }

  destroy(): void {
    this.#ended = true;
    this.#socket.destroy();
  }

  notify(type: EventType, path: string): void {
    const frame = new JuteWriter().int(XID.notification).long(-1n).int(ERROR.ok);
    this.#send(frame.int(type).int(SYNC_CONNECTED).string(path).frame());
  }

  #goOn(): void {
    if (this.#paused || this.#ended) return;
    this.#socket.resume();
    this.#process();
  }

  #onClose(): void {
    this.#ended = true;
    this.#host.store().watches.forget(this);
    if (this.#session?.connection === this) this.#session.connection = undefined;
    this.#host.gone(this);
  }

  #onData(chunk: Buffer): void {
    this.#input = this.#input.length === 0 ? chunk : Buffer.concat([this.#input, chunk]);
    this.#process();
  }

  #process(): void {
    this.#socket.cork();
    try {
      this.#takeFrames();
    } catch (error) {
      this.#host.log('a ZooKeeper connection was closed', { reason: String(error) });
      this.destroy();
    } finally {
      this.#socket.uncork();
    }
  }

  #takeFrames(): void {
    let rest = this.#input;
    while (!this.#ended && rest.length >= 4 && this.#socket.writableLength <= MAX_ANSWERS_AHEAD_BYTES) {
      if (!this.#session && this.#answerWord(rest.toString('latin1', 0, 4))) return;
      const length = rest.readInt32BE(0);
      if (length < 0 || length > MAX_FRAME_BYTES) throw new Error(`a frame claims ${length} bytes`);
      if (rest.length < 4 + length) break;
      this.#onFrame(new JuteReader(rest.subarray(4, 4 + length)));
      rest = rest.subarray(4 + length);
    }
    this.#input = rest;
  }

  #answerWord(word: string): boolean {
    const answer = this.#host.fourLetterWord(word);
    if (answer === undefined) return false;
    this.#end(Buffer.from(answer));
    return true;
  }

  #onFrame(input: JuteReader): void {
    if (this.#session) this.#onRequest(input, this.#session);
    else this.#connect(input);
  }

  #onRequest(input: JuteReader, session: SessionRecord): void {
    const xid = input.int();
    const type = input.int();
    this.#host.store().sessions.touch(session);
    switch (type) {
      case OP.ping:
        this.#answer(XID.ping, ERROR.ok);
        break;
      case OP.auth:
        this.#authenticate(input);
        break;
      case OP.closeSession:
        this.#closeSession(xid, session);
        break;
      default:
        this.#operate(xid, type, input, session);
    }
  }

  #operate(xid: number, type: number, input: JuteReader, session: SessionRecord): void {
    const requester: Requester = { sessionId: session.id, proved: this.#proved, watcher: this };
    try {
      this.#answer(xid, ERROR.ok, handleRequest(this.#host.store(), requester, type, input));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.#answer(xid, error.code);
      if (error.code === ERROR.unimplemented) this.#end();
    }
  }

  #connect(input: JuteReader): void {
    const store = this.#host.store();
    const protocolVersion = input.int();
    const seenZxid = input.long();
    const askedTimeoutMs = input.int();
    const sessionId = input.long();
    const password = input.buffer();
    // Newer clients add whether they would accept a read-only server; they expect the same byte back.
    const asksReadOnly = input.remaining() >= 1;
    if (protocolVersion !== 0) throw new Error(`protocol version ${protocolVersion}`);
    if (seenZxid > store.lastZxid) {
      throw new Error(`the client has seen transaction ${seenZxid}, the last one here is ${store.lastZxid}`);
    }
    // Even a wrong password costs the session its present connection, as it does with Apache ZooKeeper.
    store.sessions.get(sessionId)?.connection?.destroy();
    const session = sessionId === 0n ? store.openSession(askedTimeoutMs) : store.sessions.find(sessionId, password);
    if (!session) {
      this.#end(connectAnswer(0, 0n, Buffer.alloc(PASSWORD_BYTES), asksReadOnly));
      return;
    }
    session.connection = this;
    session.timeoutMs = store.sessions.negotiate(askedTimeoutMs);
    store.sessions.touch(session);
    this.#session = session;
    this.#send(connectAnswer(session.timeoutMs, session.id, session.password, asksReadOnly));
  }

  #authenticate(input: JuteReader): void {
    try {
      authenticate({ sessionId: 0n, proved: this.#proved, watcher: this }, input);
      this.#answer(XID.auth, ERROR.ok);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.#answer(XID.auth, ERROR.authFailed);
      this.#end();
    }
  }

  #closeSession(xid: number, session: SessionRecord): void {
    this.#host.store().endSession(session);
    this.#answer(xid, ERROR.ok);
    this.#end();
  }

  #answer(xid: number, error: number, body?: JuteWriter): void {
    const header = new JuteWriter().int(xid).long(this.#host.store().lastZxid).int(error);
    const bytes = Buffer.concat([header.body(), body?.body() ?? Buffer.alloc(0)]);
    const length = Buffer.allocUnsafe(4);
    length.writeInt32BE(bytes.length);
    this.#send(Buffer.concat([length, bytes]));
  }

  #send(frame: Buffer): void {
    if (this.#ended || this.#socket.destroyed) return;
    if (this.#socket.writableLength > MAX_UNSENT_BYTES) this.destroy();
    else if (!this.#socket.write(frame)) this.#socket.pause();
  }

  #end(lastFrame?: Buffer): void {
    this.#ended = true;
    if (lastFrame) this.#socket.end(lastFrame);
    else this.#socket.end();
    this.#socket.resume();
  }
}

function connectAnswer(timeoutMs: number, sessionId: bigint, password: Buffer, withReadOnly: boolean): Buffer {
  const answer = new JuteWriter().int(0).int(timeoutMs).long(sessionId).buffer(password);
  return (withReadOnly ? answer.bool(false) : answer).frame();
}
