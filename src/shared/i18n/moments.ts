import type { Message } from '#shared/domain';

/** A parameter whose name ends like this is a moment in epoch ms, to be said in the reader's own zone. */
const MOMENT = /[a-z]At$/;
/** Lengths of time in ms that are said in the unit that fits. What was measured as an outage is compared, and said in ms. */
const LENGTHS: ReadonlySet<string> = new Set(['silentMs', 'markerMs', 'stallMs', 'jumpMs', 'tookMs', 'fromMs', 'toMs']);

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const UNITS = {
  'zh-CN': { second: '秒', minute: '分', hour: '小时' },
  en: { second: 's', minute: 'min', hour: 'h' },
};

/** A length of time in a sentence: `250 ms`, `17.9 s`, `3 min 20 s`. */
export function saidLength(locale: keyof typeof UNITS, ms: number): string {
  const { second, minute, hour } = UNITS[locale];
  const tenths = Math.round(ms / 100) / 10;
  if (Math.abs(ms) < SECOND_MS) return `${Math.round(ms)} ms`;
  if (Math.abs(ms) < MINUTE_MS) return `${tenths} ${second}`;
  const seconds = Math.round(Math.abs(ms) / SECOND_MS);
  const [whole, rest, large, small] =
    Math.abs(ms) < HOUR_MS
      ? [Math.floor(seconds / 60), seconds % 60, minute, second]
      : [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60), hour, minute];
  return rest === 0 ? `${whole} ${large}` : `${whole} ${large} ${rest} ${small}`;
}

/** The parameters as they are said. */
export function saidParams(
  params: Message['params'],
  locale: keyof typeof UNITS,
  moment: (atMs: number) => string,
): Message['params'] {
  const said = Object.entries(params).flatMap(([name, value]): [string, string][] => {
    if (typeof value !== 'number') return [];
    if (MOMENT.test(name)) return [[name, moment(value)]];
    return LENGTHS.has(name) ? [[name, saidLength(locale, value)]] : [];
  });
  return said.length === 0 ? params : { ...params, ...Object.fromEntries(said) };
}
