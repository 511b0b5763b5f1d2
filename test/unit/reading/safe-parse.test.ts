import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import * as domain from '#shared/domain';
import * as protocol from '#shared/protocol';
import { safeParse, safeParseOwn } from '#shared/reading';

/** Everything that is exported and reads something. */
const SCHEMAS = Object.entries<unknown>({ ...domain, ...protocol }).filter(
  (entry): entry is [string, z.ZodType] => entry[1] instanceof z.ZodType,
);

/** What fits a schema, mostly: refinements and patterns may find fault with it. */
function fitting(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const { def, values } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'string':
      return fc.oneof(
        fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 70 }),
        fc.constantFrom(
          '',
          '1',
          '12',
          '0123456789abcdef',
          '👩‍🚀',
          '𝒳'.repeat(64),
          '𝒳'.repeat(65),
          'f'.repeat(64),
          'a'.repeat(8),
        ),
      );
    case 'number':
      return fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constantFrom(-1, 0, 0.5, 65_535, 2 ** 53, 1e300, Number.NaN));
    case 'boolean':
      return fc.boolean();
    case 'literal':
    case 'enum':
      return fc.constantFrom(...(values ?? []));
    case 'nullable':
      return fc.oneof(fc.constant(null), fitting(def.innerType));
    case 'optional':
    case 'default':
      return fitting(def.innerType);
    case 'array':
      return fc.array(fitting(def.element), { maxLength: 4 });
    case 'union':
      return fc.oneof(...def.options.map(fitting));
    case 'record':
      return fc.dictionary(fc.constantFrom('a', 'b', 'constructor', '__proto__', ''), fitting(def.valueType));
    case 'pipe':
      return fitting(def.in);
    case 'object': {
      const shape = Object.entries(def.shape);
      const optional = shape.filter(([, each]) => each._zod.optin !== undefined).map(([key]) => key);
      const needed = shape.map(([key]) => key).filter((key) => !optional.includes(key));
      return fc.record(Object.fromEntries(shape.map(([key, each]) => [key, fitting(each)])), { requiredKeys: needed });
    }
    default:
      return fc.anything();
  }
}

type Change = { path: number[]; kind: 'drop' | 'undefine' | 'replace' | 'add'; with: unknown };
const change: fc.Arbitrary<Change> = fc.record({
  path: fc.array(fc.nat(40), { minLength: 1, maxLength: 4 }),
  kind: fc.constantFrom('drop', 'undefine', 'replace', 'add'),
  with: fc.oneof(fc.constantFrom(null, true, '', -1, [], {}, 'x'.repeat(2_000), { __proto__: null }), fc.jsonValue()),
});

