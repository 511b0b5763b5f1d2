import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** One place of the product's source, and what stands there instead. */
export interface Edit {
  /** From the project's root. */
  file: string;
  snippet: string;
  replacement: string;
}

const ROOT = resolve(import.meta.dirname, '../../..');

/** A mutation that does not fit the source any more: it would turn off nothing, and nobody would notice. */
export class MutationDoesNotFit extends Error {
  constructor({ file, snippet }: Edit, count: number) {
    super(`${file} has ${count === 0 ? 'nothing like' : `${count} times`} '${snippet.trim().split('\n')[0]}'`);
    this.name = 'MutationDoesNotFit';
  }
}

/** The text with the snippet replaced, which must be there exactly once. Throws {@link MutationDoesNotFit}. */
export function edited(text: string, edit: Edit): string {
  const parts = text.split(edit.snippet);
  if (parts.length !== 2) throw new MutationDoesNotFit(edit, parts.length - 1);
  return parts.join(edit.replacement);
}

/** Looks whether every edit fits the source as it is. Throws {@link MutationDoesNotFit}. */
export function checkEdits(edits: readonly Edit[]): void {
  for (const file of new Set(edits.map((edit) => edit.file)))
    mutated(file, edits, readFileSync(resolve(ROOT, file), 'utf8'));
}

function mutated(file: string, edits: readonly Edit[], source: string): string {
  return edits.filter((edit) => edit.file === file).reduce(edited, source);
}

/**
 * From now on this thread loads the product with the edits in it. Modules that it has loaded already stay as they are:
 * called first, before anything of the product is imported.
 */
export function loadMutated(edits: readonly Edit[]): void {
  checkEdits(edits);
  const files = new Map(edits.map(({ file }) => [pathToFileURL(resolve(ROOT, file)).href, file]));
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const file = files.get(url);
      if (file === undefined || loaded.source === undefined || loaded.source === null) return loaded;
      const source =
        typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString();
      return { ...loaded, source: mutated(file, edits, source) };
    },
  });
}
