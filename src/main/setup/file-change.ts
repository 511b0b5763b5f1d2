import { basename } from 'node:path/posix';
import {
  applyEdit,
  type ConfigDocument,
  ConfigFileError,
  type ConfigFiles,
  type EditPlan,
  editDiff,
  type FieldSetting,
  hostConfigFiles,
  openProfiles,
  type Profile,
  pairSettings,
  parseDocument,
  planEdit,
  profileDirectory,
  readFields,
  rollBack,
  settableOf,
  type ThreeWayHunk,
  threeWayLines,
} from '#main/config-files';
import { HostAccessError } from '#main/hosts';
import { type Environment, type InstanceConfig, type Message, message, type PairConfig } from '#shared/domain';
import type { DiffLine, SetupValues } from '#shared/setup';
import { ChangeError, type PreparedChange, type TakeBack } from './change.ts';
import type { SetupDeps } from './port.ts';

type Deps = Pick<SetupDeps, 'clock' | 'openHosts'>;
type ProfileDeps = Deps & { environments: Pick<SetupDeps['environments'], 'file'> };

const MAX_EVIDENCE = 60;
const MAX_LINE = 500;
/** With NAT between, servers may reach ZooKeeper under another address than the console does. */
const OF_ZOOKEEPER = /^zookeeper\./;

/** The change of a file on one server; the id names both. */
export function fileChangeId(instance: string, file: string): string {
  return `file:${instance}:${file}`;
}

/** F2: what the route configuration of one server has to say of the pair. Throws a {@link ChangeError}. */
export async function prepareRouteFile(
  values: SetupValues,
  environment: Environment,
  pair: PairConfig,
  index: 0 | 1,
  deps: ProfileDeps,
): Promise<PreparedChange> {
  const instance = pair.instances[index];
  const behindNat = values.servers.some(({ nat }) => nat);
  const single = values.mode === 'single';
  const wanted = pairSettings(environment, pair, index)
    .filter(({ field }) => !behindNat || !OF_ZOOKEEPER.test(field))
    .filter(({ field }) => !single || !/^peer\./.test(field))
    .map((setting) => (setting.field === 'svr_mode' ? { ...setting, value: single ? '1' : '0' } : setting));
  return prepareEdit(
    instance,
    values.node.routeFiles[index].trim(),
    await profileOf(values, deps),
    async () => wanted,
    deps,
  );
}

/** F7: the second server's Todb file says what the first one's says. Throws a {@link ChangeError}. */
export async function prepareTodb(values: SetupValues, pair: PairConfig, deps: ProfileDeps): Promise<PreparedChange> {
  const [first, second] = pair.instances;
  const [model, file] = values.database.todbFiles.map((each) => each.trim()) as [string, string];
  const profile = await profileOf(values, deps);
  const wanted = () =>
    onServer(first, deps, async (files) => {
      const { fields } = readFields(await documentAt(files, model), profile);
      return [...fields.values()].flatMap(({ name, value }) => (value === null ? [] : [{ field: name, value }]));
    });
  return prepareEdit(second, file, profile, wanted, deps);
}

async function profileOf({ node }: SetupValues, { environments }: ProfileDeps): Promise<Profile> {
  try {
    const profile = await openProfiles(profileDirectory(environments.file)).find(node.profile);
    if (profile) return profile;
  } catch (error) {
    if (error instanceof ConfigFileError) throw new ChangeError(error.said, { cause: error });
    throw error;
  }
  throw new ChangeError(message('setup.apply.noProfile', { profile: node.profile }));
}

