import {
  ConfigFileError,
  FIELD_NAMES,
  fieldDefinition,
  isFieldName,
  openProfiles,
  parseDocument,
  pickableValues,
  pickedProfile,
  profileDirectory,
  profileKinds,
  shippedProfile,
} from '#main/config-files';
import { CommandError } from '#main/ipc';
import type { CommandInput, PickableField, ProfileList, ProfileSaved, SampleView } from '#shared/contract';
import { message } from '#shared/domain';

export type ProfileDesk = ReturnType<typeof createProfileDesk>;
type Sample = CommandInput<'profiles.sample'>;

/** A site's own profiles, as the screen makes them out of samples. What a file does is a result, or a CommandError. */
export function createProfileDesk(configFile: string) {
  const profiles = openProfiles(profileDirectory(configFile));
  async function ownOf(name: string) {
    return shippedProfile(name) ? undefined : profiles.find(name);
  }
  return {
    list: (): Promise<ProfileList> =>
      told(async () => {
        const { profiles: all, broken } = await profiles.list();
        return {
          profiles: all.map(({ profile, file }) => ({
            name: profile.name,
            own: file !== null,
            assumption: profile.assumption,
            description: profile.description,
            files: profileKinds(profile),
          })),
          broken: broken.map(({ said }) => said),
          fields: FIELD_NAMES.map(fieldView),
        };
      }),

    sample(sample: Sample): SampleView {
      try {
        const document = documentOf(sample);
        const { values, isCut } = pickableValues(document);
        return {
          ok: true,
          root: document.root.name,
          encoding: document.encoding,
          values: values.map(({ selector, value, place }) => ({ selector, value, line: place.line })),
          isCut,
        };
      } catch (error) {
        if (error instanceof ConfigFileError) return { ok: false, problem: error.said };
        throw error;
      }
    },

    async save({ name, picks, ...sample }: CommandInput<'profiles.save'>): Promise<ProfileSaved> {
      const unknown = picks.find(({ field }) => !isFieldName(field));
      if (unknown) return { ok: false, problems: [message('configFile.unknownField', { field: unknown.field })] };
      try {
        const mapping = Object.fromEntries(picks.map(({ field, ...pick }) => [field, pick]));
        // A site has two kinds of files, and one sample is of one kind.
        const made = pickedProfile(documentOf(sample), name, mapping, await ownOf(name));
        if ('said' in made) return { ok: false, problems: [made.said] };
        const of = (severity: string) =>
          made.findings.filter((each) => each.severity === severity).map(({ said }) => said);
        if (of('error').length > 0) return { ok: false, problems: of('error') };
        await profiles.save(made.profile);
        return { ok: true, warnings: of('warning') };
      } catch (error) {
        if (error instanceof ConfigFileError) return { ok: false, problems: [error.said] };
        throw error;
      }
    },

    remove: (name: string): Promise<boolean> => told(() => profiles.remove(name)),
  };
}

function documentOf({ file, content }: Sample) {
  return parseDocument(Buffer.from(content, 'base64'), file);
}

function fieldView(name: (typeof FIELD_NAMES)[number]): PickableField {
  const { file, type } = fieldDefinition(name);
  const kind = type.kind === 'duration' || type.kind === 'choice' ? type.kind : 'other';
  return { name, file, kind, values: type.kind === 'choice' ? [...type.values] : [] };
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConfigFileError) throw new CommandError('unavailable', error.said);
    throw error;
  }
}
