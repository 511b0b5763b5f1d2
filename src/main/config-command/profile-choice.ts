import { readFile, stat } from 'node:fs/promises';
import {
  type ConfigDocument,
  ConfigFileError,
  type Profile,
  parseProfile,
  profileKinds,
  profileRoot,
  SHIPPED_PROFILES,
  shippedProfile,
} from '#main/config-files';
import { type Message, message } from '#shared/domain';

const MAX_PROFILE_BYTES = 1024 * 1024;

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
export async function namedProfile(name: string): Promise<Profile> {
  const shipped = shippedProfile(name);
  if (shipped) return shipped;
  if (!/[/\\]|\.json$/i.test(name)) throw noProfile(name);
  let text: string;
  try {
    const { size } = await stat(name);
    if (size > MAX_PROFILE_BYTES)
      throw new ConfigFileError(
        'too-large',
        message('configFile.tooLarge', { file: name, bytes: size, most: MAX_PROFILE_BYTES }),
      );
    text = await readFile(name, 'utf8');
  } catch (error) {
    if (error instanceof ConfigFileError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const key = code === 'ENOENT' ? 'configFile.missing' : 'configFile.unreadable';
    throw new ConfigFileError('profile', message(key, { file: name, code }), null, { cause: error });
  }
  return parseProfile(text, name);
}

/** The shipped profiles that know a file's root element. */
export function profilesKnowing({ root }: ConfigDocument): Profile[] {
  return SHIPPED_PROFILES.filter((profile) =>
    profileKinds(profile).some((kind) => profileRoot(profile, kind) === root.name),
  );
}

/** The profile for a file: the named one, else the shipped one that knows its root. Rejects with ConfigFileError. */
export async function profileFor(document: ConfigDocument, name: string | undefined): Promise<Profile> {
  if (name !== undefined) return namedProfile(name);
  const [only, another] = profilesKnowing(document);
  if (only && !another) return only;
  const known = SHIPPED_PROFILES.map((profile) => profile.name).join(', ');
  const params = { file: document.file, root: document.root.name, known };
  throw new ConfigFileError('profile', message('configFile.noProfileKnows', params));
}

function noProfile(profile: string): WrongOptionError {
  const known = SHIPPED_PROFILES.map(({ name }) => name).join(', ');
  return new WrongOptionError(message('configFile.missingProfile', { profile, known }));
}
