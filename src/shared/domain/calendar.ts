import { z } from 'zod';
import { type PolicyMode, policyModeSchema } from './policy-mode.ts';

/**
 * The trading day as a policy sees it: which mode holds in which phase. Times are local to `zone`; a phase begins at its
 * `from` and is over at its `to`. On a holiday, and outside of every phase, the policy's own mode holds.
 */
const timeOfDay = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/);
const zone = z.string().min(1).max(64).refine(isZone);

export const calendarPhaseSchema = z
  .object({
    name: z.string().trim().min(1).max(32),
    /** 1 is Monday, 7 is Sunday. */
    days: z.array(z.number().int().min(1).max(7)).min(1).max(7),
    from: timeOfDay,
    to: timeOfDay,
    mode: policyModeSchema,
  })
  .refine(({ from, to }) => minutesOf(from) < minutesOf(to));
export type CalendarPhase = z.infer<typeof calendarPhaseSchema>;

export const calendarSchema = z.object({
  zone,
  /** Local days, `2026-10-01`. */
  holidays: z.array(z.iso.date()).max(400),
  phases: z.array(calendarPhaseSchema).max(32),
});
export type Calendar = z.infer<typeof calendarSchema>;
/** A calendar as it was found: one that does not fit its schema is not taken for none. */
export type FoundCalendar = Calendar | 'unreadable' | null;

/** Reads what a policy's record has for a calendar. Never throws. */
export function foundCalendar(value: unknown): FoundCalendar {
  if (value === undefined || value === null) return null;
  return calendarSchema.safeParse(value).data ?? 'unreadable';
}

/** The mode that holds at a moment, and the phase that says so; null: none does, the policy's own mode holds. */
export interface Holding {
  mode: PolicyMode;
  phase: string | null;
}
export interface CalendarSight extends Holding {
  /** When something else holds, and what; null: nothing does within two weeks. */
  next: (Holding & { atMs: number }) | null;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const LOOK_AHEAD_DAYS = 14;
/** From the least that consoles may do by themselves to the most. */
const STRICTEST_FIRST: readonly PolicyMode[] = ['observe', 'assist', 'auto'];

/** What holds at a moment. Where phases overlap, the strictest of them; a calendar that cannot be read: `observe`. Pure. */
export function holdingAt(calendar: FoundCalendar, mode: PolicyMode, wallMs: number): Holding {
  if (calendar === null) return { mode, phase: null };
  if (calendar === 'unreadable') return { mode: 'observe', phase: null };
  const { date, day, minute } = localTime(calendar.zone, wallMs);
  if (calendar.holidays.includes(date)) return { mode, phase: null };
  const now = calendar.phases.filter(
    ({ days, from, to }) => days.includes(day) && minutesOf(from) <= minute && minute < minutesOf(to),
  );
  const strictest = STRICTEST_FIRST.find((one) => now.some((phase) => phase.mode === one));
  const phase = now.find((one) => one.mode === strictest);
  return phase ? { mode: phase.mode, phase: phase.name } : { mode, phase: null };
}

/** What holds now and what comes next. Pure. */
export function calendarSight(calendar: FoundCalendar, mode: PolicyMode, wallMs: number): CalendarSight {
  const now = holdingAt(calendar, mode, wallMs);
  if (calendar === null || calendar === 'unreadable') return { ...now, next: null };
  for (const atMs of boundaries(calendar, wallMs)) {
    const then = holdingAt(calendar, mode, atMs);
    if (then.mode !== now.mode || then.phase !== now.phase) return { ...now, next: { ...then, atMs } };
  }
  return { ...now, next: null };
}

/** The moments after `wallMs` at which a phase begins or ends, in order. */
function boundaries({ zone: inZone, phases }: Calendar, wallMs: number): number[] {
  const { minute } = localTime(inZone, wallMs);
  const midnightMs = wallMs - (wallMs % MINUTE_MS) - minute * MINUTE_MS;
  const minutes = [...new Set(phases.flatMap(({ from, to }) => [minutesOf(from), minutesOf(to)]))];
  const moments = Array.from({ length: LOOK_AHEAD_DAYS + 1 }, (_, day) => day).flatMap((day) =>
    minutes.map((each) => atLocalMinute(inZone, midnightMs + day * DAY_MS, each)),
  );
  return moments.filter((atMs) => atMs > wallMs).sort((a, b) => a - b);
}

/** The moment at which it is that minute of the day: a clock that is set for summer moves it. */
function atLocalMinute(inZone: string, aboutMidnightMs: number, minute: number): number {
  const aboutMs = aboutMidnightMs + minute * MINUTE_MS;
  const offBy = (minute % 1_440) - localTime(inZone, aboutMs).minute;
  const nearest = offBy > 720 ? offBy - 1_440 : offBy < -720 ? offBy + 1_440 : offBy;
  return aboutMs + nearest * MINUTE_MS;
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(inZone: string): Intl.DateTimeFormat {
  const known = formats.get(inZone);
  if (known) return known;
  const numbers = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
  const made = new Intl.DateTimeFormat('en-US', { timeZone: inZone, ...numbers, weekday: 'short', hourCycle: 'h23' });
  formats.set(inZone, made);
  return made;
}

function localTime(inZone: string, wallMs: number): { date: string; day: number; minute: number } {
  const parts = Object.fromEntries(
    formatOf(inZone)
      .formatToParts(wallMs)
      .map(({ type, value }) => [type, value]),
  );
  return {
    date: `${parts.year}-${parts.month}-${parts.day}`,
    day: WEEKDAYS.indexOf(parts.weekday ?? '') + 1,
    minute: Number(parts.hour) * 60 + Number(parts.minute),
  };
}

function isZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    // Intl throws a RangeError for a zone that it does not know: that is the answer.
    return false;
  }
}
