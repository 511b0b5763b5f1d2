import {
  type ConfigFiles,
  type ConfigFinding,
  type FieldName,
  type FieldType,
  fieldDefinition,
  type Profile,
  type ProfileField,
  type Profiles,
  parseDocument,
  profileFields,
  profileKinds,
  type ReadField,
  readFields,
} from '#main/config-files';
import { message } from '#shared/domain';
import { type Locale, said, sentence } from '#shared/i18n';
import type { ConfigCommandOptions } from './arguments.ts';
import type { Answer } from './outcome.ts';
import { namedProfile, profileFor } from './profile-choice.ts';

/** `fields`: what a profile has, and with a file what that has for it. */
export async function fieldsAnswer(
  { file, profile: name }: ConfigCommandOptions,
  files: ConfigFiles,
  profiles: Profiles,
  locale: Locale,
): Promise<Answer> {
  if (file === '') return answerOf(await namedProfile(name ?? '', profiles), undefined, [], locale);
  const document = parseDocument((await files.read(file)).bytes, file);
  const profile = await profileFor(document, name, profiles);
  const { kind, fields, findings } = readFields(document, profile);
  return answerOf({ ...profile, files: { [kind]: profile.files[kind] } }, fields, findings, locale);
}

function answerOf(
  profile: Profile,
  read: ReadonlyMap<FieldName, ReadField> | undefined,
  findings: ConfigFinding[],
  locale: Locale,
): Answer {
  const fields = profileKinds(profile).flatMap((kind) =>
    (Object.entries(profileFields(profile, kind)) as [FieldName, ProfileField][]).map(([field, mapping]) => {
      const found = read?.get(field);
      const { type } = fieldDefinition(field);
      const { selector, required, unit, values } = mapping;
      return {
        field,
        file: kind,
        type,
        required,
        selector,
        ...(type.kind === 'duration' ? { unit } : {}),
        ...(values ? { values } : {}),
        description: said(message(`configField.${field}`)),
        ...(read ? { value: found?.value ?? null, text: found?.text ?? null, ...(found?.place ?? {}) } : {}),
      };
    }),
  );
  const { name, assumption, description } = profile;
  const width = Math.max(...fields.map(({ field }) => field.length));
  const lines = fields.map(({ field, type, required, selector, description: words, ...more }) => {
    const value = 'value' in more ? [JSON.stringify(more.value)] : [];
    const parts = [field.padEnd(width), typeText(type), required ? 'required' : 'optional', selector, ...value];
    return [...parts, words[locale]].join('  ');
  });
  const title = sentence(
    locale,
    message(assumption ? 'configFile.assumption' : 'configFile.profile', { profile: name }),
  );
  const json = { profile: name, assumption, description, fields };
  return { lines: [`# ${title}`, ...lines], json, findings, isRefused: false };
}

function typeText(type: FieldType): string {
  switch (type.kind) {
    case 'port':
      return 'port 1-65535';
    case 'duration':
      return `ms ${type.minMs}-${type.maxMs}`;
    case 'choice':
      return type.values.join('|');
    default:
      return type.kind;
  }
}
