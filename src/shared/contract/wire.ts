import { z } from 'zod';
import type { Message } from '#shared/domain';
import type { SetupListView, SetupView } from '#shared/setup';
import type { Change } from './changes.ts';
import type { PairChecksView, TroublesState } from './check-views.ts';
import type { BeatColumns, EventsState, FleetState, NoticesState, PairView } from './views.ts';

/**
 * The topics a screen can subscribe to and the state each carries. `pair:KEY` is the pair page's, `checks:KEY` what was
 * found on its servers, `troubles` what does not pass in all of the fleet, `setup` the drafts of setting
 * pairs up and `setup:ID` one of them.
 */
export interface TopicStates {
  fleet: FleetState;
  events: EventsState;
  notices: NoticesState;
  troubles: TroublesState;
  [checks: `checks:${string}`]: PairChecksView | null;
  setup: SetupListView;
  [pair: `pair:${string}`]: PairView | null;
  [draft: `setup:${string}`]: SetupView | null;
}
export type StateTopic =
  | 'fleet'
  | 'events'
  | 'notices'
  | 'troubles'
  | 'setup'
  | `pair:${string}`
  | `checks:${string}`
  | `setup:${string}`;
/** `beats:KEY` carries no state: only the beats that came since, as columns. */
export type BeatsTopic = `beats:${string}`;
export type Topic = StateTopic | BeatsTopic;
export const topicSchema = z.custom<Topic>(
  (value) =>
    typeof value === 'string' &&
    value.length <= 200 &&
    /^(fleet|events|notices|troubles|setup|setup:[a-z0-9-]+|(pair|checks|beats):[^/\s]+\/[^/\s]+)$/.test(value),
);

/** An error as it crosses to the screen, with all that a sentence needs. */
export interface WireError {
  /** A class of error that the screen may act on: `invalid`, `not-found`, `refused`, `unavailable`, `internal`. */
  code: 'invalid' | 'not-found' | 'refused' | 'unavailable' | 'internal';
  message: Message;
  instance?: string;
  step?: string;
}

/** From the screen. */
export const clientMessageSchema = z.discriminatedUnion('t', [
  z.strictObject({
    t: z.literal('call'),
    id: z.number().int().min(0),
    command: z.string().max(64),
    input: z.unknown(),
  }),
  z.strictObject({ t: z.literal('subscribe'), topic: topicSchema }),
  z.strictObject({ t: z.literal('unsubscribe'), topic: topicSchema }),
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;

/**
 * To the screen. A topic's first message is its snapshot; changes follow with consecutive versions, and a gap makes
 * the screen subscribe again.
 */
export type ServerMessage =
  | { t: 'reply'; id: number; ok: true; value: unknown }
  | { t: 'reply'; id: number; ok: false; error: WireError }
  | { t: 'snapshot'; topic: StateTopic; version: number; value: unknown }
  | { t: 'change'; topic: StateTopic; version: number; changes: Change[] }
  | { t: 'beats'; topic: BeatsTopic; columns: BeatColumns[] };

/**
 * What the preload exposes to the screen as `window.kuantu`; the served shell builds the same over its WebSocket. The
 * screen cannot tell which it has.
 */
export interface Bridge {
  send(message: ClientMessage): void;
  /** Calls `listener` for every message; returns how to stop. */
  onMessage(listener: (message: ServerMessage) => void): () => void;
  /** Calls `listener` whenever the link to main is made or lost; returns how to stop. */
  onLink(listener: (up: boolean) => void): () => void;
}
