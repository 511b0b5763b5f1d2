import { environmentSchema, type Message, message } from '#shared/domain';
import { problemMessage } from '#shared/i18n';
import { toEnvironment } from './environment.ts';
import type { Finding, FindingContext } from './finding.ts';
import { rules } from './rules.ts';
import type { SetupStep } from './steps.ts';
import { type SetupValues, serverIndexes } from './values.ts';

/**
 * Everything that is wrong with a draft as it stands, whichever step it belongs to. What the configuration's schema says
 * is said of the field that was filled in; what it cannot know is a rule of its own. Pure.
 */
export function findingsOf(values: SetupValues, context: FindingContext): Finding[] {
  const found = [...schemaFindings(values, context), ...rules(values, context)];
  const shown = found.filter(
    (finding, at) =>
      found.findIndex(({ field, severity }) => field === finding.field && severity === finding.severity) === at,
  );
  return shown.map((finding) =>
    finding.acknowledge && values.acknowledged.includes(finding.acknowledge)
      ? { ...finding, severity: 'warning' }
      : finding,
  );
}

function schemaFindings(values: SetupValues, { base, pairId }: FindingContext): Finding[] {
  const { environment, pairIndex } = toEnvironment(values, base, pairId);
  const parsed = environmentSchema.safeParse(environment);
  if (parsed.success) return [];
  const inUse = serverIndexes(values);
  return parsed.error.issues.flatMap((issue): Finding[] => {
    const path = issue.path.map(String);
    const place = placeOf(path, pairIndex);
    if (!place) return [];
    const index = /^(?:servers|node\.instances|sharing\.mounts|database\.todbFiles)\.([01])/.exec(place.field)?.[1];
    if (index !== undefined && !inUse.includes(Number(index) as 0 | 1)) return [];
    const missing = isEmpty(environment, issue.path);
    const reason = missing
      ? message('problem.required')
      : problemMessage(issue as Parameters<typeof problemMessage>[0]);
    return [{ ...place, severity: 'error', reason, remedy: REMEDIES[reason.key] ?? null }];
  });
}

/** What is typed as nothing is missing, not of a wrong type. */
function isEmpty(environment: unknown, path: readonly PropertyKey[]): boolean {
  let value = environment;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return true;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value === undefined || value === null || value === '';
}

const REMEDIES: Readonly<Record<string, Message>> = {
  'problem.pathName': message('setup.remedy.pathName'),
  'problem.connectString': message('setup.remedy.connectString'),
  'problem.samePort': message('setup.remedy.samePort'),
  'problem.sameName': message('setup.remedy.sameName'),
  'problem.tooLong': message('setup.remedy.tooLong'),
  'problem.samePair': message('setup.remedy.samePair'),
  'problem.absolutePath': message('setup.remedy.absolutePath'),
  'problem.mountSource': message('setup.remedy.mountSource'),
};

/** The step and field behind a place in the environment; undefined: it is another pair's, which is not this draft's. */
function placeOf(path: readonly string[], pairIndex: number): { step: SetupStep; field: string } | undefined {
  const [first = '', second = '', ...rest] = path;
  if (first === 'name' || first === 'id') return { step: 'mode', field: first };
  if (first === 'pathTemplate') return { step: 'zookeeper', field: 'zookeeper.pathTemplate' };
  if (first === 'zookeeper')
    return { step: 'zookeeper', field: `zookeeper.${second === 'digest' ? (rest[0] ?? 'user') : second}` };
  if (first !== 'pairs' || second !== String(pairIndex)) return undefined;
  const [part = '', index = '', ...deeper] = rest;
  if (part === 'policy' || part === 'checkIntervalMs')
    return { step: 'policy', field: part === 'policy' ? 'policy.mode' : 'policy.checkIntervalMs' };
  if (part !== 'instances') return { step: 'node', field: `node.${part === 'id' ? 'pairId' : part}` };
  return placeOfInstance(index, deeper);
}

function placeOfInstance(index: string, path: readonly string[]): { step: SetupStep; field: string } | undefined {
  const [part = '', section = '', ...rest] = path;
  const last = rest[0] ?? '';
  if (part === 'host') return { step: 'servers', field: `servers.${index}.host` };
  if (part !== 'server') return { step: 'node', field: `node.instances.${index}.${part}` };
  const other = index === '0' ? '1' : '0';
  switch (section) {
    case 'access':
      return { step: 'servers', field: `servers.${index}.access.${accessField(rest)}` };
    case 'peer':
      return last === 'host'
        ? { step: 'servers', field: `servers.${other}.peer.host` }
        : { step: 'node', field: `servers.${other}.peer.${last}` };
    case 'own':
      return last === 'host'
        ? { step: 'servers', field: `sharing.hosts.${index}.own` }
        : { step: 'node', field: `servers.${index}.own.${last}` };
    case 'mount':
      return { step: 'sync', field: `sharing.mounts.${index}.${last || 'source'}` };
    case 'todbFile':
      return { step: 'database', field: `database.todbFiles.${index}` };
    case 'database':
      return { step: 'database', field: `database.${last || 'host'}` };
    case 'redoDirectory':
    case 'process':
      return { step: 'servers', field: `servers.${index}.${section}` };
    default:
      return undefined;
  }
}

function accessField([part = 'type', detail]: readonly string[]): string {
  if (part !== 'auth') return part;
  if (detail === 'file') return 'keyFile';
  if (detail === 'passphraseEnv') return 'passphraseEnv';
  return detail === 'env' ? 'passwordEnv' : 'auth';
}

/** What keeps a draft from being applied. */
export function errorsOf(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ severity }) => severity === 'error');
}
