import { expect, it } from 'vitest';
import { newsAmong } from '#renderer/app';
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
  const news = (latest: NoticeView[], known?: NoticeView) => newsAmong(latest, known, 60_000).map(({ id }) => id);
  expect(news([notice(7, 0)])).toEqual([]);
  expect(news([notice(7, 58_000), notice(6, 0)])).toEqual([7]);
  expect(news([notice(8, 0), notice(7, 0)], notice(7, 0))).toEqual([8]);
  expect(news([notice(7, 59_000)], notice(7, 59_000))).toEqual([]);
  expect(news([], notice(7, 0))).toEqual([]);
});

it('tells of all that came together, in their order', () => {
  const latest = [notice(9, 59_000), notice(8, 59_000), notice(7, 0)];
  expect(newsAmong(latest, notice(7, 0), 60_000).map(({ id }) => id)).toEqual([8, 9]);
});
