import { type Environment, environmentSchema, type Message, message, type PairConfig } from '#shared/domain';
import { errorsOf, findingsOf, type SetupDraft, type SetupPlan, serverIndexes, toEnvironment } from '#shared/setup';
import { ChangeError, type PreparedChange } from './change.ts';
import { prepareConfiguration } from './console-change.ts';
import { prepareRouteFile, prepareTodb } from './file-change.ts';
import type { SetupDeps } from './port.ts';
import { digest } from './registration.ts';
import { prepareSharing } from './sharing-change.ts';
import { prepareRegistration } from './zookeeper-change.ts';

/** A plan, with what makes each of its changes, in the order in which they are made. */
export interface PreparedPlan {
  shown: SetupPlan;
  changes: PreparedChange[];
}

/** What the draft amounts to, once nothing is wrong with it. */
export interface Drafted {
  environment: Environment;
  pair: PairConfig;
  pairIndex: number;
  base: Environment | undefined;
}

/** The environment and pair that a draft amounts to, without secrets; undefined while something is wrong with it. */
export function draftedOf({ values, origin }: SetupDraft, environments: readonly Environment[]): Drafted | undefined {
  const base = origin ? environments.find(({ id }) => id === origin.environmentId) : undefined;
  const { environment, pairIndex } = toEnvironment(values, base, origin?.pairId);
  const parsed = environmentSchema.safeParse(environment).data;
  const pair = parsed?.pairs[pairIndex];
  return parsed && pair && { environment: parsed, pair, pairIndex, base };
}

/** Ids of environments that the draft may not take. */
export function takenIds({ origin }: SetupDraft, environments: readonly Environment[]): string[] {
  return environments.map(({ id }) => id).filter((id) => id !== origin?.environmentId);
}

/** Whether the session or token that is stored for the pair is of the kind that the draft names. */
export function keepsCredentials({ values, origin }: SetupDraft, environments: readonly Environment[]): boolean {
  if (!origin || values.node.credential === 'none') return false;
  const pair = environments.find(({ id }) => id === origin.environmentId)?.pairs.find(({ id }) => id === origin.pairId);
  return pair?.instances.every(({ credential }) => credential?.system === values.node.credential) ?? false;
}

/** Everything that applying the draft would do, as of now. Reads ZooKeeper and files; changes nothing. */
export async function preparePlan(
  draft: SetupDraft,
  secret: string | undefined,
  deps: SetupDeps,
): Promise<PreparedPlan> {
  const environments = deps.environments.list();
  const drafted = draftedOf(draft, environments);
  const kept = keepsCredentials(draft, environments);
  const errors = errorsOf(
    findingsOf(draft.values, {
      takenIds: takenIds(draft, environments),
      base: drafted?.base,
      pairId: draft.origin?.pairId,
      hasSecret: kept || secret !== undefined,
    }),
  );
  if (errors.length > 0 || !drafted) return planOf([], [message('setup.plan.errors', { count: errors.length })], deps);
  const changes: PreparedChange[] = [];
  const blockers: Message[] = [];
  const { environment, pair, pairIndex, base } = drafted;
  await collect(changes, blockers, () => prepareRegistration(draft.values, environment, pair, deps));
  await collect(changes, blockers, () => prepareSharing(draft.values, deps));
  for (const index of serverIndexes(draft.values))
    if (draft.values.node.routeFiles[index].trim() !== '')
      await collect(changes, blockers, () => prepareRouteFile(draft.values, environment, pair, index, deps));
  if (draft.values.database.align && draft.values.mode !== 'single')
    await collect(changes, blockers, () => prepareTodb(draft.values, pair, deps));
  const obstacle = draft.values.mode === 'single' ? null : deps.environments.obstacle();
  if (obstacle) blockers.push(obstacle);
  if (draft.values.mode !== 'single') {
    const wanted = withCredential(environment, pairIndex, draft.values.node.credential);
    await collect(changes, blockers, async () =>
      prepareConfiguration(
        { environment: wanted, replaces: base?.id, pairIndex, secret, keepsCredentials: kept && secret === undefined },
        deps,
      ),
    );
  }
  return planOf(changes, blockers, deps);
}

/** The kind of what is stored or was typed: the secret itself comes in when it is saved. */
function withCredential(environment: Environment, pairIndex: number, system: 'none' | 'O3' | 'O45'): Environment {
  if (system === 'none') return environment;
  const credential = system === 'O3' ? { system, sessionId: '' } : { system, userToken: '' };
  const pairs = environment.pairs.map((pair, at) => {
    if (at !== pairIndex) return pair;
    const [a, b] = pair.instances;
    const instances: typeof pair.instances = [
      { ...a, credential },
      { ...b, credential },
    ];
    return { ...pair, instances };
  });
  return { ...environment, pairs };
}

async function collect(
  changes: PreparedChange[],
  blockers: Message[],
  prepare: () => Promise<PreparedChange | PreparedChange[]>,
) {
  try {
    changes.push(...[await prepare()].flat());
  } catch (error) {
    if (!(error instanceof ChangeError)) throw error;
    blockers.push(error.reason);
  }
}

function planOf(changes: PreparedChange[], blockers: Message[], { clock }: Pick<SetupDeps, 'clock'>): PreparedPlan {
  const shown = changes.map((change) => change.shown);
  const stable = shown.map(({ id, diff, tree }) => [id, diff, tree?.filter(({ ephemeral }) => !ephemeral)]);
  return { changes, shown: { fingerprint: digest(stable), madeAtMs: clock.wallMs(), changes: shown, blockers } };
}
