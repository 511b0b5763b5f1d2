import type { SafeStorage } from 'electron';
import type { SecretCipher } from '#main/secrets';

/** What of Electron's safe storage is used. */
export type SafeStorageCalls = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

/**
 * Electron's safe storage: the keychain's, DPAPI's or the keyring's key. On Linux without a keyring it enciphers with a
 * password that everybody knows (`basic_text`): that is no store.
 */
export function createSafeStorageCipher(safeStorage: SafeStorageCalls, platform: NodeJS.Platform): SecretCipher {
  return {
    place: 'safe-storage',
    async isAvailable() {
      try {
        if (!(await safeStorage.isAsyncEncryptionAvailable())) return false;
        return platform !== 'linux' || !['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend());
      } catch {
        return false;
      }
    },
    encrypt: (secret) => safeStorage.encryptStringAsync(secret),
    decrypt: async (encrypted) => (await safeStorage.decryptStringAsync(encrypted)).result,
  };
}
