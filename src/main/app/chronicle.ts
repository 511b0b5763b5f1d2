import type { Journal, NewEvent, StoredSwitchover } from '#main/journal';
import type { SwitchoverNotice } from '#main/pairs';
import {
  type EventsState,
  MAX_LIVE_EVENTS,
  MAX_LIVE_NOTICES,
  type NoticesState,
  type NoticeView,
} from '#shared/contract';
import { type Message, message } from '#shared/domain';

/** What is kept of a switchover with each notice of it; an unknown outcome is replaced once it is known. */
const OUTCOMES: Record<SwitchoverNotice['kind'], StoredSwitchover['outcome'] | null> = {
  'switchover-begun': null,
  'switchover-done': 'done',
  'switchover-failed': 'failed',
  'switchover-unknown': 'unknown',
};

/** What happened, for the screen and for later: the journal, the latest events, the latest notices. */
export class Chronicle {
  readonly #journal: Journal;
  readonly #changed: (topic: 'events' | 'notices') => void;
  #events: EventsState;
  #notices: NoticesState = { latest: [] };
  #noticeCount = 0;

  constructor(journal: Journal, changed: (topic: 'events' | 'notices') => void) {
    this.#journal = journal;
    this.#changed = changed;
    this.#events = { latest: journal.events({ limit: MAX_LIVE_EVENTS }) };
  }

  events(): EventsState {
    return this.#events;
  }

  notices(): NoticesState {
    return this.#notices;
  }

  record(event: NewEvent): void {
    const recorded = this.#journal.record(event);
    this.#events = { latest: [recorded, ...this.#events.latest].slice(0, MAX_LIVE_EVENTS) };
    this.#changed('events');
  }

  /** Keeps a switchover's end, and returns the notice to show of it. Its event comes from the pair itself. */
  notice(pairKey: string, node: string, notice: SwitchoverNotice): NoticeView {
    const words = wordsOf(node, notice);
    this.#noticeCount += 1;
    const view: NoticeView = {
      id: this.#noticeCount,
      atMs: notice.atMs,
      kind: notice.kind,
      pairKey,
      title: words.title,
      body: words.body,
      critical: notice.kind === 'switchover-failed' || notice.kind === 'switchover-unknown',
    };
    const outcome = OUTCOMES[notice.kind];
    if (outcome) this.#journal.recordSwitchover(storedSwitchover(pairKey, notice, outcome));
    this.#notices = { latest: [view, ...this.#notices.latest].slice(0, MAX_LIVE_NOTICES) };
    this.#changed('notices');
    return view;
  }
}

function storedSwitchover(pairKey: string, notice: SwitchoverNotice, outcome: StoredSwitchover['outcome']) {
  const {
    operationId,
    atMs,
    trigger,
    from,
    to,
    epochBefore,
    epochAfter,
    outageMs,
    outageErrorMs,
    steps,
    data,
    askedBy,
    grounds,
    verified,
  } = notice;
  const measured = { epochBefore, epochAfter, outageMs, outageErrorMs };
  return {
    operationId,
    pairKey,
    atMs,
    outcome,
    trigger,
    from,
    to,
    ...measured,
    steps,
    data,
    askedBy,
    grounds,
    verified,
  };
}

function wordsOf(pair: string, notice: SwitchoverNotice): { title: Message; body: Message } {
  const { to, epochBefore } = notice;
  const from = notice.from ?? '–';
  if (notice.kind === 'switchover-begun')
    return {
      title: message('shell.notice.begun', { pair }),
      body: message('shell.notice.begunBody', { from, to, epochBefore }),
    };
  if (notice.kind === 'switchover-failed')
    return {
      title: message('shell.notice.failed', { pair }),
      body: notice.failure ?? message('shell.notice.failedBody', { to }),
    };
  if (notice.kind === 'switchover-unknown')
    return {
      title: message('shell.notice.unknown', { pair }),
      body: notice.failure ?? message('notice.unknown', { to }),
    };
  const epoch = notice.epochAfter ?? epochBefore;
  const title = message('shell.notice.done', { pair });
  if (notice.outageMs === null)
    return {
      title,
      body: message('shell.notice.doneUnmeasured', { to, epoch }),
    };
  const outageMs = Math.round(notice.outageMs);
  const outageErrorMs = Math.ceil(notice.outageErrorMs ?? 0);
  return {
    title,
    body: message('shell.notice.doneBody', { to, epoch, outageMs, outageErrorMs }),
  };
}