/** The value with something different somewhere within it. */
function changed(value: unknown, { path, kind, with: other }: Change): unknown {
  const copy = structuredClone(value);
  let at = copy;
  for (const [depth, step] of path.entries()) {
    if (typeof at !== 'object' || at === null) break;
    const holder = at as Record<string, unknown>;
    const keys = Object.keys(holder);
    const key = keys[step % Math.max(1, keys.length)];
    if (kind === 'add' && depth === path.length - 1)
      Object.defineProperty(holder, ['extra', '__proto__', 'toString'][step % 3] ?? '', {
        value: other,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    if (key === undefined) break;
    if (depth === path.length - 1 && kind === 'drop') delete holder[key];
    if (depth === path.length - 1 && kind === 'undefine') holder[key] = undefined;
    if (depth === path.length - 1 && kind === 'replace') holder[key] = other;
    at = holder[key];
  }
  return copy;
}

/** In a form that tells order, undefined and what is not plain. */
const told = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(told)
    : typeof value === 'object' && value !== null
      ? [
          Object.getPrototypeOf(value) === Object.prototype,
          ...Object.entries(value).map(([key, each]) => [key, told(each)]),
        ]
      : Object.is(value, -0)
        ? '-0'
        : value;

function expectSame(schema: z.ZodType, value: unknown): boolean {
  const expected = schema.safeParse(value);
  const found = safeParse(schema, value);
  expect(found.success).toBe(expected.success);
  expect(told(found.data)).toEqual(told(expected.data));
  expect(found.error?.issues).toEqual(expected.error?.issues);
  return expected.success;
}

/** The same, but for the order in which properties stand. */
function expectSameOwn(schema: z.ZodType, value: unknown): void {
  const expected = schema.safeParse(structuredClone(value));
  const found = safeParseOwn(schema, value);
  expect(found.success).toBe(expected.success);
  expect(found.data).toEqual(expected.data);
  expect(found.error?.issues).toEqual(expected.error?.issues);
}

describe('reading', () => {
  it('makes of whatever comes in the same as its schema', () => {
    let fit = 0;
    let tried = 0;
    for (const [, schema] of SCHEMAS) {
      const values = fc.sample(fc.tuple(fitting(schema), fc.array(change, { maxLength: 3 })), {
        numRuns: 12,
        seed: 20,
      });
      for (const [value, changes] of values) {
        tried += 2;
        if (expectSame(schema, value)) fit += 1;
        if (expectSame(schema, changes.reduce<unknown>(changed, value))) fit += 1;
        expectSameOwn(schema, JSON.parse(JSON.stringify(changes.reduce<unknown>(changed, value)) ?? 'null'));
        expectSameOwn(schema, JSON.parse(JSON.stringify(value) ?? 'null'));
      }
    }
    // Both kinds were there.
    expect(fit).toBeGreaterThan(tried / 5);
    expect(fit).toBeLessThan((tried * 4) / 5);
  }, 30_000);

  it.each<[string, z.ZodType, unknown[]]>([
    ['a default', z.object({ a: z.number().default(3) }), [{}, { a: 1 }, { a: undefined }, { a: null }]],
    [
      'defaults among others',
      z.object({
        a: z.string().optional(),
        b: z.object({ c: z.number().optional() }).default({}),
        d: z.number().nullable().default(null),
        e: z.unknown().optional(),
      }),
      [{}, { a: 'a', b: { c: 1 }, d: 2, e: 3 }, { b: { c: '' } }, { d: 'd' }, { a: undefined, d: undefined }],
    ],
    [
      'a default that is undefined, or of what may be',
      z.object({ a: z.number().optional().default(3), b: z.unknown().default(4) }),
      [{}, { a: undefined, b: undefined }, { a: 1, b: 2 }, { a: null }],
    ],
    [
      'what is made of the whole',
      z.object({ a: z.number().default(1) }).transform(({ a }) => [a]),
      [{}, { a: 2 }, { a: 'a' }],
    ],
    [
      'a transformation that finds fault',
      z.string().transform((text, context) => {
        if (text === '') context.addIssue('empty');
        return text.length;
      }),
      ['', 'a', 1],
    ],
    ['one schema after the other', z.string().transform(Number).pipe(z.number().min(3)), ['4', '1', 'a', 4]],
    ['both ways', z.codec(z.string(), z.number(), { decode: Number, encode: String }), ['4', 4]],
    [
      'a refined list',
      z
        .array(z.number())
        .max(2)
        .refine((all) => all.length !== 1)
        .superRefine((all, context) => {
          if (all[0] === 7) context.addIssue('seven');
        }),
      [[], [1], [1, 2], [7, 1], [1, 2, 3], ['a', 'b'], null],
    ],
    ['a list that is made another', z.array(z.number()).overwrite((all) => all.toReversed()), [[1, 2], ['a']]],
    [
      'what is kept as it is',
      z.looseObject({ a: z.number() }),
      [{ a: 1, b: [2] }, { b: 2, a: 1 }, JSON.parse('{"a":1,"__proto__":{"b":2}}')],
    ],
    ['what may not be there', z.strictObject({ a: z.number() }), [{ a: 1 }, { a: 1, b: 2 }]],
    [
      'what may be missing',
      z.object({ a: z.number().optional(), b: z.string() }),
      [{ b: '' }, { a: undefined, b: '' }, { a: 1, b: '' }],
    ],
    [
      'what may be missing and not undefined',
      z.object({ a: z.number().exactOptional() }),
      [{}, { a: undefined }, { a: 1 }],
    ],
    ['anything', z.object({ a: z.unknown() }), [{}, { a: undefined }, { a: [1] }]],
    ['a refinement', z.object({ a: z.number() }).refine(({ a }) => a > 1), [{ a: 1 }, { a: 2 }]],
    ['a transformation', z.object({ a: z.string().transform((text) => text.length) }), [{ a: 'four' }, { a: 4 }]],
    ['a trimmed text', z.string().trim().min(1), [' ', ' a ']],
    ['a pattern with a place', z.string().regex(/a/g), ['a', 'a', 'b', 'a']],
    ['code points', z.string().min(2).max(3), ['𝒳', '𝒳𝒳', '𝒳𝒳𝒳', '𝒳𝒳𝒳𝒳', 'ab', 'a']],
    [
      'the first of several',
      z.union([z.object({ a: z.number() }), z.object({ a: z.number(), b: z.string() })]),
      [{ a: 1, b: 'b' }, { b: 'b' }],
    ],
    [
      'numbers',
      z.array(z.number().gt(1).lt(5)).max(3),
      [[2, 3], [1], [5], [2, 3, 4, 4], [Number.POSITIVE_INFINITY], { length: 1 }],
    ],
    [
      'a record',
      z.record(z.string().max(2), z.number()),
      [{ a: 1 }, { abc: 1 }, JSON.parse('{"__proto__":1}'), Object.create({ a: 1 })],
    ],
    [
      'a tuple, which it does not know',
      z.tuple([z.number(), z.string()]),
      [
        [1, 'a'],
        ['a', 1],
      ],
    ],
  ])('is the same with %s', (_, schema, values) => {
    for (const value of values) {
      expectSame(schema, value);
      expectSameOwn(schema, value);
    }
  });

  it('gives back what nobody else has, and everything else as a copy', () => {
    const schema = z.looseObject({ a: z.number(), b: z.string().optional() });
    const value = { c: [1], a: 1 };
    expect(safeParseOwn(schema, value).data).toBe(value);
    expect(safeParse(schema, value).data).not.toBe(value);
    expect(safeParseOwn(z.object({ a: z.number() }), value).data).toEqual({ a: 1 });
    const nested = z.looseObject({ a: z.array(z.object({ b: z.number() })).optional(), c: z.number().default(2) });
    const given = { d: 1, a: [{ b: 1, e: 1 }] };
    expect(safeParseOwn(nested, given).data).toBe(given);
    expect(given).toEqual({ d: 1, a: [{ b: 1 }], c: 2 });
    const unfit = { d: 1, a: [{ b: 1, e: 1 }], c: '2' };
    expect(safeParseOwn(nested, unfit).success).toBe(false);
    expect(unfit).toEqual({ d: 1, a: [{ b: 1, e: 1 }], c: '2' });
    expect(Object.keys(safeParseOwn(schema, JSON.parse('{"__proto__":{"d":1},"a":1}')).data ?? {})).toEqual(['a']);
  });

  it('makes a default anew for everyone', () => {
    const schema = z.object({ a: z.array(z.number()).default([]) });
    expect(safeParse(schema, {}).data?.a).not.toBe(safeParse(schema, {}).data?.a);
  });
});
