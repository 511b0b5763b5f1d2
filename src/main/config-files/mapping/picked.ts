import { type Message, message } from '#shared/domain';
import type { ConfigDocument } from '../document.ts';
import type { FieldName } from './fields.ts';
import type { ConfigFinding } from './findings.ts';
import { type Pick, profileOfPicks } from './picks.ts';
import type { Profile } from './profile.ts';
import { readFields } from './read-fields.ts';

/** That a field is found once is the profile's affair; what the sample has for it is the site's. */
const OF_THE_PROFILE = ['configFile.missingField', 'configFile.ambiguousField', 'configFile.interruptedField'];

/** A profile out of picks in a sample, and what is to be said of it; with an error among that it is not to be kept. */
export type PickedProfile = { profile: Profile; findings: ConfigFinding[] } | { said: Message };

/** Makes a profile out of picks, and tries it on the sample. Throws {@link ConfigFileError} for another file's root. */
export function pickedProfile(
  sample: ConfigDocument,
  name: string,
  picks: Readonly<Partial<Record<FieldName, Pick>>>,
  base?: Profile,
): PickedProfile {
  const made = profileOfPicks(name, picks, base);
  if ('said' in made) {
    const { path, said } = made;
    return { said: message('configFile.wrongProfile', { file: name, path, reason: said.key, ...said.params }) };
  }
  const findings = readFields(sample, made.profile).findings.map((finding): ConfigFinding => {
    const isOurs = finding.severity === 'error' && OF_THE_PROFILE.includes(finding.said.key);
    return isOurs ? finding : { ...finding, severity: 'warning' };
  });
  return { profile: made.profile, findings };
}
