/** A SQLite file. */
export interface SqliteConfig {
  type: 'sqlite';
  /** An absolute path. */
  file: string;
}

/** A PostgreSQL database. Without `passwordFile` the password is that of PGPASSWORD or of the user's pgpass file. */
export interface PostgresqlConfig {
  type: 'postgresql';
  host: string;
  port: number;
  database: string;
  user: string;
  /** An absolute path; the file holds the password alone, perhaps with a line's end. */
  passwordFile?: string;
}

export type DatabaseConfig = SqliteConfig | PostgresqlConfig;

/** The database's name for people: a file, or host, port and database. Never a password. */
export function databaseName(config: DatabaseConfig): string {
  if (config.type === 'sqlite') return config.file;
  return `postgresql://${config.host}:${config.port}/${config.database}`;
}
