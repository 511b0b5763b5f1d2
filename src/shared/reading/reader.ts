import type { z } from 'zod';
import { conditionOf } from './simple.ts';
import { Writer } from './writer.ts';

/** Stands for "it does not fit", or for "only the schema itself can tell". */
export const MISFIT = Symbol('misfit');

/**
 * A function that makes the same of a value that fits as the schema does, and {@link MISFIT} of any other. It is written
 * for the very schema, as zod writes its own, but keeps no record of what might be wrong; kinds of schemas and checks
 * that are not known here it asks. Throws where this platform makes no functions of text.
 */
export function readerOf(schema: z.core.$ZodType): (value: unknown) => unknown {
  const writer = new Writer();
  const misfit = `return ${writer.constant(MISFIT)};`;
  writer.line(`return ${write(schema, 'value', misfit, writer)};`);
  return writer.function('value');
}

/** Writes what reads a value, `misfit` being what is done where it does not fit; returns the name of what was read. */
function write(schema: z.core.$ZodType, value: string, misfit: string, writer: Writer): string {
  const known = schema as z.core.$ZodTypes;
  const condition = conditionOf(known, value, writer);
  if (condition !== undefined) {
    if (condition !== 'true') writer.line(`if (!(${condition})) ${misfit}`);
    return value;
  }
  return writeKind(known, value, misfit, writer) ?? writeAsked(schema, value, misfit, writer);
}

function writeKind(schema: z.core.$ZodTypes, value: string, misfit: string, writer: Writer): string | undefined {
  const { def } = schema._zod;
  if (def.type === 'array') return writeArray(def, value, misfit, writer);
  if (def.checks !== undefined && def.checks.length > 0) return undefined;
  if (def.type === 'nullable') return writeNullable(def.innerType, value, misfit, writer);
  if (def.type === 'union' && def.inclusive !== false) return writeUnion(def.options, value, misfit, writer);
  if (def.type === 'object') return writeObject(def, value, misfit, writer);
  if (def.type === 'record') return writeRecord(def, value, misfit, writer);
  return undefined;
}

/** The schema itself is asked. */
function writeAsked(schema: z.core.$ZodType, value: string, misfit: string, writer: Writer): string {
  const read = writer.name();
  writer.line(`const ${read} = ${writer.constant(asked)}(${writer.constant(schema)}, ${value});`);
  writer.line(`if (${read} === ${writer.constant(MISFIT)}) ${misfit}`);
  return read;
}

function asked(schema: z.core.$ZodType, value: unknown): unknown {
  const result = schema._zod.run({ value, issues: [] }, { async: false });
  return 'issues' in result && result.issues.length === 0 ? result.value : MISFIT;
}

function writeNullable(inner: z.core.$ZodType, value: string, misfit: string, writer: Writer): string {
  const read = writer.name();
  writer.line(`let ${read} = null;`);
  writer.line(`if (${value} !== null) {`);
  writer.line(`${read} = ${write(inner, value, misfit, writer)};`);
  writer.line('}');
  return read;
}

/** The first that fits. */
function writeUnion(options: readonly z.core.$ZodType[], value: string, misfit: string, writer: Writer): string {
  const read = writer.name();
  const none = writer.constant(MISFIT);
  writer.line(`let ${read} = ${none};`);
  for (const option of options) {
    const label = writer.name();
    writer.line(`if (${read} === ${none}) ${label}: {`);
    writer.line(`${read} = ${write(option, value, `break ${label};`, writer)};`);
    writer.line('}');
  }
  writer.line(`if (${read} === ${none}) ${misfit}`);
  return read;
}

function writeArray(def: z.core.$ZodArrayDef, value: string, misfit: string, writer: Writer): string | undefined {
  const conditions = [`Array.isArray(${value})`];
  for (const check of def.checks ?? []) {
    const { def: one } = (check as z.core.$ZodChecks)._zod;
    if (one.check === 'min_length') conditions.push(`${value}.length >= ${one.minimum}`);
    else if (one.check === 'max_length') conditions.push(`${value}.length <= ${one.maximum}`);
    else return undefined;
  }
  const [read, at, each] = [writer.name(), writer.name(), writer.name()];
  writer.line(`if (!(${conditions.join(' && ')})) ${misfit}`);
  writer.line(`const ${read} = [];`);
  writer.line(`for (let ${at} = 0; ${at} < ${value}.length; ${at}++) {`);
  writer.line(`const ${each} = ${value}[${at}];`);
  writer.line(`${read}.push(${write(def.element, each, misfit, writer)});`);
  writer.line('}');
  return read;
}

