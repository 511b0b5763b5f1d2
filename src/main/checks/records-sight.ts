import type { Clock, Random } from '#core/clock';
import { createZooKeeperSession, type ZooKeeperSession } from '#core/zookeeper';
import { findZooKeeperLogin, type LoginSources } from '#main/secrets';
import {
  type Environment,
  type PairConfig,
  pairPaths,
  parseRecord,
  RecordError,
  type Registration,
  type Route,
  registrationSchema,
  routeSchema,
  sessionOptions,
} from '#shared/domain';
import type { PairRecords, RecordsSight } from './ports.ts';

const CONNECT_TIMEOUT_MS = 3_000;
const CLOSE_TIMEOUT_MS = 500;

/** Reads the pair's records once, with a session of its own that changes nothing; without a password as nobody in particular. */
export function createRecordsSight(
  environment: Pick<Environment, 'id' | 'zookeeper' | 'pathTemplate'>,
  pair: PairConfig,
  deps: { clock: Clock; random: Random } & Partial<LoginSources>,
): RecordsSight {
  const paths = pairPaths(environment.pathTemplate, pair.system, pair.node);
  let records: Promise<PairRecords> | undefined;

  async function read(): Promise<PairRecords> {
    let session: ZooKeeperSession | undefined;
    try {
      const { digestAuth } = await findZooKeeperLogin(environment, { env: process.env, ...deps });
      session = createZooKeeperSession(sessionOptions(environment.zookeeper, digestAuth), deps);
      await session.whenConnected(CONNECT_TIMEOUT_MS);
      return await readAll(session);
    } catch (error) {
      const cause = session?.status().cause;
      return { kind: 'unreachable', detail: cause ?? (error instanceof Error ? error.message : String(error)) };
    } finally {
      await session?.close(CLOSE_TIMEOUT_MS).catch(() => {});
    }
  }

  async function readAll(session: ZooKeeperSession): Promise<PairRecords> {
    const problems: string[] = [];
    const [route, ...registrations] = await Promise.all([
      session.get(paths.route),
      ...pair.instances.map(({ name }) => session.get(paths.instance(name))),
    ]);
    const parsed = <T>(parse: () => T): T | null => {
      try {
        return parse();
      } catch (error) {
        if (!(error instanceof RecordError)) throw error;
        problems.push(error.message);
        return null;
      }
    };
    const found = new Map<string, Registration>();
    pair.instances.forEach(({ name }, at) => {
      const data = registrations[at]?.data;
      const registration = data && parsed(() => parseRecord(registrationSchema, paths.instance(name), data));
      if (registration) found.set(name, registration);
    });
    const shown: Route | null = route ? parsed(() => parseRecord(routeSchema, paths.route, route.data)) : null;
    return { kind: 'read', route: shown, registrations: found, problems };
  }

  return {
    read() {
      records ??= read();
      return records;
    },
  };
}
