import {
  decodeDatagram,
  encodeDatagram,
  encodeFrame,
  FrameError,
  parseMessage,
  parseRequest,
  type T2Frame,
} from '#core/frames';
import type { Log } from '#core/logging';
import type { F2Sender, F2Socket, T2Connection, T2Handler } from '#core/transport';
import type { PeerLink } from '#mtnode/pair';
import { ERROR_NUMBERS } from '#shared/domain';
import type { Request } from '#shared/protocol';
import type { Answer } from './answer.ts';

/** What the listeners need of the node. */
export interface Answering {
  answer(request: Request, transport: 't2' | 'f2'): Answer | Promise<Answer>;
  /** What every reply of the instance carries. */
  signature(): { epoch: number; instance: string };
  log: Log;
}

const MALFORMED: Pick<Request, 'function' | 'id'> = { function: 0, id: 0 };

/** One t2 connection: each frame is a request; a frame that is none gets an error reply, an oversized one the end. */
export function t2Handler(node: Answering, connection: T2Connection): T2Handler {
  const replies = new Replies(connection);
  const reply = (request: Pick<Request, 'function' | 'id'>, answer: Answer) => {
    if (answer !== 'close') return replies.add(encodeFrame(envelope(node, request, answer)));
    replies.send();
    connection.close();
  };
  return {
    onFrame(frame: T2Frame) {
      const request = readRequest(frame.kind === 'empty' ? undefined : frame.body);
      if (request instanceof FrameError)
        return reply(MALFORMED, { error_no: ERROR_NUMBERS.malformedRequest, error_info: request.message });
      const answer = guarded(node, request, 't2');
      if (answer instanceof Promise) return answer.then((value) => reply(request, value));
      return reply(request, answer);
    },
    onFrameError(error) {
      node.log.warn('a t2 connection is closed: it cannot be read on', { from: connection.remote, error });
    },
  };
}

/** Replies given in the same moment, as those of one group commit are, leave in one piece: a call each costs more. */
class Replies {
  readonly #connection: T2Connection;
  #frames: Uint8Array[] = [];

  constructor(connection: T2Connection) {
    this.#connection = connection;
  }

  add(frame: Uint8Array): void {
    this.#frames.push(frame);
    if (this.#frames.length === 1) queueMicrotask(() => this.send());
  }

  send(): void {
    const [first, ...others] = this.#frames;
    this.#frames = [];
    if (first !== undefined) this.#connection.send(others.length === 0 ? first : Buffer.concat([first, ...others]));
  }
}

/** The f2 socket: a datagram is a reply somebody waits for, or a request. What is neither is not answered at all. */
export function listenF2(node: Answering, link: PeerLink, socket: F2Socket): void {
  const reply = (request: Request, to: F2Sender, answer: Answer) => {
    if (answer !== 'close') socket.send(encodeDatagram(envelope(node, request, answer)), to.host, to.port);
  };
  socket.onDatagram((datagram, from) => {
    try {
      const message = parseMessage(decodeDatagram(datagram));
      if ('reply' in message) {
        link.receive(message.reply);
        return;
      }
      const { request } = message;
      const answer = guarded(node, request, 'f2');
      if (answer instanceof Promise) void answer.then((value) => reply(request, from, value));
      else reply(request, from, answer);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      node.log.debug('a datagram is no message', { from: `${from.host}:${from.port}`, error });
    }
  });
}

function readRequest(body: Uint8Array | undefined): Request | FrameError {
  if (body === undefined) return new FrameError('NOT_A_REQUEST', 'a frame without a body is no request');
  try {
    return parseRequest(body);
  } catch (error) {
    if (error instanceof FrameError) return error;
    throw error;
  }
}

/** A fault in a handler is that request's alone: it is logged and told. */
function guarded(node: Answering, request: Request, transport: 't2' | 'f2'): Answer | Promise<Answer> {
  const failed = (error: unknown): Answer => {
    node.log.error('a request could not be answered', { function: request.function, error });
    return { error_no: ERROR_NUMBERS.internal, error_info: 'internal fault' };
  };
  try {
    const answer = node.answer(request, transport);
    return answer instanceof Promise ? answer.catch(failed) : answer;
  } catch (error) {
    return failed(error);
  }
}

function envelope(node: Answering, request: Pick<Request, 'function' | 'id'>, answer: Exclude<Answer, 'close'>) {
  const { epoch, instance } = node.signature();
  return { ...answer, epoch, instance, function: request.function, id: request.id };
}
