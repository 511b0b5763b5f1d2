import type { Locale } from '#shared/i18n';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Unit = 'millisecond' | 'second' | 'minute' | 'hour' | 'day';

/** Figures in the operator's language. Times are local; {@link Formats.zone} names the zone they are in. */
export interface Formats {
  /** Time of day, `09:25:03`. */
  time(atMs: number): string;
  /** Date and time of day. */
  dateTime(atMs: number): string;
  /** The local zone's offset, `GMT+8`. */
  zone(atMs: number): string;
  number(value: number, maximumDigits?: number): string;
  /** A length of time with its units, the two largest that matter. */
  duration(ms: number): string;
}

function createFormats(locale: Locale): Formats {
  const time = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const dateTime = new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const zone = new Intl.DateTimeFormat(locale, { timeZoneName: 'shortOffset' });
  const numbers = new Map<number, Intl.NumberFormat>();
  const units = new Map<string, Intl.NumberFormat>();

  const numberWith = (digits: number) => {
    const format = numbers.get(digits) ?? new Intl.NumberFormat(locale, { maximumFractionDigits: digits });
    numbers.set(digits, format);
    return format;
  };
  const amount = (value: number, unit: Unit, digits = 0) => {
    const key = `${unit}/${digits}`;
    const format =
      units.get(key) ??
      new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits });
    units.set(key, format);
    return format.format(value);
  };
  const two = (large: number, largeUnit: Unit, small: number, smallUnit: Unit) =>
    small === 0 ? amount(large, largeUnit) : `${amount(large, largeUnit)} ${amount(small, smallUnit)}`;

  return {
    time: (atMs) => time.format(atMs),
    dateTime: (atMs) => dateTime.format(atMs),
    zone: (atMs) => zone.formatToParts(atMs).find((part) => part.type === 'timeZoneName')?.value ?? '',
    number: (value, maximumDigits = 0) => numberWith(maximumDigits).format(value),
    duration: (ms) => {
      const length = Math.max(0, ms);
      if (length < 10) return amount(length, 'millisecond', 1);
      if (length < SECOND) return amount(Math.round(length), 'millisecond');
      if (length < 10 * SECOND) return amount(Math.floor(length / 100) / 10, 'second', 1);
      if (length < MINUTE) return amount(Math.floor(length / SECOND), 'second');
      if (length < HOUR)
        return two(Math.floor(length / MINUTE), 'minute', Math.floor((length % MINUTE) / SECOND), 'second');
      if (length < DAY) return two(Math.floor(length / HOUR), 'hour', Math.floor((length % HOUR) / MINUTE), 'minute');
      return two(Math.floor(length / DAY), 'day', Math.floor((length % DAY) / HOUR), 'hour');
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
