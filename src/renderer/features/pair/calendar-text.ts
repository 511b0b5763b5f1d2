import {
  type Calendar,
  type CalendarPhase,
  calendarPhaseSchema,
  calendarSchema,
  type FoundCalendar,
} from '#shared/domain';

/** A calendar as it is written on the screen: a phase a line, `1-5 09:15-11:30 assist Morning`. */
export interface CalendarText {
  zone: string;
  holidays: string;
  phases: string;
}

/** The zone and phases of mainland exchanges, to begin with; an assumption to be adapted. */
export const NEW_CALENDAR: CalendarText = {
  zone: 'Asia/Shanghai',
  holidays: '',
  phases: '1-5 09:15-11:30 auto AM\n1-5 13:00-15:00 auto PM',
};

/** A calendar as it is typed. */
export function textOfCalendar(calendar: FoundCalendar): CalendarText {
  if (calendar === null || calendar === 'unreadable') return NEW_CALENDAR;
  const line = ({ days, from, to, mode, name }: CalendarPhase) => `${daysText(days)} ${from}-${to} ${mode} ${name}`;
  return { zone: calendar.zone, holidays: calendar.holidays.join(' '), phases: calendar.phases.map(line).join('\n') };
}

/** What was written, or what is wrong: a line of the phases, counted from 1, or one of the other fields. */
export type ReadCalendar = { calendar: Calendar } | { wrong: 'zone' | 'holidays' | number };

/** What was typed, as a calendar, or which part of it is wrong. */
export function readCalendar({ zone, holidays, phases }: CalendarText): ReadCalendar {
  const read: CalendarPhase[] = [];
  for (const [index, line] of phases.split('\n').entries()) {
    if (line.trim() === '') continue;
    const phase = phaseOf(line);
    if (!phase) return { wrong: index + 1 };
    read.push(phase);
  }
  const days = holidays.split(/[\s,，;；]+/).filter((day) => day !== '');
  const whole = calendarSchema.safeParse({ zone: zone.trim(), holidays: days, phases: read });
  if (whole.success) return { calendar: whole.data };
  return { wrong: whole.error.issues[0]?.path[0] === 'zone' ? 'zone' : 'holidays' };
}

const LINE = /^\s*([1-7](?:-[1-7])?(?:,[1-7](?:-[1-7])?)*)\s+(\d\d:\d\d)-(\d\d:\d\d)\s+(\S+)\s+(.+?)\s*$/;

function phaseOf(line: string): CalendarPhase | null {
  const [, days = '', from, to, mode, name] = LINE.exec(line) ?? [];
  const phase = { name, days: daysOf(days), from, to, mode };
  return calendarPhaseSchema.safeParse(phase).data ?? null;
}

function daysOf(text: string): number[] {
  const days = text.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  });
  return [...new Set(days)].sort((a, b) => a - b);
}

function daysText(days: readonly number[]): string {
  const sorted = [...days].sort((a, b) => a - b);
  const unbroken = sorted.every((day, index) => day === (sorted[0] ?? 0) + index);
  return unbroken && sorted.length > 1 ? `${sorted[0]}-${sorted.at(-1)}` : sorted.join(',');
}
