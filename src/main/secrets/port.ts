import type { SecretPlace } from '#shared/contract';

/** Whose password: an account of a server, as the console logs in to it, or of an environment's ZooKeeper. */
export interface SecretKey {
  /** Where sshd listens; `zookeeper:ENVIRONMENT-ID` for ZooKeeper. */
  host: string;
  user: string;
}

/** Where one kind of store keeps secrets. Everything rejects with {@link SecretStoreError}; no secret is ever part of it. */
export interface SecretBackend {
  readonly place: SecretPlace;
  /** Whether it works here, now. Never rejects. */
  isAvailable(): Promise<boolean>;
  /** Null: it has none. */
  get(key: SecretKey): Promise<string | null>;
  set(key: SecretKey, secret: string): Promise<void>;
  remove(key: SecretKey): Promise<void>;
}

/** The store of this machine: the first kind that works, looked for when it is first needed. */
export interface SecretStore {
  place(): Promise<SecretPlace>;
  get(key: SecretKey): Promise<string | null>;
  /** Says where it is kept. */
  set(key: SecretKey, secret: string): Promise<SecretPlace>;
  remove(key: SecretKey): Promise<void>;
}

/** A store that did not do what was asked of it; `said` is for the operator. */
export class SecretStoreError extends Error {
  readonly said;
  constructor(place: SecretPlace, detail: string) {
    super(`${place}: ${detail}`);
    this.name = 'SecretStoreError';
    this.said = { key: 'error.secretStore', params: { place, detail } };
  }
}

export const SECRET_SERVICE = 'kuantu-ha-console';
