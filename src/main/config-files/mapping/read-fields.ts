import { type Message, message } from '#shared/domain';
import type { ConfigDocument } from '../document.ts';
import { fileError, type Place } from '../errors.ts';
import { declarationFindings } from './declaration.ts';
import { valueOfText } from './field-text.ts';
import type { ConfigFileKind, FieldName } from './fields.ts';
import type { ConfigFinding } from './findings.ts';
import { type Profile, type ProfileField, profileFields, profileKinds, profileRoot } from './profile.ts';
import type { ReadField } from './read-field.ts';
import { relationFindings } from './relations.ts';
import { type Spot, select, spotOffset, spotValue } from './select.ts';
import { parseSelector } from './selector.ts';

export interface FieldReading {
  kind: ConfigFileKind;
  fields: Map<FieldName, ReadField>;
  findings: ConfigFinding[];
}

/** Reads every field that a profile has of this file. Throws {@link ConfigFileError} where it has no such file. */
export function readFields(document: ConfigDocument, profile: Profile): FieldReading {
  const kind = documentKind(document, profile);
  const reading: FieldReading = { kind, fields: new Map(), findings: [] };
  for (const [name, field] of Object.entries(profileFields(profile, kind)))
    if (field) readField(document, name as FieldName, field, reading);
  reading.findings.push(...relationFindings(document.file, reading.fields), ...declarationFindings(document));
  return reading;
}

/** Which of a profile's files this is, by its root element. Throws {@link ConfigFileError} where it is none of them. */
export function documentKind(document: ConfigDocument, profile: Profile): ConfigFileKind {
  const [kind] = profileKinds(profile).filter((each) => profileRoot(profile, each) === document.root.name);
  if (kind) return kind;
  const roots = profileKinds(profile).map((each) => `<${profileRoot(profile, each)}>`);
  const params = { root: document.root.name, profile: profile.name, roots: roots.join(', ') };
  throw fileError('profile', document.file, 'otherRoot', params);
}

function readField(document: ConfigDocument, name: FieldName, field: ProfileField, reading: FieldReading): void {
  const found = findField(document, name, field);
  if ('problem' in found) {
    if (found.kind !== 'missing' || field.required) reading.findings.push(error(name, found.problem, found.place));
    return;
  }
  const { spot } = found;
  const text = spotValue(document, spot);
  const place = document.places.at(spotOffset(spot));
  const ours = valueOfText(name, field, text);
  const value = 'value' in ours ? ours.value : null;
  reading.fields.set(name, { name, value, text, place, spot, profileField: field });
  if ('problem' in ours) {
    const { key, params } = ours.problem;
    reading.findings.push(
      error(name, message('configFile.wrongValue', wrongValue(document, name, place, key, params)), place),
    );
  }
}

/** The reason goes in as a key: the catalogue says it in the reader's language. */
function wrongValue(
  { file }: ConfigDocument,
  field: string,
  { line, column }: Place,
  reason: string,
  params: Message['params'],
): Message['params'] {
  return { file, line, column, field, reason, ...params };
}

/** Where a field stands, or why it cannot be used, with the place where it could be. */
export function findField(
  document: ConfigDocument,
  name: FieldName,
  { selector: path }: ProfileField,
): { spot: Spot } | { problem: Message; place: Place; kind: 'missing' | 'many' | 'interrupted' } {
  const selector = parseSelector(path);
  if (!selector) throw new RangeError(`a profile with the selector ${path}`);
  const selection = select(document, selector);
  const { file, places } = document;
  if (selection.kind === 'none') {
    const place = places.at(selection.within?.from ?? document.root.from);
    const params = { file, ...place, field: name, selector: path, rest: selection.rest };
    return { kind: 'missing', problem: message('configFile.missingField', params), place };
  }
  if (selection.kind === 'many') {
    const all = selection.spots.map((spot) => places.at(spotOffset(spot)));
    const place = all[0] ?? { line: 1, column: 1 };
    const lines = all
      .slice(0, 10)
      .map(({ line }) => line)
      .join(', ');
    const params = { file, ...place, field: name, selector: path, count: all.length, lines };
    return { kind: 'many', problem: message('configFile.ambiguousField', params), place };
  }
  const { spot } = selection;
  const place = places.at(spotOffset(spot));
  const isWhole = spot.attribute !== null || (spot.element.children.length === 0 && spot.element.runs.length <= 1);
  if (isWhole) return { spot };
  const params = { file, ...place, field: name, selector: path };
  return { kind: 'interrupted', problem: message('configFile.interruptedField', params), place };
}

function error(field: FieldName, said: Message, place: Place): ConfigFinding {
  return { severity: 'error', field, said, place };
}
