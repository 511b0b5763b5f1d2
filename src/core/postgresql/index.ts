// Starts a throw-away PostgreSQL — Debian's package, or one at POSTGRESQL_HOME — in a temporary directory on 127.0.0.1, for
// the drill and the tests. It ends with this process, and everything of it is removed.
export { postgresqlMissing } from './programs.ts';
export { type Postgresql, type PostgresqlDeps, startPostgresql } from './server.ts';
