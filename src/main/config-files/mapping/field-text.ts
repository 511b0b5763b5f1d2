import { type Message, message } from '#shared/domain';
import { valueProblem } from './field-values.ts';
import { type FieldName, fieldDefinition } from './fields.ts';
import type { ProfileField } from './profile.ts';

const MS_IN_S = 1_000;

/** A value in our units and words, or what is wrong with it. */
export type OurValue = { value: string } | { problem: Message };

/** What a file's text means as a value of ours. */
export function valueOfText(name: FieldName, field: ProfileField, text: string): OurValue {
  const { type } = fieldDefinition(name);
  if (field.values) {
    const found = Object.entries(field.values).find(([, inFile]) => inFile === text);
    const values = Object.values(field.values).join(', ');
    return found ? { value: found[0] } : { problem: message('configFile.value.choice', { values }) };
  }
  const isSeconds = type.kind === 'duration' && field.unit === 's' && /^(0|[1-9]\d{0,11})$/.test(text);
  const value = isSeconds ? String(Number(text) * MS_IN_S) : text;
  const problem = valueProblem(type, value);
  return problem ? { problem } : { value };
}

/** The text that a file has for a value of ours. */
export function textOfValue(
  name: FieldName,
  field: ProfileField,
  value: string,
): { text: string } | { problem: Message } {
  const { type } = fieldDefinition(name);
  const problem = valueProblem(type, value);
  if (problem) return { problem };
  if (field.values) return { text: field.values[value] ?? value };
  if (type.kind !== 'duration' || field.unit === 'ms') return { text: value };
  const ms = Number(value);
  return ms % MS_IN_S === 0 ? { text: String(ms / MS_IN_S) } : { problem: message('configFile.value.wholeSeconds') };
}
