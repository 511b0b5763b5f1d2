import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { DatabaseConfig } from './config.ts';
import { TodbFileError } from './todb-error.ts';
import { parseXml, type XmlElement } from './xml.ts';

export { TodbFileError } from './todb-error.ts';

/** What a Todb file says. */
export interface Todb {
  name: string;
  database: DatabaseConfig;
  /** See {@link canonicalDigest}. */
  digest: string;
}

const text = z.string().min(1).max(255);
const path = z.string().min(1).max(1_024);
const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .pipe(z.number().min(1).max(65_535));
const todbSchema = z.strictObject({ name: z.string().min(1).max(64) });
const sqliteSchema = z.strictObject({ type: z.literal('sqlite'), file: path });
const postgresqlSchema = z.strictObject({
  type: z.literal('postgresql'),
  host: text,
  port: port.default(5432),
  database: text,
  user: text,
  passwordFile: path.optional(),
});
const databaseSchema = z.discriminatedUnion('type', [sqliteSchema, postgresqlSchema]);

/**
 * Reads a Todb file (F7). Rejects with {@link TodbFileError}, which names the file, the line and what is wrong, also
 * where the file cannot be read at all. Paths in it are relative to the file's own folder.
 */
export async function readTodbFile(file: string): Promise<Todb> {
  return parseTodb(await read(file), file);
}

/**
 * Parses a Todb file's content. Its layout is an assumption of this project — the vendor's own is not in any text that
 * we have — and strict, so that a misspelt attribute is not taken for one left out:
 *
 * ```xml
 * <todb name="mt-practice"><database type="sqlite" file="kuantu.db"/></todb>
 * <todb name="mt-practice">
 *   <database type="postgresql" host="127.0.0.1" port="5432" database="kuantu" user="kuantu" passwordFile="secret"/>
 * </todb>
 * ```
 *
 * Throws {@link TodbFileError}.
 */
export function parseTodb(bytes: Uint8Array, file: string): Todb {
  const root = parseXml(bytes, file);
  if (root.name !== 'todb') throw new TodbFileError(file, root.line, `the root element is <${root.name}>, not <todb>`);
  const { name } = attributesOf(root, todbSchema, file);
  const [element, ...further] = elementsOf(root, file);
  if (element?.name !== 'database' || further.length > 0) {
    const line = further[0]?.line ?? element?.line ?? root.line;
    throw new TodbFileError(file, line, '<todb> must hold one <database> and nothing else');
  }
  const [surplus] = elementsOf(element, file);
  if (surplus) throw new TodbFileError(file, surplus.line, '<database> must be empty');
  const database = withAbsolutePaths(attributesOf(element, databaseSchema, file), dirname(resolve(file)));
  return { name, database, digest: digestOf(root) };
}

/**
 * SHA-256 (hex) of the canonical form: the order of attributes, white space around texts, comments, processing
 * instructions, the XML declaration and the encoding do not count; everything else does. Throws {@link TodbFileError}
 * where it is no XML that we take.
 */
export function canonicalDigest(bytes: Uint8Array, file = 'Todb'): string {
  return digestOf(parseXml(bytes, file));
}

async function read(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new TodbFileError(file, null, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function attributesOf<T>(element: XmlElement, schema: z.ZodType<T>, file: string): T {
  const values = Object.fromEntries(element.attributes);
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const attribute = issue?.path.join('.') ?? '';
  const problem = attribute in values || attribute === '' ? (issue?.message ?? 'is not valid') : 'is missing';
  throw new TodbFileError(
    file,
    element.line,
    `<${element.name}>: ${attribute === '' ? '' : `attribute ${attribute}: `}${problem}`,
  );
}

function elementsOf(element: XmlElement, file: string): XmlElement[] {
  return element.children.map((child) => {
    if (typeof child === 'string') throw new TodbFileError(file, element.line, `<${element.name}> must hold no text`);
    return child;
  });
}

function withAbsolutePaths(database: z.infer<typeof databaseSchema>, folder: string): DatabaseConfig {
  if (database.type === 'sqlite') return { ...database, file: resolve(folder, database.file) };
  const { passwordFile, ...rest } = database;
  return passwordFile === undefined ? rest : { ...rest, passwordFile: resolve(folder, passwordFile) };
}

function digestOf(root: XmlElement): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(root)))
    .digest('hex');
}

/** Nested arrays: no two different documents have the same JSON. */
function canonical(element: XmlElement): unknown {
  const attributes = [...element.attributes].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    element.name,
    attributes,
    element.children.map((child) => (typeof child === 'string' ? child : canonical(child))),
  ];
}