function writeObject(def: z.core.$ZodObjectDef, value: string, misfit: string, writer: Writer): string | undefined {
  const rest = restOf(def.catchall);
  const keys = Object.keys(def.shape);
  const isUsual = Object.getOwnPropertySymbols(def.shape).length === 0 && !keys.includes('__proto__');
  if (rest === undefined || !isUsual || !Object.values(def.shape).every(isUsualProperty)) return undefined;
  const read = writer.name();
  writer.line(`if (typeof ${value} !== 'object' || ${value} === null || Array.isArray(${value})) ${misfit}`);
  writer.line(`const ${read} = {};`);
  for (const [key, schema] of Object.entries(def.shape)) writeProperty(key, schema, { value, read }, misfit, writer);
  if (rest !== 'dropped') writeRest(rest, new Set(keys), { value, read }, misfit, writer);
  return read;
}

/** Needed, or optional and nothing else: whatever stands in for what is missing only the schema knows. */
function isUsualProperty({ _zod }: z.core.$ZodType): boolean {
  const { def, optin, optout, traits } = _zod;
  if (optin === undefined && optout === undefined) return true;
  return def.type === 'optional' && optin === 'optional' && optout === 'optional' && !traits.has('$ZodExactOptional');
}

/** What becomes of properties that the schema does not name; undefined: only the schema can tell. */
function restOf(catchall: z.core.$ZodType | undefined): 'dropped' | 'kept' | 'refused' | undefined {
  if (catchall === undefined) return 'dropped';
  const { type } = catchall._zod.def;
  if (type === 'never') return 'refused';
  return type === 'unknown' ? 'kept' : undefined;
}

interface Between {
  value: string;
  read: string;
}

function writeProperty(
  key: string,
  schema: z.core.$ZodType,
  { value, read }: Between,
  misfit: string,
  writer: Writer,
): void {
  const given = writer.name();
  const quoted = JSON.stringify(key);
  writer.line(`const ${given} = ${value}[${quoted}];`);
  if (schema._zod.def.type !== 'optional') {
    // A schema that takes anything takes what is undefined, but not what is missing.
    if (schema._zod.def.type === 'unknown') writer.line(`if (!(${quoted} in ${value})) ${misfit}`);
    writer.line(`${read}[${quoted}] = ${write(schema, given, misfit, writer)};`);
    return;
  }
  const { innerType } = (schema as z.core.$ZodOptional)._zod.def;
  writer.line(`if (${given} !== undefined) {`);
  writer.line(`${read}[${quoted}] = ${write(innerType, given, misfit, writer)};`);
  writer.line(`} else if (${quoted} in ${value}) ${read}[${quoted}] = undefined;`);
}

function writeRest(
  rest: 'kept' | 'refused',
  known: ReadonlySet<string>,
  { value, read }: Between,
  misfit: string,
  writer: Writer,
): void {
  const key = writer.name();
  writer.line(`for (const ${key} in ${value}) {`);
  writer.line(`if (${writer.constant(known)}.has(${key}) || ${key} === '__proto__') continue;`);
  writer.line(rest === 'kept' ? `${read}[${key}] = ${value}[${key}];` : misfit);
  writer.line('}');
}

/** Undefined where the keys are not any text, each for itself. */
function writeRecord(def: z.core.$ZodRecordDef, value: string, misfit: string, writer: Writer): string | undefined {
  if (def.keyType._zod.def.type !== 'string' || 'mode' in def || 'partial' in def) return undefined;
  const [read, key, given] = [writer.name(), writer.name(), writer.name()];
  writer.line(`if (typeof ${value} !== 'object' || ${value} === null) ${misfit}`);
  // Such a key says what an object is made of: whether it may be there is for the schema to say.
  writer.line(`if (Object.getPrototypeOf(${value}) !== Object.prototype) ${misfit}`);
  writer.line(`if ('constructor' in ${value} && Object.hasOwn(${value}, 'constructor')) ${misfit}`);
  writer.line(`const ${read} = {};`);
  writer.line(`for (const ${key} of Object.keys(${value})) {`);
  writer.line(`if (${key} === '__proto__' || ${write(def.keyType, key, misfit, writer)} !== ${key}) ${misfit}`);
  writer.line(`const ${given} = ${value}[${key}];`);
  writer.line(`${read}[${key}] = ${write(def.valueType, given, misfit, writer)};`);
  writer.line('}');
  return read;
}
