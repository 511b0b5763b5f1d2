import { type Message, message } from '#shared/domain';
import { type ConfigDocument, parseDocument } from '../document.ts';
import type { Place } from '../errors.ts';
import type { FieldSetting } from '../mapping/field-setting.ts';
import { textOfValue } from '../mapping/field-text.ts';
import { type ConfigFileKind, type FieldName, isFieldName } from '../mapping/fields.ts';
import { type ConfigFinding, isSameFinding } from '../mapping/findings.ts';
import { type Profile, type ProfileField, profileFields } from '../mapping/profile.ts';
import { documentKind, type FieldReading, findField, readFields } from '../mapping/read-fields.ts';
import { swapFindings } from '../mapping/relations.ts';
import { type Spot, spotOffset, spotValue } from '../mapping/select.ts';
import { encode, UnencodableError } from '../text/encodings.ts';
import { replacement } from './replacement.ts';

/** One changed value: bytes of a range, and what takes their place. */
export interface FieldChange {
  field: FieldName;
  /** As the file has it, before and after. */
  from: string;
  to: string;
  place: Place;
  range: { from: number; to: number };
  bytes: Uint8Array;
}

/** What a change comes to. With an error among its findings it is not to be made. */
export interface EditPlan {
  kind: ConfigFileKind;
  base: ConfigDocument;
  /** In the order of the file; none where every value is there already. */
  changes: FieldChange[];
  /** The file as it would be. Outside the ranges of `changes` it is the base, byte for byte. */
  next: ConfigDocument;
  findings: ConfigFinding[];
}

/**
 * Plans a change of a file's values. What it finds of its own settings, and what the changed file would have wrong that
 * the file has not, comes as findings. Throws {@link ConfigFileError} where the profile has no such file.
 */
export function planEdit(base: ConfigDocument, profile: Profile, settings: readonly FieldSetting[]): EditPlan {
  const before = readFields(base, profile);
  const planned = settings.map((setting) => planSetting(base, profile, setting, settings));
  const findings = planned.flatMap((each) => ('finding' in each ? [each.finding] : []));
  const changes = planned
    .flatMap((each) => ('change' in each ? [each.change] : []))
    .sort((one, other) => one.range.from - other.range.from);
  if (findings.length > 0 || changes.length === 0)
    return { kind: before.kind, base, changes: [], next: base, findings };
  const next = parseDocument(spliced(base.bytes, changes), base.file);
  const after = readFields(next, profile);
  return { kind: before.kind, base, changes, next, findings: newFindings(base.file, before, after) };
}

/** Bytes with ranges of them replaced; the ranges are in order and apart. */
export function spliced(bytes: Uint8Array, changes: readonly Pick<FieldChange, 'range' | 'bytes'>[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { range, bytes: replaced } of changes) {
    pieces.push(bytes.subarray(at, range.from), replaced);
    at = range.to;
  }
  return Buffer.concat([...pieces, bytes.subarray(at)]);
}

function newFindings(file: string, before: FieldReading, after: FieldReading): ConfigFinding[] {
  const isNew = (finding: ConfigFinding) => !before.findings.some((each) => isSameFinding(each, finding));
  return [...after.findings.filter(isNew), ...swapFindings(file, before.fields, after.fields)];
}

type Planned = { change: FieldChange } | { finding: ConfigFinding } | { unchanged: FieldName };

function planSetting(
  base: ConfigDocument,
  profile: Profile,
  setting: FieldSetting,
  all: readonly FieldSetting[],
): Planned {
  const { file } = base;
  const { field: name, value } = setting;
  const wrong = (said: Message, place: Place | null = null): Planned => ({
    finding: { severity: 'error', field: isFieldName(name) ? name : null, said, place },
  });
  if (!isFieldName(name)) return wrong(message('configFile.unknownField', { field: name }));
  const same = all.filter(({ field }) => field === name);
  // Said once, however often it is set.
  if (same.length > 1)
    return same[0] === setting ? wrong(message('configFile.setTwice', { field: name })) : { unchanged: name };
  const kind = documentKind(base, profile);
  const profileField = profileFields(profile, kind)[name];
  if (!profileField)
    return wrong(message('configFile.unmappedField', { file, field: name, profile: profile.name, kind }));
  const found = findField(base, name, profileField);
  if ('problem' in found) return wrong(found.problem, found.place);
  return planChange(base, { name, value, profileField, spot: found.spot });
}

function planChange(
  base: ConfigDocument,
  { name, value, profileField, spot }: { name: FieldName; value: string; profileField: ProfileField; spot: Spot },
): Planned {
  const { file, encoding } = base;
  const place = base.places.at(spotOffset(spot));
  const wrong = (key: string, params: Message['params']): Planned => {
    const said = message(`configFile.${key}`, { file, ...place, field: name, ...params });
    return { finding: { severity: 'error', field: name, said, place } };
  };
  const written = textOfValue(name, profileField, value);
  if ('problem' in written) return wrong('refusedValue', { reason: written.problem.key, ...written.problem.params });
  const from = spotValue(base, spot);
  if (from === written.text) return { unchanged: name };
  const { range, text } = replacement(base, spot, written.text);
  try {
    return { change: { field: name, from, to: written.text, place, range, bytes: encode(text, encoding) } };
  } catch (error) {
    if (!(error instanceof UnencodableError)) throw error;
    const code = `U+${(error.character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
    return wrong('unencodable', { character: error.character, code, encoding: encoding.toUpperCase() });
  }
}
