import { type Profiles, profileKinds } from '#main/config-files';
import type { Locale } from '#shared/i18n';
import { errorFinding } from './findings.ts';
import type { Answer } from './outcome.ts';

/** `profiles`: those that are shipped and the site's own. */
export async function profilesAnswer(profiles: Profiles, locale: Locale): Promise<Answer> {
  const { profiles: all, broken } = await profiles.list();
  const json = {
    directory: profiles.directory,
    profiles: all.map(({ profile: { name, assumption, description, files }, file }) => ({
      name,
      file,
      assumption,
      description,
      files: Object.keys(files),
    })),
  };
  const lines = all.map(({ profile, file }) =>
    [profile.name, file ?? 'shipped', profileKinds(profile).join(', '), profile.description[locale]]
      .filter((part) => part !== '')
      .join('  '),
  );
  return { lines, json, findings: broken.map(errorFinding), isRefused: broken.length > 0 };
}
