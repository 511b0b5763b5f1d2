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

/**
 * As {@link readerOf}, for values that nobody else has: one that may hold more than its schema names is given back itself,
 * what has to be made anew in it put in its place, with its properties in the order in which they came.
 */
export function ownReaderOf(schema: z.core.$ZodType): (value: unknown) => unknown {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const isPlain = def.type === 'object' && (def.checks === undefined || def.checks.length === 0);
  if (!isPlain || restOf(def.catchall) !== 'kept' || !isUsualShape(def.shape)) return readerOf(schema);
  const writer = new Writer();
  const misfit = `return ${writer.constant(MISFIT)};`;
  writer.line(notAnObject('value', misfit));
  // What is dropped of such a key only a copy is without.
  writer.line(`if (Object.hasOwn(value, '__proto__')) ${misfit}`);
  const changes = Object.entries(def.shape).flatMap(([key, property]) => writeKept(key, property, misfit, writer));
  for (const change of changes) writer.line(change);
  writer.line('return value;');
  return writer.function('value');
}

/** Writes what reads a property that stays where it is; returns what puts in its place what had to be made anew. */
function writeKept(key: string, schema: z.core.$ZodType, misfit: string, writer: Writer): string[] {
  const quoted = JSON.stringify(key);
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type !== 'optional') {
    const read = writeGiven(key, schema, 'value', misfit, writer);
    return isKept(schema) ? [] : [`value[${quoted}] = ${read};`];
  }
  const given = writer.name();
  const read = writer.name();
  writer.line(`const ${given} = value[${quoted}];`);
  writer.line(`let ${read};`);
  writer.line(`if (${given} !== undefined) {`);
  writer.line(`${read} = ${write(def.innerType, given, misfit, writer)};`);
  writer.line('}');
  return isKept(def.innerType) ? [] : [`if (${given} !== undefined) value[${quoted}] = ${read};`];
}

