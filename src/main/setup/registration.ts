import { createHash } from 'node:crypto';
import type { AclRule, MultiOp } from '#core/zookeeper';
import {
  newPolicyRecord,
  type PairPaths,
  type PolicyRecord,
  type PolicySettings,
  parseRecord,
  policyRecordSchema,
  RecordError,
  recordText,
  withPolicyChange,
} from '#shared/domain';
import type { NodeAction, TreeRow } from '#shared/setup';

/** A node as ZooKeeper holds it. `data` null: this console may not read it. */
export interface FoundNode {
  path: string;
  data: Buffer | null;
  version: number;
  ephemeral: boolean;
  /** null: this console may not ask. */
  acl: readonly AclRule[] | null;
}

/** ZooKeeper's tree, as far as a registration concerns it. Paths are those of the server, chroot and all. */
export interface FoundTree {
  nodes: ReadonlyMap<string, FoundNode>;
}

/** What a pair's registration is to be (F2). */
export interface WantedRegistration {
  chroot: string;
  paths: PairPaths;
  instances: readonly string[];
  /** The policy of a pair that has none yet, and the mode of one that has; null: a single server has none. */
  policy: PolicySettings | null;
  acl: readonly AclRule[];
}

/** What is to be done: the tree before and after, and the operations that make the one of the other. */
export interface RegistrationPlan {
  rows: TreeRow[];
  /** The operations, of which those on foreign data are left out unless their path is confirmed. */
  operations(confirmed: ReadonlySet<string>): MultiOp[];
  fingerprint: string;
}

const SHOWN_DATA = 2_000;
const ALL = ['read', 'write', 'create', 'delete', 'admin'] as const;
export const OPEN_RULES: readonly AclRule[] = [{ scheme: 'world', id: 'anyone', permissions: ALL }];
/** Whoever this console is to ZooKeeper may do everything; everybody may read. */
export const PROTECTED_RULES: readonly AclRule[] = [
  { scheme: 'auth', id: '', permissions: ALL },
  { scheme: 'world', id: 'anyone', permissions: ['read'] },
];

/** The paths that a registration is made of, parents first. */
export function wantedPaths({ chroot, paths }: Pick<WantedRegistration, 'chroot' | 'paths'>): string[] {
  const base = `${chroot}${paths.base}`;
  const parts = base.split('/').slice(1);
  const above = parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`);
  return [...above, `${chroot}${paths.instances}`, `${chroot}${paths.consoles}`];
}

/**
 * What a registration changes: makes what is missing, adopts what is there, and leaves alone whatever holds data that is
 * not ours; a policy of another mode is a conflict until it is confirmed. Pure.
 */
export function planRegistration(found: FoundTree, wanted: WantedRegistration): RegistrationPlan {
  const own = wantedPaths(wanted);
  const rows: TreeRow[] = [];
  const create: MultiOp[] = [];
  const check: MultiOp[] = [];
  for (const path of own) {
    const node = found.nodes.get(path);
    if (node) {
      rows.push(row(path, 'adopt', node, shown(node.data)));
      continue;
    }
    rows.push(row(path, 'create', undefined, null));
    create.push({ op: 'create', path, data: Buffer.alloc(0), mode: 'persistent', acl: wanted.acl });
  }
  const conflicts: { path: string; op: MultiOp }[] = [];
  if (wanted.policy) {
    const path = `${wanted.chroot}${wanted.paths.policy}`;
    const node = found.nodes.get(path);
    const { action, record } = plannedPolicy(node, wanted.policy);
    const data = record ? Buffer.from(recordText(record)) : (node?.data ?? Buffer.alloc(0));
    rows.push(row(path, action, node, shown(data)));
    if (action === 'create') create.push({ op: 'create', path, data, mode: 'persistent', acl: wanted.acl });
    else if (action === 'conflict' && node)
      conflicts.push({ path, op: { op: 'set', path, data, expectedVersion: node.version } });
    else if (node) check.push({ op: 'check', path, expectedVersion: node.version });
  }
  rows.push(...otherRows(found, wanted, new Set(rows.map(({ path }) => path))));
  return {
    rows,
    operations: (confirmed) => [
      ...check,
      ...create,
      ...conflicts.filter(({ path }) => confirmed.has(path)).map(({ op }) => op),
    ],
    // Registrations come and go by themselves: they make no plan another one.
    fingerprint: digest(rows.filter(({ ephemeral }) => !ephemeral)),
  };
}

/** What else is under the pair's path: registrations of its instances, and what is not ours. */
function otherRows(found: FoundTree, wanted: WantedRegistration, known: ReadonlySet<string>): TreeRow[] {
  const ours = new Set(
    [
      wanted.paths.route,
      wanted.paths.switchover,
      wanted.paths.sync,
      ...wanted.instances.map(wanted.paths.instance),
    ].map((path) => `${wanted.chroot}${path}`),
  );
  const consoles = `${wanted.chroot}${wanted.paths.consoles}/`;
  return [...found.nodes.values()]
    .filter(({ path }) => !known.has(path) && !path.startsWith(consoles))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map((node) => row(node.path, ours.has(node.path) ? 'adopt' : 'foreign', node, shown(node.data)));
}

function plannedPolicy(
  node: FoundNode | undefined,
  policy: PolicySettings,
): { action: NodeAction; record: PolicyRecord | null } {
  if (!node) return { action: 'create', record: newPolicyRecord(policy) };
  if (node.data === null) return { action: 'foreign', record: null };
  try {
    const record = parseRecord(policyRecordSchema, node.path, node.data);
    if (record.mode === policy.mode) return { action: 'keep', record: null };
    return { action: 'conflict', record: withPolicyChange(record, { mode: policy.mode }) };
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    return { action: 'conflict', record: newPolicyRecord(policy) };
  }
}

function row(path: string, action: NodeAction, node: FoundNode | undefined, after: string | null): TreeRow {
  return {
    path,
    action,
    ephemeral: node?.ephemeral ?? false,
    before: node ? shown(node.data) : null,
    after,
    acl: node?.acl ? node.acl.map(ruleText).join(', ') : null,
    version: node?.version ?? null,
  };
}

/** A rule as ZooKeeper's own tools write it: `world:anyone:cdrwa`. */
export function ruleText({ scheme, id, permissions }: AclRule): string {
  const letters = { create: 'c', delete: 'd', read: 'r', write: 'w', admin: 'a' } as const;
  const order = ['create', 'delete', 'read', 'write', 'admin'] as const;
  // The hash of a password is nobody's business on a screen.
  const who = scheme === 'digest' ? (id.split(':')[0] ?? '') : id;
  return `${scheme}:${who}:${order
    .filter((each) => permissions.includes(each))
    .map((each) => letters[each])
    .join('')}`;
}

function shown(data: Buffer | null): string | null {
  if (data === null || data.length === 0) return null;
  const text = data.toString('utf8');
  // What is no text is shown as what it is.
  const readable = /[\p{Cc}\ufffd]/u.test(text.replace(/[\n\r\t]/g, '')) ? `0x${data.toString('hex')}` : pretty(text);
  return readable.length > SHOWN_DATA ? `${readable.slice(0, SHOWN_DATA)}…` : readable;
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Of a value as JSON: the same value in the same order gives the same. */
export function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}
