import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { writeWholeFile } from '#core/whole-file';
import type { SecretCipher } from './cipher.ts';
import { type SecretBackend, type SecretKey, SecretStoreError } from './port.ts';

/** What it is called, beside the journal. */
export const SECRETS_FILE = 'secrets.json';
const MAX_BYTES = 1024 * 1024;
const fileSchema = z.object({
  version: z.literal(1),
  /** By `place user@host`: what another cipher wrote is of no use, and stays. */
  secrets: z.record(z.string().max(512), z.base64().max(16_384)),
});

/** Secrets in a file of their owner alone, enciphered; the key is the operating system's. */
export function createEncryptedFile(file: string, cipher: SecretCipher): SecretBackend {
  const { place } = cipher;
  const nameOf = ({ host, user }: SecretKey) => `${place} ${user}@${host}`;
  let queue: Promise<unknown> = Promise.resolve();

  async function read(): Promise<Record<string, string>> {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
      throw broken(error);
    }
    const parsed = fileSchema.safeParse(text.length > MAX_BYTES ? undefined : parseJson(text));
    if (!parsed.success) throw new SecretStoreError(place, `${file} is not what it should be`);
    return parsed.data.secrets;
  }

  /** One after the other: each begins with what the last one wrote. */
  function change(edit: (secrets: Record<string, string>) => void | Promise<void>): Promise<void> {
    const done = queue.then(async () => {
      const secrets = await read();
      await edit(secrets);
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await writeWholeFile(file, JSON.stringify({ version: 1, secrets }), { mode: 0o600 });
    });
    queue = done.catch(() => {});
    return done.catch((error: unknown) => {
      throw broken(error);
    });
  }

  function broken(error: unknown): SecretStoreError {
    if (error instanceof SecretStoreError) return error;
    return new SecretStoreError(place, error instanceof Error ? error.message : String(error));
  }

  return {
    place,
    isAvailable: () => cipher.isAvailable(),
    async get(key) {
      const encrypted = (await read())[nameOf(key)];
      if (encrypted === undefined) return null;
      try {
        return await cipher.decrypt(Buffer.from(encrypted, 'base64'));
      } catch (error) {
        throw broken(error);
      }
    },
    set: (key, secret) =>
      change(async (secrets) => {
        secrets[nameOf(key)] = (await cipher.encrypt(secret)).toString('base64');
      }),
    remove: (key) =>
      change((secrets) => {
        delete secrets[nameOf(key)];
      }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
