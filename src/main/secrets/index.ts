// Passwords of servers and of ZooKeeper, kept where the operating system keeps secrets: Electron's safe storage, the desktop's keyring,
// macOS's keychain, Windows' DPAPI; where there is none, in memory alone. Which it is, is said.
export type { SecretCipher } from './cipher.ts';
export { SECRETS_FILE } from './encrypted-file.ts';
export { openSecretStore, type SecretStoreOptions } from './open.ts';
export type { SecretKey, SecretStore } from './port.ts';
export { findZooKeeperLogin, type LoginSources, type ZooKeeperLogin } from './zookeeper-login.ts';
