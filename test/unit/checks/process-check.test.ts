import { describe, expect, test } from 'vitest';
import type { ProcessReading, ProcessState } from '#core/process';
import { createProcessCheck } from '#main/checks';
import { VirtualClock } from '#test/virtual-clock';

const registered = { bootId: 'boot-1', pid: 42, startTime: '1000' };
const found = (state: ProcessState, startTime = '1000', bootId = 'boot-1'): ProcessReading => ({
  found: true,
  identity: { bootId, pid: 42, startTime },
  state,
});
const check = (reading: ProcessReading | Error, bootId = 'boot-1') =>
  createProcessCheck({
    reader: {
      bootId: async () => bootId,
      async read() {
        if (reading instanceof Error) throw reading;
        return reading;
      },
    },
  })(registered);

describe('the process check', () => {
  test.each([
    ['that very process running', found('running'), 'alive', false, 'check.process.alive'],
    ['that very process stopped', found('stopped'), 'alive', true, 'check.process.frozen'],
    ['a zombie', found('dead'), 'gone', false, 'check.process.zombie'],
    ['no such pid', { found: false } as const, 'gone', false, 'check.process.gone'],
    ['the pid used again', found('running', '2000'), 'gone', false, 'check.process.pidReused'],
    ['a stopped process that has the pid now', found('stopped', '2000'), 'gone', false, 'check.process.pidReused'],
    [
      'a boot id that changed meanwhile',
      found('running', '1000', 'boot-2'),
      'nothing',
      false,
      'check.process.otherBoot',
    ],
  ])('%s', async (_name, reading, says, frozen, key) => {
    expect(await check(reading)).toEqual({ says, frozen, reason: { key, params: { pid: 42 } } });
  });

  test.each([{ found: false } as const, found('running'), found('dead')])(
    'another boot or machine proves nothing, whatever the pid says here',
    async (reading) => {
      expect(await check(reading, 'boot-2')).toMatchObject({ says: 'nothing', frozen: false });
    },
  );

  test('a process on its way out is looked at again until it is gone', async () => {
    const readings: ProcessReading[] = [found('ending'), found('ending'), { found: false }];
    const clock = new VirtualClock();
    const reader = { bootId: async () => 'boot-1', read: async () => readings.shift() ?? found('running') };
    const result = createProcessCheck({ reader, clock })(registered);
    await clock.advance(10);
    expect(await result).toMatchObject({ says: 'gone' });
  });

  test('one that takes its time is alive, and ending', async () => {
    const clock = new VirtualClock();
    const reader = { bootId: async () => 'boot-1', read: async () => found('ending') };
    const result = createProcessCheck({ reader, clock })(registered);
    await clock.advance(100);
    expect(await result).toMatchObject({ says: 'alive', frozen: false, reason: { key: 'check.process.ending' } });
  });

  test('what cannot be read proves nothing, and says why', async () => {
    expect(await check(new Error('EACCES'))).toEqual({
      says: 'nothing',
      frozen: false,
      reason: { key: 'check.process.unreadable', params: { pid: 42, reason: 'EACCES' } },
    });
  });
});
