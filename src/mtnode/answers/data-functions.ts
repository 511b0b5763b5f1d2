import type { z } from 'zod';
import { beatDisposition, type SessionKey, sessionKey } from '#mtnode/instance';
import type { NodeContext } from '#mtnode/parts';
import { type Entry, EntryError } from '#mtnode/redo';
import { ERROR_NUMBERS } from '#shared/domain';
import type {
  confirmRequestSchema,
  digestRequestSchema,
  lookRequestSchema,
  readRequestSchema,
  writeRequestSchema,
} from '#shared/protocol';
import { type Answer, errorAnswer } from './answer.ts';

/** The practice functions on data: 990002 to 990004 for clients, 990012 and 990013 between the two instances. */
export class DataFunctions {
  readonly #context: NodeContext;

  constructor(context: NodeContext) {
    this.#context = context;
  }

  /** 990002. */
  write(body: z.infer<typeof writeRequestSchema>): Answer | Promise<Answer> {
    return this.#refusal(body) ?? this.#write({ type: 'order', key: body.key, order: body.order });
  }

  async #write(entry: Entry): Promise<Answer> {
    try {
      const outcome = await this.#context.data?.write(entry);
      if (outcome?.kind === 'acknowledged') return { error_no: ERROR_NUMBERS.ok, lsn: outcome.lsn };
      return { ...NOT_ACKNOWLEDGED };
    } catch (failure) {
      if (failure instanceof EntryError) return errorAnswer(ERROR_NUMBERS.malformedRequest, failure.message);
      throw failure;
    }
  }

  /** A log-in that survives a switchover: answered once its session is acknowledged as a write is. */
  async logIn(key: SessionKey): Promise<boolean> {
    const { data, sessions, ports } = this.#context;
    const outcome = await data?.write({ type: 'session', ...key });
    return outcome?.kind === 'acknowledged' && sessions.add(key, ports.clock.monotonicMs());
  }

  /** 990003. */
  read(body: z.infer<typeof readRequestSchema>): Answer {
    const refused = this.#refusal(body);
    if (refused !== undefined) return refused;
    const found = this.#context.data?.read(body.keys) ?? [];
    const orders = found.map(({ key, lsn, epoch, times }) => ({ key, lsn, epoch, times }));
    return { error_no: ERROR_NUMBERS.ok, orders };
  }

  /** 990004. */
  digest(body: z.infer<typeof digestRequestSchema>): Answer {
    const { data } = this.#context;
    const refused = this.#refusal(body);
    if (refused !== undefined || data === undefined) return refused ?? errorAnswer(ERROR_NUMBERS.wrongState, NO_DATA);
    const { lastLsn, ...figures } = data.digest();
    return { error_no: ERROR_NUMBERS.ok, ...figures, last_lsn: lastLsn };
  }

  /** 990012. Not answered: the confirmation is the answer. */
  look(body: z.infer<typeof lookRequestSchema>): Answer {
    const { data, peerSight } = this.#context;
    peerSight.hear(body.instance, body.incarnation, 'look');
    data?.look(body, body);
    return 'close';
  }

  /** 990013. Not answered: the next hint is the answer. */
  confirm(body: z.infer<typeof confirmRequestSchema>): Answer {
    const { data, peers, peerSight } = this.#context;
    peerSight.hear(body.instance, body.incarnation, 'confirm');
    // Anybody can send a datagram; only who has read the registrations knows the incarnation.
    if (peers.get(body.instance)?.registration.incarnation === body.incarnation)
      data?.confirmed({ instance: body.instance, dataId: body.data_id, atEpoch: body.at_epoch, lsn: body.lsn });
    return 'close';
  }

  /** Why a client is not served; undefined: it is. */
  #refusal(body: { session_id?: string | undefined; user_token?: string | undefined }): Answer | undefined {
    const { self, guard, sessions, ports, data } = this.#context;
    const { role } = self.facts;
    const disposition = beatDisposition(self.facts, role === 'primary' && guard.check().basis !== 'none');
    if (disposition === 'close') return 'close';
    if (disposition === 'switching') return errorAnswer(ERROR_NUMBERS.switching, 'becoming primary');
    if (disposition === 'standby') return errorAnswer(ERROR_NUMBERS.standby, 'standby');
    if (data === undefined) return errorAnswer(ERROR_NUMBERS.wrongState, NO_DATA);
    const key = sessionKey(body);
    if (key !== undefined && sessions.touch(key, ports.clock.monotonicMs())) return undefined;
    return errorAnswer(ERROR_NUMBERS.unknownSession, 'the session is not known');
  }
}

const NO_DATA = 'the instance keeps no data';
const NOT_ACKNOWLEDGED = {
  error_no: ERROR_NUMBERS.notAcknowledged,
  error_info: 'not acknowledged: it may survive or not',
} as const;
