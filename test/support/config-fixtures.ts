import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ConfigDocument, type Profile, parseDocument, shippedProfile } from '#main/config-files';

const folder = resolve(import.meta.dirname, '../fixtures/config');

/** A sample file's path. */
export function fixturePath(name: string): string {
  return join(folder, name);
}

export function fixtureDocument(name: string): ConfigDocument {
  return parseDocument(readFileSync(fixturePath(name)), name);
}

/** A shipped profile. Throws where there is none of the name. */
export function profileNamed(name: string): Profile {
  const profile = shippedProfile(name);
  if (!profile) throw new Error(`no profile ${name}`);
  return profile;
}
