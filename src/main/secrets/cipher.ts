import type { SecretPlace } from '#shared/contract';

/** What enciphers with a key that the operating system holds for this user; the ciphertext is ours to keep. */
export interface SecretCipher {
  readonly place: SecretPlace;
  /** Never rejects. */
  isAvailable(): Promise<boolean>;
  /** Both reject with the system's error. */
  encrypt(secret: string): Promise<Buffer>;
  decrypt(encrypted: Buffer): Promise<string>;
}
