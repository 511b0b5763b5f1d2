import type { EventView, PairState, Severity } from '#shared/contract';
import type { Message } from '#shared/domain';

/** What one line of the list tells: one fact, or the routine ones of one instance within a second. */
export interface EventRow {
  /** That of its first event, which stays when more join. */
  id: number;
  atMs: number;
  severity: Severity;
  pairKey: string | null;
  instance: string | null;
  /** The state that the pair went into; its reason follows in `messages`. */
  state: PairState | null;
  /** In the order of happening. */
  messages: Message[];
  /** What an instance went through, needing no response. */
  routine: boolean;
}

/** What happens within this belongs to one line. */
const TOGETHER_MS = 1_000;
const STATE = /^failover\.event\.state\.(.+)$/;
const BEGUN = /^notice\.begun\./;
/** What an instance says of its data that degrades its pair: the state's own reason is then left out. */
const DEGRADES = /^failover\.event\.(syncFailed|todbTrouble|todbDiffers)$/;

/**
 * Events, newest first, as lines, newest first. A pair's state and its reason are one fact, and so are a switchover's
 * beginning and the state that says so; routine facts of one instance (steps, role, status) share a line.
 */
export function eventRows(events: readonly EventView[]): EventRow[] {
  const rows: EventRow[] = [];
  for (const event of events.toReversed()) {
    const recent = rows.filter((row) => row.pairKey === event.pairKey && event.atMs - row.atMs < TOGETHER_MS);
    if (!join(recent, event)) rows.push(newRow(event));
  }
  return rows.reverse();
}

function newRow({ id, atMs, severity, pairKey, instance, message }: EventView): EventRow {
  const state = stateOf(message);
  const routine = isRoutine(severity, instance, message.key);
  return { id, atMs, severity, pairKey, instance, state, messages: state ? [] : [message], routine };
}

function stateOf({ key }: Message): PairState | null {
  return (STATE.exec(key)?.[1] as PairState | undefined) ?? null;
}
const degrades = ({ messages }: EventRow) => messages.some(({ key }) => DEGRADES.test(key));
const begins = ({ messages }: EventRow) => messages.some(({ key }) => BEGUN.test(key));

/** Puts an event into one of the lines of the last second, where it belongs to one. */
function join(recent: EventRow[], { severity, instance, message }: EventView): boolean {
  const { key } = message;
  if (stateOf(message) === 'switching') {
    const row = recent.find((each) => each.state === null && begins(each));
    if (row) row.state = 'switching';
    return row !== undefined;
  }
  if (stateOf(message) === 'degraded') {
    const row = recent.findLast((each) => each.state === null && each.severity === severity && degrades(each));
    if (row) row.state = 'degraded';
    return row !== undefined;
  }
  if (BEGUN.test(key)) {
    const row = recent.find(({ state }) => state === 'switching');
    if (row) Object.assign(row, { instance, messages: [message] });
    return row !== undefined;
  }
  if (key.startsWith('state.')) {
    const row = recent.findLast(({ state }) => state !== null);
    // A line that says who switches over to whom needs no second sentence that it does.
    if (row && !begins(row)) row.messages.push(message);
    return row !== undefined;
  }
  if (!isRoutine(severity, instance, key)) return false;
  const row = recent.findLast((each) => each.routine && each.instance === instance);
  row?.messages.push(message);
  return row !== undefined;
}

function isRoutine(severity: Severity, instance: string | null, key: string): boolean {
  return severity === 'none' && instance !== null && !key.startsWith('notice.');
}
