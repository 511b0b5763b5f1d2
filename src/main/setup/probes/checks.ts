import {
  type CheckResult,
  type Environment,
  environmentSchema,
  message,
  PAIR_HOST,
  type PairConfig,
} from '#shared/domain';
import { type ProbeItem, type SetupValues, serverIndexes, toEnvironment } from '#shared/setup';
import { looked, type ProbeContext } from './context.ts';

/** What the draft amounts to for a probe: what was not asked yet has a stand-in. Undefined: too little is filled in. */
export function probedPair(values: SetupValues): { environment: Environment; pair: PairConfig } | undefined {
  const node = { ...values.node, pairId: 'draft' };
  // Its own id, by which ZooKeeper's password is kept; another one while it has none.
  const id = environmentSchema.shape.id.safeParse(values.id).data ?? 'draft';
  const { environment } = toEnvironment({ ...values, node, id, name: 'draft' });
  const parsed = environmentSchema.safeParse(environment).data;
  const pair = parsed?.pairs[0];
  return parsed && pair && { environment: parsed, pair };
}

/** The field that a check's result belongs to, where it has one in the wizard. */
export function fieldOfCheck(id: string, host: string, values: SetupValues): string | null {
  if (host === PAIR_HOST) return id === 'todb-identical' ? 'database.todbFiles.1' : null;
  const index = values.node.instances.findIndex(({ name }) => name === host);
  if (index < 0) return null;
  if (id === 'access') return `servers.${index}.access.type`;
  if (/^(t2-|firewall-t2)/.test(id)) return `node.instances.${index}.t2Port`;
  if (/^(f2-|firewall-f2)/.test(id)) return `node.instances.${index}.f2Port`;
  if (id === 'nfs') return `sharing.mounts.${index}.source`;
  if (id.startsWith('mount')) return `sharing.mounts.${index}.target`;
  if (id === 'redo') return `servers.${index}.redoDirectory`;
  if (id === 'process') return `servers.${index}.process`;
  if (id === 'todb') return `database.todbFiles.${index}`;
  if (id === 'database') return 'database.host';
  return null;
}

/** Makes those of the pair's checks that a step wants. */
export async function probeByChecks(context: ProbeContext, wanted: (id: string) => boolean): Promise<void> {
  const { values, deps, signal, found } = context;
  const probed = probedPair(values);
  if (!probed) {
    await looked(context, { id: 'incomplete', about: '', field: null }, async () => ({
      result: 'unknown',
      reason: message('setup.probe.incomplete'),
      remedy: message('setup.remedy.incomplete'),
    }));
    return;
  }
  const names = serverIndexes(values).map((index) => values.node.instances[index].name);
  await deps.runChecks(probed.environment, probed.pair, {
    wanted,
    found: (result) => {
      const concerns = result.host === PAIR_HOST ? names.length > 1 : names.includes(result.host);
      if (!signal.aborted && concerns) found(toItem(result, values));
    },
  });
}

/** What a check found, beside the field that it is about. */
export function toItem(
  { id, host, result, reason, remedy, evidence, tookMs, atMs }: CheckResult,
  values: SetupValues,
): ProbeItem {
  return { id, about: host, field: fieldOfCheck(id, host, values), result, reason, remedy, evidence, tookMs, atMs };
}
