import type { Locale } from '#shared/i18n';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Unit = 'ms' | 's' | 'min' | 'h' | 'd';

/** The same units wherever a length of time is written; milliseconds are `ms` in both languages, as in logs. */
const UNITS: Record<Locale, Record<Unit, string>> = {
  'zh-CN': { ms: 'ms', s: '秒', min: '分', h: '小时', d: '天' },
  en: { ms: 'ms', s: 's', min: 'min', h: 'h', d: 'd' },
};

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Figures in the operator's language. Times are local; {@link Formats.zone} names the zone they are in. */
export interface Formats {
  /** Time of day, `09:25:03`. */
  time(atMs: number): string;
  /** The day, `2026-11-23`: the one order that nobody misreads. */
  date(atMs: number): string;
  /** Day and time of day. */
  dateTime(atMs: number): string;
  /** Day, time of day and zone, for a sentence. */
  moment(atMs: number): string;
  /** The local zone's offset, `GMT+8`. */
  zone(atMs: number): string;
  /** Always with that many digits, so that figures that change stay in place. */
  number(value: number, digits?: number): string;
  /** A length of time with its units, the two largest that matter. */
  duration(ms: number): string;
  /** A length that changes all the time, in seconds: one digit below a minute, so that it stays in place. */
  seconds(value: number): string;
  /** An amount of data, in steps of a thousand: `512 B`, `1.2 kB`, `34.5 MB`. */
  bytes(value: number): string;
  /** A measured length with its error, in one unit: `270 ms ± 28 ms`, `10.03 s ± 0.02 s`. */
  measured(ms: number, errorMs: number | null): string;
}

function createFormats(locale: Locale): Formats {
  const time = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  // Swedish writes the day as ISO 8601 does.
  const date = new Intl.DateTimeFormat('sv-SE', { year: 'numeric', month: '2-digit', day: '2-digit' });
  const zone = new Intl.DateTimeFormat(locale, { timeZoneName: 'shortOffset' });
  const numbers = new Map<string, Intl.NumberFormat>();

  const numberWith = (least: number, most: number) => {
    const key = `${least}/${most}`;
    const format =
      numbers.get(key) ?? new Intl.NumberFormat(locale, { minimumFractionDigits: least, maximumFractionDigits: most });
    numbers.set(key, format);
    return format;
  };
  const amount = (value: number, unit: Unit, least = 0, most = least) =>
    `${numberWith(least, most).format(value)} ${UNITS[locale][unit]}`;
  const two = (length: number, large: number, largeUnit: Unit, small: number, smallUnit: Unit) => {
    const rest = Math.floor((length % large) / small);
    const first = amount(Math.floor(length / large), largeUnit);
    return rest === 0 ? first : `${first} ${amount(rest, smallUnit)}`;
  };

  const duration = (ms: number) => {
    const length = Math.max(0, ms);
    if (length < 10) return amount(length, 'ms', 1);
    if (length < SECOND) return amount(Math.round(length), 'ms');
    if (length < 10 * SECOND) return amount(Math.floor(length / 100) / 10, 's', 0, 1);
    if (length < MINUTE) return amount(Math.floor(length / SECOND), 's');
    if (length < HOUR) return two(length, MINUTE, 'min', SECOND, 's');
    if (length < DAY) return two(length, HOUR, 'h', MINUTE, 'min');
    return two(length, DAY, 'd', HOUR, 'h');
  };
  const bytes = (value: number) => {
    const power = value < 1_000 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(value) / 3));
    const digits = power === 0 ? 0 : 1;
    return `${numberWith(digits, digits).format(value / 1_000 ** power)} ${BYTE_UNITS[power]}`;
  };

  const dateTime = (atMs: number) => `${date.format(atMs)} ${time.format(atMs)}`;
  const zoneOf = (atMs: number) => zone.formatToParts(atMs).find((part) => part.type === 'timeZoneName')?.value ?? '';

  return {
    time: (atMs) => time.format(atMs),
    date: (atMs) => date.format(atMs),
    dateTime,
    moment: (atMs) => `${dateTime(atMs)} ${zoneOf(atMs)}`,
    zone: zoneOf,
    number: (value, digits = 0) => numberWith(digits, digits).format(value),
    duration,
    seconds: (value) => (value < 60 ? amount(value, 's', 1) : duration(value * SECOND)),
    bytes,
    measured: (ms, errorMs) => {
      const say = (part: number) => (ms < 10 * SECOND ? amount(Math.round(part), 'ms') : amount(part / SECOND, 's', 2));
      return errorMs === null ? say(ms) : `${say(ms)} ± ${say(errorMs)}`;
    },
  };
}

const cache = new Map<Locale, Formats>();

/** The formatters of a language, made once. */
export function formatsFor(locale: Locale): Formats {
  const formats = cache.get(locale) ?? createFormats(locale);
  cache.set(locale, formats);
  return formats;
}
