import { type Clock, every, type Timer } from '#core/clock';
import { type ClientMessage, clientMessageSchema, type ServerMessage, type Topic } from '#shared/contract';
import { message } from '#shared/domain';
import { firstBeatMs } from './columns.ts';
import type { TopicHub, TopicMessage } from './hub.ts';
import type { CommandContext, Router } from './router.ts';

/** More than this waiting to be sent, and a screen counts as slow. */
const CONGESTED_BYTES = 1024 * 1024;
/** A slow screen is caught up once no more than this waits. */
const DRAINED_BYTES = 64 * 1024;
const CATCH_UP_INTERVAL_MS = 250;
const MAX_CALLS_UNDER_WAY = 64;
const MAX_TOPICS = 1_100;

/** What a transport supplies for one screen. */
export interface ScreenPort {
  send(message: ServerMessage): void;
  /** Bytes handed over and not yet on their way; 0 where the transport does not queue. */
  pendingBytes(): number;
}

/** One connected screen, whatever carries its messages. */
export interface ClientSession {
  /** Takes a message from the screen. False where it is none: the transport should end the connection. */
  receive(raw: unknown): boolean;
  /** The screen is gone: its subscriptions end, answers still under way are dropped. */
  close(): void;
}

/** Opens the session of a newly connected screen. */
export function openClientSession(
  parts: { hub: TopicHub; router: Router; clock: Clock },
  context: CommandContext,
  port: ScreenPort,
): ClientSession {
  const { hub, router, clock } = parts;
  const topics = new Set<Topic>();
  /** Topics that missed something, with the wall time from which on beats are missing. */
  const behind = new Map<Topic, number>();
  let catchUpTimer: Timer | undefined;
  let callsUnderWay = 0;
  let closed = false;

  const subscriber = {
    /** A slow screen gets no queue: what it misses is dropped, and made good by one snapshot once it has drained. */
    deliver(topicMessage: TopicMessage): void {
      const { topic } = topicMessage;
      if (behind.has(topic)) return;
      if (port.pendingBytes() <= CONGESTED_BYTES) {
        port.send(topicMessage);
        return;
      }
      const firstMs = topicMessage.t === 'beats' ? firstBeatMs(topicMessage.columns) : undefined;
      behind.set(topic, firstMs ?? clock.wallMs());
      catchUpTimer ??= every(clock, CATCH_UP_INTERVAL_MS, catchUp);
    },
  };

  function catchUp(): void {
    for (const [topic, fromMs] of [...behind]) {
      if (port.pendingBytes() > DRAINED_BYTES) return;
      behind.delete(topic);
      port.send(hub.catchUp(topic, fromMs));
    }
    catchUpTimer?.cancel();
    catchUpTimer = undefined;
  }

  function unsubscribe(topic: Topic): void {
    topics.delete(topic);
    behind.delete(topic);
    hub.unsubscribe(topic, subscriber);
  }

  function subscribe(topic: Topic): void {
    if (topics.has(topic)) unsubscribe(topic);
    if (topics.size >= MAX_TOPICS) return;
    topics.add(topic);
    hub.subscribe(topic, subscriber);
  }

  async function call({ id, command, input }: Extract<ClientMessage, { t: 'call' }>): Promise<void> {
    if (callsUnderWay >= MAX_CALLS_UNDER_WAY) {
      port.send({ t: 'reply', id, ok: false, error: { code: 'refused', message: message('error.tooManyCalls') } });
      return;
    }
    callsUnderWay += 1;
    const result = await router.dispatch(command, input, context);
    callsUnderWay -= 1;
    if (!closed) port.send({ t: 'reply', id, ...result });
  }

  return {
    receive(raw) {
      const parsed = clientMessageSchema.safeParse(raw);
      if (closed || !parsed.success) return false;
      const clientMessage = parsed.data;
      if (clientMessage.t === 'call') void call(clientMessage);
      else if (clientMessage.t === 'subscribe') subscribe(clientMessage.topic);
      else unsubscribe(clientMessage.topic);
      return true;
    },
    close() {
      closed = true;
      catchUpTimer?.cancel();
      for (const topic of [...topics]) unsubscribe(topic);
    },
  };
}
