import { jsonBreak, jsonPlaces, placeAt } from '#core/json-text';
import attributes from '#profiles/attributes' with { type: 'json' };
import elements from '#profiles/elements' with { type: 'json' };
import { type Message, message } from '#shared/domain';
import { problemMessage } from '#shared/i18n';
import { placedError } from '../errors.ts';
import { type Profile, profileSchema } from './profile.ts';

/** The profiles that are shipped: assumptions both. */
export const SHIPPED_PROFILES: readonly Profile[] = [attributes, elements].map((each) => profileSchema.parse(each));

/** The shipped profile of a name; undefined: there is none. */
export function shippedProfile(name: string): Profile | undefined {
  return SHIPPED_PROFILES.find((profile) => profile.name === name);
}

/** A profile's JSON text. Throws {@link ConfigFileError}, which names the file, the place in it and the reason. */
export function parseProfile(given: string, file: string): Profile {
  const text = given.replace(/^\ufeff/, '');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw placedError('profile', file, placeAt(text, jsonBreak(text)), 'notJson');
  }
  const checked = checkProfile(value);
  if ('profile' in checked) return checked.profile;
  const { at, path, said } = checked;
  const place = placeAt(text, jsonPlaces(text).offsetOf(at));
  throw placedError('profile', file, place, 'profileProblem', { path, reason: said.key, ...said.params });
}

/** A value as a profile, or its first problem with the place in it. */
export function checkProfile(value: unknown): { profile: Profile } | { at: string[]; path: string; said: Message } {
  const parsed = profileSchema.safeParse(value);
  if (parsed.success) return { profile: parsed.data };
  const [issue] = parsed.error.issues;
  if (!issue) return { at: [], path: '', said: message('problem.invalid') };
  const at = issue.path.map(String);
  const isMissing = valueAt(value, at) === undefined;
  const said = problemMessage(issue as Parameters<typeof problemMessage>[0], isMissing);
  return { at, path: pathText(at), said };
}

/** `files.todb.fields['database.port'].selector` */
function pathText(path: readonly string[]): string {
  const text = path.map((part) => (part.includes('.') ? `['${part}']` : `.${part}`)).join('');
  return text.replace(/^\./, '') || '(file)';
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, part) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[part] : undefined),
    value,
  );
}
