import type { SetupValues } from './values.ts';

/** The paths of the fields in which a draft differs from what it began with, `servers.0.host`. */
export function changedFields(before: SetupValues, after: SetupValues): string[] {
  return differing(before, after, '');
}

function differing(before: unknown, after: unknown, path: string): string[] {
  if (Object.is(before, after)) return [];
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) return [path];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) =>
    differing(
      (before as Record<string, unknown>)[key],
      (after as Record<string, unknown>)[key],
      path === '' ? key : `${path}.${key}`,
    ),
  );
}
