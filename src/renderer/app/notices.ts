import type { NoticeView } from '#shared/contract';

/** A notice that stood there before this screen opened is told of only while it is this young. */
const YOUNG_MS = 10_000;

/** Whether a notice is to be shown: later than the one before it, and not a leftover from before the screen opened. */
export function isNews(notice: NoticeView, before: NoticeView | null | undefined, nowMs: number): boolean {
  if (before) return notice.id > before.id;
  return nowMs - notice.atMs < YOUNG_MS;
}
