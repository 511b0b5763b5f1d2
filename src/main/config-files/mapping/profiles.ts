import attributes from '#profiles/attributes' with { type: 'json' };
import elements from '#profiles/elements' with { type: 'json' };
import { type Message, message } from '#shared/domain';
import { problemMessage } from '#shared/i18n';
import { fileError } from '../errors.ts';
import { type Profile, profileSchema } from './profile.ts';

/** The profiles that are shipped: assumptions both. */
export const SHIPPED_PROFILES: readonly Profile[] = [attributes, elements].map((each) => profileSchema.parse(each));

/** The shipped profile of a name; undefined: there is none. */
export function shippedProfile(name: string): Profile | undefined {
  return SHIPPED_PROFILES.find((profile) => profile.name === name);
}

/** A profile's JSON text. Throws {@link ConfigFileError}, which names the file, the place in it and the reason. */
export function parseProfile(text: string, file: string): Profile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw fileError('profile', file, 'profileNotJson', { detail: detail.split('\n')[0] ?? '' });
  }
  const checked = checkProfile(value);
  if ('profile' in checked) return checked.profile;
  const { path, said } = checked;
  throw fileError('profile', file, 'wrongProfile', { path, reason: said.key, ...said.params });
}

/** A value as a profile, or its first problem with the place in it. */
export function checkProfile(value: unknown): { profile: Profile } | { path: string; said: Message } {
  const parsed = profileSchema.safeParse(value);
  if (parsed.success) return { profile: parsed.data };
  const [issue] = parsed.error.issues;
  if (!issue) return { path: '', said: message('problem.invalid') };
  const isMissing = valueAt(value, issue.path.map(String)) === undefined;
  const said = problemMessage(issue as Parameters<typeof problemMessage>[0], isMissing);
  return { path: pathText(issue.path.map(String)), said };
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
