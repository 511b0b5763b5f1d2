import type { SecretBackend, SecretKey } from './port.ts';

/** Where there is no store: until the console ends. */
export function createMemoryStore(): SecretBackend {
  const secrets = new Map<string, string>();
  const nameOf = ({ host, user }: SecretKey) => JSON.stringify([host, user]);
  return {
    place: 'memory',
    isAvailable: async () => true,
    get: async (key) => secrets.get(nameOf(key)) ?? null,
    set: async (key, secret) => void secrets.set(nameOf(key), secret),
    remove: async (key) => void secrets.delete(nameOf(key)),
  };
}
