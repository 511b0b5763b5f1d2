import { expect, it } from 'vitest';
import { isNews } from '#renderer/app';
import type { NoticeView } from '#shared/contract';
import { message } from '#shared/domain';

const notice = (id: number, atMs: number): NoticeView => ({
  id,
  atMs,
  kind: 'switchover-begun',
  pairKey: 'e/p',
  title: message('test.title'),
  body: message('test.body'),
  critical: true,
});

it('tells of a notice once, and of none that was there long before the screen opened', () => {
  expect(isNews(notice(7, 0), undefined, 60_000)).toBe(false);
  expect(isNews(notice(7, 58_000), undefined, 60_000)).toBe(true);
  expect(isNews(notice(8, 0), notice(7, 0), 60_000)).toBe(true);
  expect(isNews(notice(7, 59_000), notice(7, 59_000), 60_000)).toBe(false);
});
