// The local database of a pair (F7): SQLite in a thread of its own, or PostgreSQL, behind one port; and the Todb file
// that names it.
export { type DatabaseConfig, databaseName, type PostgresqlConfig, type SqliteConfig } from './config.ts';
export { type LocalDatabaseDeps, openLocalDatabase } from './open.ts';
export * from './port.ts';
export { todbEntries } from './todb-entries.ts';
export { canonicalDigest, parseTodb, readTodbFile, type Todb, TodbFileError } from './todb-file.ts';
