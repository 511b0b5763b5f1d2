import { describe, expect, it } from 'vitest';
import {
  type Calendar,
  calendarSchema,
  calendarSight,
  holdingAt,
  newPolicyRecord,
  parseRecord,
  policyRecordSchema,
  policySettings,
  recordText,
} from '#shared/domain';

const calendar: Calendar = {
  zone: 'Asia/Shanghai',
  holidays: ['2026-11-25'],
  phases: [
    { name: 'am', days: [1, 2, 3, 4, 5], from: '09:15', to: '11:30', mode: 'auto' },
    { name: 'pm', days: [1, 2, 3, 4, 5], from: '13:00', to: '15:00', mode: 'auto' },
    { name: 'batch', days: [1], from: '11:00', to: '13:30', mode: 'observe' },
    { name: 'night', days: [5], from: '21:00', to: '24:00', mode: 'assist' },
  ],
};
/** Monday is 2026-11-23; China is eight hours ahead all year. */
const at = (text: string) => Date.parse(`${text}+08:00`);
const holds = (text: string) => holdingAt(calendar, 'assist', at(text));

describe('the phases of the trading day', () => {
  it.each([
    ['2026-11-24T09:14:59', 'assist', null],
    ['2026-11-24T09:15:00', 'auto', 'am'],
    ['2026-11-24T11:29:59', 'auto', 'am'],
    ['2026-11-24T11:30:00', 'assist', null],
    ['2026-11-24T13:00:00', 'auto', 'pm'],
    // Where phases overlap, the strictest.
    ['2026-11-23T11:15:00', 'observe', 'batch'],
    ['2026-11-23T13:15:00', 'observe', 'batch'],
    ['2026-11-27T23:59:59', 'assist', 'night'],
    ['2026-11-28T00:00:00', 'assist', null],
    // A Saturday, and a holiday.
    ['2026-11-28T10:00:00', 'assist', null],
    ['2026-11-25T10:00:00', 'assist', null],
  ])('at %s: %s (%s)', (text, mode, phase) => {
    expect(holds(text)).toEqual({ mode, phase });
  });

  it('know what comes next, over a holiday and a weekend', () => {
    const next = (text: string) => calendarSight(calendar, 'assist', at(text)).next;
    expect(next('2026-11-24T10:00:00.500')).toEqual({ mode: 'assist', phase: null, atMs: at('2026-11-24T11:30:00') });
    expect(next('2026-11-24T15:00:00')).toEqual({ mode: 'auto', phase: 'am', atMs: at('2026-11-26T09:15:00') });
    expect(next('2026-11-28T00:00:00')).toEqual({ mode: 'auto', phase: 'am', atMs: at('2026-11-30T09:15:00') });
    expect(next('2026-11-27T22:00:00')).toEqual({ mode: 'assist', phase: null, atMs: at('2026-11-28T00:00:00') });
  });

  it('follow a clock that is set for summer', () => {
    const phases = [{ name: 'us', days: [1, 7], from: '09:30', to: '16:00', mode: 'auto' as const }];
    const newYork: Calendar = { zone: 'America/New_York', holidays: [], phases };
    // The night to 2026-03-08 is an hour shorter there.
    const sight = calendarSight(newYork, 'observe', Date.parse('2026-03-08T00:30:00-05:00'));
    expect(sight.next?.atMs).toBe(Date.parse('2026-03-08T09:30:00-04:00'));
  });

  it('are none where there is no calendar, and nothing comes next', () => {
    expect(calendarSight(null, 'auto', at('2026-11-24T10:00:00'))).toEqual({ mode: 'auto', phase: null, next: null });
    const empty = { ...calendar, phases: [] };
    expect(calendarSight(empty, 'auto', at('2026-11-24T10:00:00')).next).toBeNull();
  });
});

describe('a calendar in a policy record', () => {
  const record = newPolicyRecord(policySettings('auto'));
  const read = (value: unknown) => parseRecord(policyRecordSchema, '/policy', Buffer.from(recordText(value)));

  it('comes back as it was written, and is none in records of earlier consoles', () => {
    expect(read({ ...record, calendar }).calendar).toEqual(calendar);
    expect(read({ version: 1, mode: 'auto' }).calendar).toBeNull();
  });

  it.each<[string, unknown]>([
    ['is no object', 'monday'],
    ['has a zone that nobody knows', { ...calendar, zone: 'Mars/Olympus' }],
    ['has a time that is none', { ...calendar, phases: [{ ...calendar.phases[0], to: '25:00' }] }],
    ['has a phase that ends before it begins', { ...calendar, phases: [{ ...calendar.phases[0], to: '09:00' }] }],
    ['has a day that is none', { ...calendar, phases: [{ ...calendar.phases[0], days: [8] }] }],
    ['has a holiday that is none', { ...calendar, holidays: ['2026-02-30'] }],
  ])('that %s means the strictest mode, and leaves the rest readable', (_name, broken) => {
    const found = read({ ...record, cooldownMs: 5, calendar: broken });
    expect(found).toMatchObject({ mode: 'auto', cooldownMs: 5, calendar: 'unreadable' });
    expect(holdingAt(found.calendar, 'auto', at('2026-11-24T10:00:00'))).toEqual({ mode: 'observe', phase: null });
    expect(calendarSchema.safeParse(broken).success).toBe(false);
    // Another change that is written meanwhile does not make it readable.
    expect(read(found).calendar).toBe('unreadable');
  });
});
