import type { z } from 'zod';
import type { Writer } from './writer.ts';

/** A condition under which a value is certain to fit; undefined: only the schema itself can tell. */
export function conditionOf(schema: z.core.$ZodTypes, value: string, writer: Writer): string | undefined {
  const { def } = schema._zod;
  if (def.type === 'string') return stringCondition(def, value, writer);
  if (def.type === 'number') return numberCondition(def, value);
  if (def.checks !== undefined && def.checks.length > 0) return undefined;
  if (def.type === 'boolean') return def.coerce ? undefined : `typeof ${value} === 'boolean'`;
  if (def.type === 'unknown') return 'true';
  if (def.type === 'literal' || def.type === 'enum') return valuesCondition(schema._zod.values, value);
  return undefined;
}

function stringCondition(def: z.core.$ZodStringDef, value: string, writer: Writer): string | undefined {
  if (def.coerce || 'format' in def) return undefined;
  const conditions = [`typeof ${value} === 'string'`];
  for (const check of def.checks ?? []) {
    const { def: one } = (check as z.core.$ZodChecks)._zod;
    // Lengths count in code points, of one or two units each: what its units leave in doubt is for the schema to count.
    if (one.check === 'min_length')
      conditions.push(`${value}.length >= ${one.minimum <= 1 ? one.minimum : 2 * one.minimum}`);
    else if (one.check === 'max_length') conditions.push(`${value}.length <= ${one.maximum}`);
    else if (one.check === 'string_format' && one.format === 'regex' && isPlain(one.pattern))
      conditions.push(`${writer.constant(one.pattern)}.test(${value})`);
    else return undefined;
  }
  return conditions.join(' && ');
}

/** One that keeps no place from one test to the next. */
function isPlain(pattern: RegExp | undefined): boolean {
  return pattern !== undefined && !pattern.global && !pattern.sticky;
}

function numberCondition(def: z.core.$ZodNumberDef, value: string): string | undefined {
  if (def.coerce || 'format' in def) return undefined;
  const conditions = [`typeof ${value} === 'number'`, `Number.isFinite(${value})`];
  for (const check of def.checks ?? []) {
    const { def: one } = (check as z.core.$ZodChecks)._zod;
    if (one.check === 'number_format' && one.format === 'safeint') conditions.push(`Number.isSafeInteger(${value})`);
    else if (one.check === 'greater_than' && typeof one.value === 'number')
      conditions.push(`${value} ${one.inclusive ? '>=' : '>'} ${one.value}`);
    else if (one.check === 'less_than' && typeof one.value === 'number')
      conditions.push(`${value} ${one.inclusive ? '<=' : '<'} ${one.value}`);
    else return undefined;
  }
  return conditions.join(' && ');
}

function valuesCondition(values: ReadonlySet<unknown> | undefined, value: string): string | undefined {
  const all = [...(values ?? [])];
  if (all.length === 0 || !all.every((one) => typeof one === 'string' || Number.isInteger(one))) return undefined;
  return `(${all.map((one) => `${value} === ${JSON.stringify(one)}`).join(' || ')})`;
}
