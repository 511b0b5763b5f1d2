import { DeadlineError, withDeadline } from '#core/clock';
import { IMPOSSIBLE_VERSION, type MultiOp, ZooKeeperError, type ZooKeeperSession } from '#core/zookeeper';
import { findZooKeeperLogin } from '#main/secrets';
import {
  configuredPolicy,
  type Environment,
  message,
  type PairConfig,
  pairPaths,
  sessionOptions,
} from '#shared/domain';
import type { SetupValues } from '#shared/setup';
import { ChangeError, type PreparedChange } from './change.ts';
import type { SetupDeps } from './port.ts';
import {
  OPEN_RULES,
  PROTECTED_RULES,
  planRegistration,
  type RegistrationPlan,
  type WantedRegistration,
} from './registration.ts';
import { readTree } from './tree.ts';

export const ZOOKEEPER_CHANGE = 'zookeeper';
const CONNECT_TIMEOUT_MS = 5_000;
const READ_TIMEOUT_MS = 5_000;
const CLOSE_TIMEOUT_MS = 500;

type Deps = Pick<SetupDeps, 'clock' | 'openSession' | 'env' | 'passwords'>;

/** Registers the pair in ZooKeeper (F2). Throws a {@link ChangeError} where ZooKeeper cannot be read. */
export async function prepareRegistration(
  values: SetupValues,
  environment: Environment,
  pair: PairConfig,
  deps: Deps,
): Promise<PreparedChange> {
  const wanted = wantedOf(values, environment, pair);
  const conflictsOf = ({ rows }: RegistrationPlan) =>
    rows.filter(({ action }) => action === 'conflict').map(({ path }) => path);
  const plan = await withSession(environment, deps, async (session) => {
    const made = await planned(session, wanted, deps);
    await rehearse(session, made.operations(new Set(conflictsOf(made))), deps);
    return made;
  });
  const conflicts = conflictsOf(plan);
  return {
    shown: {
      id: ZOOKEEPER_CHANGE,
      place: { kind: 'zookeeper' },
      title: message('setup.change.registration', { node: pair.node }),
      path: `${wanted.chroot}${wanted.paths.base}`,
      needsConfirmation: conflicts.length > 0,
      undo: message('setup.undo.registration'),
      undoable: false,
      idle: plan.operations(new Set(conflicts)).every(({ op }) => op === 'check'),
      diff: null,
      tree: plan.rows,
      notes: plan.rows.some(({ action }) => action === 'foreign') ? [message('setup.change.foreignStays')] : [],
    },
    apply: (confirmed) =>
      withSession(environment, deps, async (session) => {
        const again = await planned(session, wanted, deps);
        if (again.fingerprint !== plan.fingerprint) throw new ChangeError(message('setup.apply.treeChanged'));
        const operations = again.operations(new Set(confirmed ? conflicts : []));
        await withDeadline(deps.clock, READ_TIMEOUT_MS, 'ZooKeeper', session.multi(operations));
        const made = operations.filter(({ op }) => op === 'create').length;
        const set = operations.filter(({ op }) => op === 'set').length;
        return { detail: message('setup.apply.registered', { made, set }), backup: null, left: null };
      }),
  };
}

/**
 * Asks whether ZooKeeper would take the operations, by a multi that fails for certain after them: nothing of it is done.
 * Throws what it would fail with before that.
 */
async function rehearse(session: ZooKeeperSession, operations: readonly MultiOp[], { clock }: Deps): Promise<void> {
  const never: MultiOp = { op: 'check', path: '/', expectedVersion: IMPOSSIBLE_VERSION };
  try {
    await withDeadline(clock, READ_TIMEOUT_MS, 'ZooKeeper', session.multi([...operations, never]));
  } catch (error) {
    if (!(error instanceof ZooKeeperError) || error.failedIndex !== operations.length) throw error;
  }
}

function wantedOf(values: SetupValues, environment: Environment, pair: PairConfig): WantedRegistration {
  const instances = values.mode === 'single' ? [pair.instances[0]] : pair.instances;
  return {
    chroot: environment.zookeeper.chroot,
    paths: pairPaths(environment.pathTemplate, pair.system, pair.node),
    instances: instances.map(({ name }) => name),
    policy: values.mode === 'single' ? null : configuredPolicy(environment, pair),
    acl: values.zookeeper.acl === 'protected' ? PROTECTED_RULES : OPEN_RULES,
  };
}

async function planned(
  session: ZooKeeperSession,
  wanted: WantedRegistration,
  { clock }: Deps,
): Promise<RegistrationPlan> {
  return planRegistration(await withDeadline(clock, READ_TIMEOUT_MS, 'ZooKeeper', readTree(session, wanted)), wanted);
}

/** A session of its own, without the chroot: what is missing of that is made, too. */
async function withSession<T>(
  environment: Environment,
  { openSession, ...sources }: Deps,
  use: (session: ZooKeeperSession) => Promise<T>,
): Promise<T> {
  const { digestAuth, missing } = await findZooKeeperLogin(environment, sources);
  if (missing) throw new ChangeError(missing);
  const session = openSession({ ...sessionOptions(environment.zookeeper, digestAuth), chroot: '' });
  try {
    await session.whenConnected(CONNECT_TIMEOUT_MS);
    return await use(session);
  } catch (error) {
    throw changeError(error, session.status().cause);
  } finally {
    await session.close(CLOSE_TIMEOUT_MS).catch(() => {});
  }
}

function changeError(error: unknown, cause: string | undefined): unknown {
  if (error instanceof DeadlineError)
    return new ChangeError(message('setup.apply.zookeeperAway', { detail: cause ?? error.message }), { cause: error });
  if (!(error instanceof ZooKeeperError)) return error;
  const params = { path: error.path, code: error.code };
  if (error.code === 'NO_AUTH') return new ChangeError(message('setup.apply.noPermission', params), { cause: error });
  if (['NODE_EXISTS', 'BAD_VERSION', 'NO_NODE'].includes(error.code))
    return new ChangeError(message('setup.apply.treeChanged'), { cause: error });
  if (error.code === 'OUTCOME_UNKNOWN')
    return new ChangeError(message('setup.apply.outcomeUnknown', params), { cause: error });
  return new ChangeError(message('setup.apply.zookeeperSays', params), { cause: error });
}
