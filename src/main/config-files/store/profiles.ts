import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeWholeFile } from '#core/whole-file';
import { ConfigFileError, fileError } from '../errors.ts';
import type { Profile } from '../mapping/profile.ts';
import { parseProfile, SHIPPED_PROFILES, shippedProfile } from '../mapping/profiles.ts';
import { localConfigFiles } from './local-files.ts';

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
const DIRECTORY_MODE = 0o700;

export interface ListedProfile {
  profile: Profile;
  /** Null: it is shipped. */
  file: string | null;
}

/** The profiles there are: those that are shipped, and the site's own, a JSON file each in one directory. */
export interface Profiles {
  readonly directory: string;
  /** The site's own first, by name. A file that is none is told in `broken`, and left alone. */
  list(): Promise<{ profiles: ListedProfile[]; broken: ConfigFileError[] }>;
  /** Undefined: there is none of the name. Rejects with {@link ConfigFileError} where its file is wrong. */
  find(name: string): Promise<Profile | undefined>;
  /** Keeps a profile of the site's own, in place of the one of its name. Answers with its file. */
  save(profile: Profile): Promise<string>;
  /** Whether there was one; shipped ones stay. */
  remove(name: string): Promise<boolean>;
}

/** The directory of a site's own profiles: beside the console's configuration file. */
export function profileDirectory(configFile: string): string {
  return join(dirname(configFile), 'profiles');
}

/** Every call rejects with {@link ConfigFileError} for what the directory or a file does. */
export function openProfiles(directory: string): Profiles {
  const fileOf = (name: string) => join(directory, `${name}.json`);

  async function read(name: string): Promise<Profile> {
    const file = fileOf(name);
    const { bytes } = await localConfigFiles().read(file);
    const profile = parseProfile(Buffer.from(bytes).toString('utf8'), file);
    if (profile.name !== name) throw fileError('profile', file, 'otherName', { name: profile.name });
    return profile;
  }

  async function ownNames(): Promise<string[]> {
    const names = await asked(directory, 'unreadable', async () => {
      try {
        return await readdir(directory);
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return [];
        throw error;
      }
    });
    return names
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
      .filter((name) => NAME.test(name) && !shippedProfile(name))
      .sort();
  }

  return {
    directory,
    async list() {
      const broken: ConfigFileError[] = [];
      const own: ListedProfile[] = [];
      for (const name of await ownNames()) {
        try {
          own.push({ profile: await read(name), file: fileOf(name) });
        } catch (error) {
          if (!(error instanceof ConfigFileError)) throw error;
          broken.push(error);
        }
      }
      return { profiles: [...own, ...SHIPPED_PROFILES.map((profile) => ({ profile, file: null }))], broken };
    },
    async find(name) {
      const shipped = shippedProfile(name);
      if (shipped) return shipped;
      return (await ownNames()).includes(name) ? read(name) : undefined;
    },
    async save(profile) {
      const file = fileOf(profile.name);
      if (shippedProfile(profile.name)) throw fileError('profile', file, 'shippedName', { name: profile.name });
      await asked(file, 'unwritable', async () => {
        await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE });
        await writeWholeFile(file, `${JSON.stringify(profile, null, 2)}\n`);
      });
      return file;
    },
    async remove(name) {
      if (!(await ownNames()).includes(name)) return false;
      await asked(fileOf(name), 'unwritable', () => rm(fileOf(name)));
      return true;
    },
  };
}

async function asked<T>(path: string, problem: 'unreadable' | 'unwritable', call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw fileError(problem, path, problem, { code: codeOf(error) }, { cause: error });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
