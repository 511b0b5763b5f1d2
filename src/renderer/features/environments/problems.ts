import { type FieldErrors, get } from 'react-hook-form';
import type { Words } from '#renderer/i18n';
import { problemMessage } from '#shared/i18n';
import type { FormValues } from './form-values.ts';

/**
 * What is wrong with a field, in words; undefined where nothing is. The schema gives catalogue keys, main whole
 * sentences (marked `said`), and zod's own English is never shown.
 */
export function problemAt(errors: FieldErrors<FormValues>, name: string, words: Words): string | undefined {
  const error: unknown = get(errors, name);
  if (typeof error !== 'object' || error === null) return undefined;
  const { message, type, root } = error as { message?: string; type?: string; root?: { message?: string } };
  const text = message ?? root?.message;
  if (text === undefined) return undefined;
  return type === SAID_BY_MAIN ? text : words.say(problemMessage({ message: text }));
}

/** The type of an error whose message is a sentence already. */
export const SAID_BY_MAIN = 'said';