/** Whether what is read is what was given. */
function isKept(schema: z.core.$ZodType): boolean {
  return conditionOf(schema as z.core.$ZodTypes, '', new Writer()) !== undefined;
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
  if (def.type === 'default') return writeDefault(def, value, misfit, writer);
  if (def.type === 'nullable') return writeNullable(def.innerType, value, misfit, writer);
  if (def.type === 'union' && def.inclusive !== false) return writeUnion(def.options, value, misfit, writer);
  if (def.type === 'object') return writeObject(def, value, misfit, writer);
  if (def.type === 'pipe') return writePipe(def, value, misfit, writer);
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

/** Undefined where what is there may be undefined, too, and the default stands in for that. */
function writeDefault(def: z.core.$ZodDefaultDef, value: string, misfit: string, writer: Writer): string | undefined {
  if (!isDefinite(def.innerType)) return undefined;
  const read = writer.name();
  writer.line(`let ${read};`);
  // A new one each time, where it is an object.
  writer.line(`if (${value} === undefined) ${read} = ${writer.constant(def)}.defaultValue;`);
  writer.line('else {');
  writer.line(`${read} = ${write(def.innerType, value, misfit, writer)};`);
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

/** What one schema makes of the value goes through the next. */
function writePipe(def: z.core.$ZodPipeDef, value: string, misfit: string, writer: Writer): string | undefined {
  if (def.transform !== undefined || def.reverseTransform !== undefined) return undefined;
  return write(def.out, write(def.in, value, misfit, writer), misfit, writer);
}

function writeArray(def: z.core.$ZodArrayDef, value: string, misfit: string, writer: Writer): string | undefined {
  const conditions = [`Array.isArray(${value})`];
  const refinements: z.core.$ZodCheck[] = [];
  for (const check of def.checks ?? []) {
    const { def: one } = check._zod as z.core.$ZodChecks['_zod'] | z.core.$ZodCustom['_zod'];
    if (one.check === 'min_length') conditions.push(`${value}.length >= ${one.minimum}`);
    else if (one.check === 'max_length') conditions.push(`${value}.length <= ${one.maximum}`);
    else if (one.check === 'custom' && one.when === undefined) refinements.push(check);
    else return undefined;
  }
  const [read, at, each] = [writer.name(), writer.name(), writer.name()];
  writer.line(`if (!(${conditions.join(' && ')})) ${misfit}`);
  writer.line(`const ${read} = [];`);
  writer.line(`for (let ${at} = 0; ${at} < ${value}.length; ${at}++) {`);
  writer.line(`const ${each} = ${value}[${at}];`);
  writer.line(`${read}.push(${write(def.element, each, misfit, writer)});`);
  writer.line('}');
  for (const refinement of refinements)
    writer.line(`if (!${writer.constant(passes)}(${writer.constant(refinement)}, ${read})) ${misfit}`);
  return read;
}

/** Whether a refinement finds no fault, and leaves the value as it is; one that takes its time is the schema's to refuse. */
function passes(refinement: z.core.$ZodCheck, value: unknown): boolean {
  const payload: z.core.ParsePayload<unknown> = { value, issues: [] };
  const later = refinement._zod.check(payload as z.core.ParsePayload<never>);
  return !(later instanceof Promise) && payload.issues.length === 0 && payload.value === value;
}

function writeObject(def: z.core.$ZodObjectDef, value: string, misfit: string, writer: Writer): string | undefined {
  const rest = restOf(def.catchall);
  const keys = Object.keys(def.shape);
  if (rest === undefined || !isUsualShape(def.shape)) return undefined;
  const read = writer.name();
  writer.line(notAnObject(value, misfit));
  const properties = Object.entries(def.shape);
  const isOptional = ([, { _zod }]: (typeof properties)[number]) => _zod.def.type === 'optional';
  const firstOptional = properties.findIndex(isOptional);
  const always = firstOptional < 0 ? properties : properties.slice(0, firstOptional);
  const needed = always.map(
    ([key, schema]) => `${JSON.stringify(key)}: ${writeGiven(key, schema, value, misfit, writer)}`,
  );
  // In one piece: an object that grows by one property at a time takes several times as long to make.
  writer.line(`const ${read} = { ${needed.join(', ')} };`);
  for (const [key, schema] of properties.slice(always.length)) {
    if (isOptional([key, schema])) writeOptional(key, schema as z.core.$ZodOptional, { value, read }, misfit, writer);
    else writer.line(`${read}[${JSON.stringify(key)}] = ${writeGiven(key, schema, value, misfit, writer)};`);
  }
  if (rest !== 'dropped') writeRest(rest, new Set(keys), { value, read }, misfit, writer);
  return read;
}

const notAnObject = (value: string, misfit: string) =>
  `if (typeof ${value} !== 'object' || ${value} === null || Array.isArray(${value})) ${misfit}`;

function isUsualShape(shape: z.core.$ZodShape): boolean {
  const isNamed = Object.getOwnPropertySymbols(shape).length === 0 && !Object.hasOwn(shape, '__proto__');
  return isNamed && Object.values(shape).every(isUsualProperty);
}

/** Needed, or optional or with a default and nothing else: whatever else stands in for what is missing only the schema knows. */
function isUsualProperty(schema: z.core.$ZodType): boolean {
  if (isDefinite(schema)) return true;
  const { def, optin, optout, traits } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'default') return isDefinite(def.innerType) && def.defaultValue !== undefined;
  return def.type === 'optional' && optin === 'optional' && optout === 'optional' && !traits.has('$ZodExactOptional');
}

/** Undefined neither goes in nor comes out. */
function isDefinite({ _zod: { optin, optout } }: z.core.$ZodType): boolean {
  return optin === undefined && optout === undefined;
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

/** Writes what reads a property that is needed; returns the name of what was read. */
function writeGiven(key: string, schema: z.core.$ZodType, value: string, misfit: string, writer: Writer): string {
  const given = writer.name();
  const quoted = JSON.stringify(key);
  writer.line(`const ${given} = ${value}[${quoted}];`);
  // A schema that takes anything takes what is undefined, but not what is missing.
  if (schema._zod.def.type === 'unknown') writer.line(`if (!(${quoted} in ${value})) ${misfit}`);
  return write(schema, given, misfit, writer);
}

function writeOptional(
  key: string,
  schema: z.core.$ZodOptional,
  { value, read }: Between,
  misfit: string,
  writer: Writer,
): void {
  const given = writer.name();
  const quoted = JSON.stringify(key);
  writer.line(`const ${given} = ${value}[${quoted}];`);
  writer.line(`if (${given} !== undefined) {`);
  writer.line(`${read}[${quoted}] = ${write(schema._zod.def.innerType, given, misfit, writer)};`);
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
