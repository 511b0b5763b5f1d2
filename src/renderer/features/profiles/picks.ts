import type { CommandInput, PickableField } from '#shared/contract';

/** What fields were pointed at, by their names. */
export interface PickOf {
  selector: string;
  /** Of durations: what the file counts in. */
  unit: 'ms' | 's';
  /** Of choices: what the file has for each of our values. */
  values: Record<string, string>;
}
export type Picks = Readonly<Record<string, PickOf>>;

/** Points a field at a value: from then on at no other, and the value is of no other field. Empty: of none. */
export function pointed(picks: Picks, selector: string, field: string): Picks {
  const others = Object.entries(picks).filter(([name, pick]) => name !== field && pick.selector !== selector);
  const former = picks[field];
  const pick = { unit: former?.unit ?? 'ms', values: former?.values ?? {}, selector };
  return Object.fromEntries(field === '' ? others : [...others, [field, pick]]);
}

/** The field that a value is of; empty: of none. */
export function fieldAt(picks: Picks, selector: string): string {
  return Object.entries(picks).find(([, pick]) => pick.selector === selector)?.[0] ?? '';
}

/** As main takes them: a unit for durations, words for choices where the file has other ones than ours. */
export function sentPicks(picks: Picks, fields: readonly PickableField[]): CommandInput<'profiles.save'>['picks'] {
  return Object.entries(picks).map(([field, { selector, unit, values }]) => {
    const known = fields.find(({ name }) => name === field);
    const words = (known?.values ?? []).map((value) => [value, values[value]?.trim() || value] as const);
    const isOtherwise = words.some(([value, word]) => value !== word);
    return {
      field,
      selector,
      ...(known?.kind === 'duration' ? { unit } : {}),
      ...(isOtherwise ? { values: Object.fromEntries(words) } : {}),
    };
  });
}
