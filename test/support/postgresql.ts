import { systemClock, systemRandom } from '#core/clock';
import { type Postgresql, postgresqlMissing, startPostgresql as start } from '#core/postgresql';

export { type Postgresql, postgresqlMissing } from '#core/postgresql';

/** Starts a throw-away PostgreSQL for a test; `close()` it in `afterAll`. */
export function startPostgresql(): Promise<Postgresql> {
  return start({ clock: systemClock, random: systemRandom });
}

/**
 * For `describe.skipIf(skipWithoutPostgresql())`: true where PostgreSQL is missing, after saying what to install. In CI a
 * missing component is a failure.
 */
export function skipWithoutPostgresql(): boolean {
  const missing = postgresqlMissing();
  if (!missing) return false;
  if (process.env.CI) throw new Error(missing);
  console.warn(`skipped: ${missing}`);
  return true;
}
