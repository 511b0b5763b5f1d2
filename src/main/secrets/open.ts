import type { SecretCipher } from './cipher.ts';
import { createDpapi } from './dpapi.ts';
import { createEncryptedFile } from './encrypted-file.ts';
import { createKeychain } from './keychain.ts';
import { createMemoryStore } from './memory.ts';
import type { SecretBackend, SecretStore } from './port.ts';
import { createSecretTool } from './secret-tool.ts';
import type { RunTool } from './tool.ts';

export interface SecretStoreOptions {
  platform: NodeJS.Platform;
  /** Runs this machine's tools. */
  run: RunTool;
  /** Where enciphered secrets are kept; null: nothing is written. */
  file: string | null;
  /** The desktop shell's own. */
  cipher?: SecretCipher | undefined;
}

/** This machine's store. Nothing is asked of the system before the first secret is. */
export function openSecretStore(options: SecretStoreOptions): SecretStore {
  let chosen: Promise<SecretBackend> | undefined;
  const store = () => {
    chosen ??= firstAvailable(backends(options));
    return chosen;
  };
  return {
    place: async () => (await store()).place,
    get: async (key) => (await store()).get(key),
    async set(key, secret) {
      const backend = await store();
      await backend.set(key, secret);
      return backend.place;
    },
    remove: async (key) => (await store()).remove(key),
  };
}

/** The best one first. */
function backends({ platform, run, file, cipher }: SecretStoreOptions): SecretBackend[] {
  const ownCipher = cipher && file !== null ? [createEncryptedFile(file, cipher)] : [];
  const byPlatform: Partial<Record<NodeJS.Platform, () => SecretBackend[]>> = {
    linux: () => [createSecretTool(run)],
    darwin: () => [createKeychain(run)],
    win32: () => (file === null ? [] : [createEncryptedFile(file, createDpapi(run))]),
  };
  return [...ownCipher, ...(byPlatform[platform]?.() ?? [])];
}

async function firstAvailable(candidates: readonly SecretBackend[]): Promise<SecretBackend> {
  for (const candidate of candidates) if (await candidate.isAvailable()) return candidate;
  return createMemoryStore();
}
