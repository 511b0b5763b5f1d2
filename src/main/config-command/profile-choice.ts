import {
  type ConfigDocument,
  ConfigFileError,
  localConfigFiles,
  type Profile,
  type Profiles,
  parseProfile,
  profileKinds,
  profileRoot,
} from '#main/config-files';
import { type Message, message } from '#shared/domain';

/** An option means nothing: no file was looked at. */
export class WrongOptionError extends Error {
  readonly said: Message;
  constructor(said: Message) {
    super(said.key);
    this.name = 'WrongOptionError';
    this.said = said;
  }
}

/** The profile that a name or path means. Rejects with {@link WrongOptionError} and {@link ConfigFileError}. */
export async function namedProfile(name: string, profiles: Profiles): Promise<Profile> {
  if (/[/\\]|\.json$/i.test(name)) {
    const { bytes } = await localConfigFiles().read(name);
    return parseProfile(Buffer.from(bytes).toString('utf8'), name);
  }
  const found = await profiles.find(name);
  if (found) return found;
  throw new WrongOptionError(message('configFile.missingProfile', { profile: name, known: await names(profiles) }));
}

/** The profiles that know a file's root element: the site's own, where there are some, else shipped ones. */
export async function profilesKnowing({ root }: ConfigDocument, profiles: Profiles): Promise<Profile[]> {
  const knowing = (await profiles.list()).profiles.filter(({ profile }) =>
    profileKinds(profile).some((kind) => profileRoot(profile, kind) === root.name),
  );
  const own = knowing.filter(({ file }) => file !== null);
  return (own.length > 0 ? own : knowing).map(({ profile }) => profile);
}

/** The profile for a file: the named one, else the only one that knows its root. Rejects as {@link namedProfile}. */
export async function profileFor(
  document: ConfigDocument,
  name: string | undefined,
  profiles: Profiles,
): Promise<Profile> {
  if (name !== undefined) return namedProfile(name, profiles);
  const [only, another] = await profilesKnowing(document, profiles);
  if (only && !another) return only;
  const params = { file: document.file, root: document.root.name, known: await names(profiles) };
  throw new ConfigFileError(
    'profile',
    message(another ? 'configFile.manyProfilesKnow' : 'configFile.noProfileKnows', params),
  );
}

async function names(profiles: Profiles): Promise<string> {
  return (await profiles.list()).profiles.map(({ profile }) => profile.name).join(', ');
}
