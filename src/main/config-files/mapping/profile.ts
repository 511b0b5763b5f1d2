import { z } from 'zod';
import { type ConfigFileKind, FIELD_NAMES, FIELDS, type FieldName } from './fields.ts';
import { parseSelector } from './selector.ts';

/**
 * A profile: where our fields stand in a site's files. It is configuration of its own; the two that are shipped are
 * assumptions, for no text that we have shows the vendor's files (docs/configuration-files.md).
 */
const selector = z.string('problem.selector').refine((text) => parseSelector(text) !== undefined, 'problem.selector');

const fieldSchema = z.strictObject({
  selector,
  /** Whether a file without it is wrong. */
  required: z.boolean().default(false),
  /** Durations: what the file counts in. */
  unit: z.enum(['ms', 's']).default('ms'),
  /** Choices: what the file has for our values, where it is something else. */
  values: z.record(z.string(), z.string().max(256, 'problem.tooLong')).optional(),
});

function fileSchema(kind: ConfigFileKind) {
  const fields = FIELD_NAMES.filter((name) => FIELDS[name].file === kind);
  const shape = Object.fromEntries(fields.map((name) => [name, fieldSchema.optional()]));
  return z.strictObject({ fields: z.strictObject(shape) });
}

export const profileSchema = z
  .strictObject({
    version: z.literal(1),
    name: z.string('problem.id').regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'problem.id'),
    /** True for what nobody has checked against a real file. */
    assumption: z.boolean().default(false),
    /** For people, in both languages. */
    description: z
      .strictObject({ 'zh-CN': z.string().max(2_000), en: z.string().max(2_000) })
      .default({ 'zh-CN': '', en: '' }),
    files: z.strictObject({ alg_tran_mp: fileSchema('alg_tran_mp').optional(), todb: fileSchema('todb').optional() }),
  })
  .superRefine((profile, context) => {
    for (const kind of ['alg_tran_mp', 'todb'] as const) {
      const fields = Object.entries(profile.files[kind]?.fields ?? {}) as [FieldName, ProfileField | undefined][];
      for (const [name, field] of fields) {
        const problem = field && fieldProblem(name, field);
        if (problem)
          context.addIssue({ code: 'custom', ...problem, path: ['files', kind, 'fields', name, ...problem.path] });
      }
      const roots = new Set(fields.flatMap(([, field]) => (field ? [rootName(field.selector)] : [])));
      if (roots.size > 1)
        context.addIssue({ code: 'custom', message: 'problem.profileRoots', path: ['files', kind, 'fields'] });
      const places = fields.flatMap(([name, field]) => (field ? [[field.selector, name] as const] : []));
      const seen = new Set<string>();
      for (const [place, name] of places) {
        if (seen.has(place))
          context.addIssue({ code: 'custom', message: 'problem.sameSelector', path: ['files', kind, 'fields', name] });
        seen.add(place);
      }
    }
  });

export type ProfileField = z.infer<typeof fieldSchema>;
export type Profile = z.infer<typeof profileSchema>;
export type ProfileFields = Partial<Record<FieldName, ProfileField>>;

function fieldProblem(name: FieldName, field: ProfileField): { message: string; path: string[] } | undefined {
  const { type } = FIELDS[name];
  if (field.unit !== 'ms' && type.kind !== 'duration') return { message: 'problem.unitOfDuration', path: ['unit'] };
  if (field.values === undefined) return undefined;
  if (type.kind !== 'choice') return { message: 'problem.valuesOfChoice', path: ['values'] };
  const known: readonly string[] = type.values;
  const told = Object.keys(field.values);
  const isWhole = told.length === known.length && known.every((value) => told.includes(value));
  const isUnique = new Set(Object.values(field.values)).size === told.length;
  return isWhole && isUnique ? undefined : { message: 'problem.valuesOfChoice', path: ['values'] };
}

const rootName = (text: string) => parseSelector(text)?.steps[0]?.name ?? '';

/** The fields that a profile has of a kind of file. */
export function profileFields(profile: Profile, kind: ConfigFileKind): ProfileFields {
  return profile.files[kind]?.fields ?? {};
}

/** The root element of a kind of file in a profile; undefined: the profile has no such file. */
export function profileRoot(profile: Profile, kind: ConfigFileKind): string | undefined {
  const [first] = Object.values(profileFields(profile, kind));
  return first && rootName(first.selector);
}

/** The kinds of files that a profile has. */
export function profileKinds(profile: Profile): ConfigFileKind[] {
  return (['alg_tran_mp', 'todb'] as const).filter((kind) => profileRoot(profile, kind) !== undefined);
}
