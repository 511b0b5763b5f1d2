import type { NoticeView } from '#shared/contract';

/** A notice that stood there before this screen opened is told of only while it is this young. */
const YOUNG_MS = 10_000;

/**
 * The notices to show, oldest first: those later than the latest one known, and where none is, those that are no
 * leftovers from before the screen opened.
 */
export function newsAmong(latest: readonly NoticeView[], known: NoticeView | undefined, nowMs: number): NoticeView[] {
  const isNews = (notice: NoticeView) => (known ? notice.id > known.id : nowMs - notice.atMs < YOUNG_MS);
  return latest.filter(isNews).reverse();
}