async function prepareEdit(
  instance: InstanceConfig,
  file: string,
  profile: Profile,
  wanted: () => Promise<FieldSetting[]>,
  deps: Deps,
): Promise<PreparedChange> {
  const settings = await wanted();
  const { plan, absent, host } = await onServer(instance, deps, async (files) => {
    const document = await documentAt(files, file);
    const { settings: settable, absent: missing } = settableOf(readFields(document, profile), settings);
    return { plan: planEdit(document, profile, settable), absent: missing, host: files.name };
  });
  const wrong = plan.findings.find(({ severity }) => severity === 'error');
  if (wrong) throw new ChangeError(wrong.said);
  return {
    shown: {
      id: fileChangeId(instance.name, file),
      place: { kind: 'server', instance: instance.name, host },
      title: message('setup.change.file', { file: basename(file), instance: instance.name }),
      path: file,
      needsConfirmation: false,
      undo: message('setup.undo.file'),
      undoable: true,
      idle: plan.changes.length === 0,
      diff: diffLines(editDiff(plan)),
      tree: null,
      notes: [
        ...(profile.assumption ? [message('setup.change.assumption', { profile: profile.name })] : []),
        ...plan.findings.map(({ said }) => said),
        ...(absent.length > 0 ? [message('setup.change.absentFields', { fields: absent.join(', ') })] : []),
      ],
    },
    apply: () => onServer(instance, deps, (files) => applied(plan, files, deps)),
  };
}

async function applied(plan: EditPlan, files: ConfigFiles, { clock }: Deps) {
  const outcome = await applyEdit(plan, { clock, files });
  const params = { file: plan.base.file };
  if (outcome.kind === 'changed')
    throw new ChangeError(message('setup.apply.fileChanged', params), {
      evidence: bothSides(outcome.hunks),
    });
  if (outcome.kind === 'unchanged')
    return { detail: message('setup.apply.fileUnchanged', params), backup: null, left: null };
  return {
    detail: message('setup.apply.fileWritten', { ...params, changes: plan.changes.length }),
    backup: outcome.backup,
    left: outcome.digest,
  };
}

/** The three sides, as many lines and as much of each as are looked at; what each side is, in the reader's language. */
function bothSides(hunks: readonly ThreeWayHunk[]): (string | Message)[] {
  const markers = {
    ours: message('setup.threeWay.ours'),
    base: message('setup.threeWay.base'),
    theirs: message('setup.threeWay.theirs'),
  };
  return threeWayLines(hunks, markers)
    .slice(0, MAX_EVIDENCE)
    .map((line) => (typeof line === 'string' ? line.slice(0, MAX_LINE) : line));
}

/** Puts the backup of one file back, if the file is still as it was left. */
export function takeFileBack(instance: InstanceConfig, file: string, deps: Deps): TakeBack {
  return ({ backup, left }) =>
    onServer(instance, deps, async (files) => {
      if (backup === null) throw new ChangeError(message('setup.rollback.notPossible'));
      const done = await rollBack(file, basename(backup), { clock: deps.clock, files }, left ?? undefined);
      return message('setup.rollback.file', { file, backup: done.kind === 'applied' ? done.backup : '–' });
    });
}

async function documentAt(files: ConfigFiles, file: string): Promise<ConfigDocument> {
  return parseDocument((await files.read(file)).bytes, file);
}

/** The server's files over a connection of this one's own. What is in the way is a {@link ChangeError}. */
async function onServer<T>(
  instance: InstanceConfig,
  { openHosts }: Deps,
  use: (files: ConfigFiles) => Promise<T>,
): Promise<T> {
  const access = instance.server?.access;
  if (!access) throw new ChangeError(message('setup.apply.noAccess', { instance: instance.name }));
  const hosts = openHosts({ acceptNewHostKeys: false });
  try {
    const host = await hosts.open(access, instance.host);
    return await use(hostConfigFiles(host, { privileged: access.sudo }));
  } catch (error) {
    if (error instanceof ConfigFileError) throw new ChangeError(error.said, { cause: error });
    if (error instanceof HostAccessError) throw new ChangeError(error.said, { cause: error, evidence: error.evidence });
    throw error;
  } finally {
    hosts.close();
  }
}

const KINDS: Readonly<Record<string, DiffLine['kind']>> = { ' ': 'same', '-': 'gone', '+': 'new' };

/** Lines of the unified format; where a stretch is left out, they say so themselves. */
export function diffLines(unified: readonly string[]): DiffLine[] {
  return unified
    .filter((line) => !line.startsWith('--- ') && !line.startsWith('+++ '))
    .map((line) => {
      const kind = KINDS[line[0] ?? ''];
      return kind ? { kind, text: line.slice(1) } : { kind: 'same', text: line };
    });
}
