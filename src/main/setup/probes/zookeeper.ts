import { sleep, withDeadline } from '#core/clock';
import { IMPOSSIBLE_VERSION, ZooKeeperError, type ZooKeeperSession } from '#core/zookeeper';
import { zooKeeperServers } from '#main/checks';
import { findZooKeeperLogin } from '#main/secrets';
import { environmentSchema, message, pairPaths, sessionOptions } from '#shared/domain';
import { draftedDigest } from '#shared/setup';
import { type Look, looked, type ProbeContext } from './context.ts';
import { parseFourLetter, type ServerFacts } from './four-letter.ts';
import { refusal, unreadLook } from './refused.ts';

const WORD_TIMEOUT_MS = 2_000;
const CONNECT_TIMEOUT_MS = 4_000;
const CLOSE_TIMEOUT_MS = 500;
const FIELD = 'zookeeper.connectString';
/** A node that nobody makes; the multi that names it fails for certain. */
const NEVER = 'kuantu-ha-console-permission-probe';

const zookeeperSchema = environmentSchema.shape.zookeeper;

/**
 * Who serves and whether that is a quorum, by `srvr` where it is allowed; whether a session can be had, and how fast; whether
 * the console may make nodes there. Changes nothing: the permission is asked by a multi that fails in any case.
 */
export async function probeZooKeeper(context: ProbeContext): Promise<void> {
  const { values, deps, signal } = context;
  const parsed = zookeeperSchema.safeParse(draftedZooKeeper(values));
  if (!parsed.success) return;
  const servers = zooKeeperServers(parsed.data.connectString);
  const facts = await Promise.all(servers.map((server) => probeServer(context, server)));
  if (signal.aborted) return;
  await looked(context, { id: 'quorum', about: 'ZooKeeper', field: FIELD }, async () => quorumLook(facts));
  const { digestAuth, missing } = await findZooKeeperLogin({ id: values.id.trim(), zookeeper: parsed.data }, deps);
  if (missing)
    await looked(context, { id: 'password', about: 'ZooKeeper', field: 'zookeeper.user' }, async () => ({
      result: 'fail',
      reason: missing,
      remedy: message('setup.remedy.noPassword'),
    }));
  if (signal.aborted) return;
  const session = deps.openSession({ ...sessionOptions(parsed.data, digestAuth), chroot: '' });
  try {
    await probeSession(context, session, servers.length);
  } finally {
    await session.close(CLOSE_TIMEOUT_MS).catch(() => {});
  }
}

/** What the environment will say of ZooKeeper, with what is empty left out. */
export function draftedZooKeeper({ zookeeper }: ProbeContext['values']): Record<string, unknown> {
  const { connectString, chroot, sessionTimeoutMs, auth, user, passwordEnv } = zookeeper;
  return {
    connectString: connectString.trim(),
    chroot: chroot.trim(),
    ...(sessionTimeoutMs === null ? {} : { sessionTimeoutMs }),
    ...(auth === 'digest' ? { digest: draftedDigest(user, passwordEnv) } : {}),
  };
}

type MemberFacts = ServerFacts | 'forbidden' | 'not-serving' | 'unreachable';

async function probeServer(
  context: ProbeContext,
  { host, port }: { host: string; port: number },
): Promise<MemberFacts> {
  const address = `${host}:${port}`;
  let facts: MemberFacts = 'unreachable';
  await looked(context, { id: `member ${address}`, about: address, field: FIELD }, async () => {
    const payload = Buffer.from('srvr');
    const answer = await context.hosts.here.exchangeTcp({ host, port, payload, timeoutMs: WORD_TIMEOUT_MS });
    const text = answer.bytes.toString('utf8');
    const evidence = text.trim() === '' ? [`${address}: ${answer.detail}`] : text.trim().split('\n');
    const params = { server: address };
    if (answer.kind === 'unreachable' && /ENOTFOUND|EAI_AGAIN/.test(answer.detail))
      return {
        result: 'fail',
        reason: message('setup.zookeeper.unresolved', { host }),
        remedy: message('setup.remedy.unresolved'),
        evidence,
      };
    if (answer.kind !== 'answered')
      return {
        result: 'fail',
        reason: message(`setup.zookeeper.${answer.kind === 'refused' ? 'refused' : 'silent'}`, params),
        remedy: message('setup.remedy.zookeeperAddress'),
        evidence,
      };
    facts = parseFourLetter(text) ?? 'forbidden';
    if (facts === 'not-serving')
      return {
        result: 'fail',
        reason: message('setup.zookeeper.notServing', params),
        remedy: message('check.remedy.zookeeper'),
        evidence,
      };
    if (facts === 'forbidden') return { result: 'pass', reason: message('setup.zookeeper.mute', params), evidence };
    if (typeof facts === 'string')
      return { result: 'unknown', reason: message('setup.zookeeper.mute', params), evidence };
    return {
      result: 'pass',
      reason: message('setup.zookeeper.member', {
        ...params,
        version: facts.version ?? '?',
        mode: facts.mode,
        latency: facts.latencyMs ?? '?',
      }),
      evidence,
    };
  });
  return facts;
}

function quorumLook(facts: readonly MemberFacts[]): Look {
  const alive = facts.filter((each) => each === 'forbidden' || typeof each === 'object').length;
  const needed = Math.floor(facts.length / 2) + 1;
  const params = { serving: alive, servers: facts.length, needed };
  const remedy = message('check.remedy.zookeeper');
  if (alive < needed) return { result: 'fail', reason: message('setup.zookeeper.noQuorum', params), remedy };
  const standalone = facts.filter((each) => typeof each === 'object' && each.mode === 'standalone').length;
  if (facts.length > 1 && standalone > 0)
    return { result: 'fail', reason: message('setup.zookeeper.apart', params), remedy: message('setup.remedy.apart') };
  if (alive < facts.length) return { result: 'warn', reason: message('setup.zookeeper.quorum', params), remedy };
  if (facts.length % 2 === 0)
    return { result: 'warn', reason: message('setup.zookeeper.even', params), remedy: message('setup.remedy.even') };
  return { result: 'pass', reason: message('setup.zookeeper.quorum', params) };
}

async function probeSession(context: ProbeContext, session: ZooKeeperSession, servers: number): Promise<void> {
  const { deps, signal, values } = context;
  const began = deps.clock.monotonicMs();
  const subject = { id: 'session', about: 'ZooKeeper', field: FIELD };
  const connected = await looked(context, subject, async () => {
    const aborted = sleep(deps.clock, CONNECT_TIMEOUT_MS, signal);
    await Promise.race([session.whenConnected(CONNECT_TIMEOUT_MS), aborted]).catch(() => {});
    const { state, cause, negotiatedTimeoutMs } = session.status();
    const tookMs = Math.round(deps.clock.monotonicMs() - began);
    if (state !== 'connected')
      return {
        result: 'fail',
        reason: message('setup.zookeeper.noSession', { seconds: CONNECT_TIMEOUT_MS / 1_000 }),
        remedy: message('setup.remedy.zookeeperAddress'),
        evidence: cause ? [cause] : [],
      };
    const granted = negotiatedTimeoutMs ?? 0;
    const asked = values.zookeeper.sessionTimeoutMs ?? granted;
    const params = { tookMs, granted, asked };
    return granted === asked
      ? { result: 'pass', reason: message('setup.zookeeper.session', params) }
      : {
          result: 'warn',
          reason: message('setup.zookeeper.otherTimeout', params),
          remedy: message('setup.remedy.otherTimeout'),
        };
  });
  if (signal.aborted || connected.result === 'fail') return;
  await looked(context, { id: 'ensemble', about: 'ZooKeeper', field: FIELD }, () => ensembleLook(session, servers));
  await looked(context, { id: 'permission', about: 'ZooKeeper', field: permissionField(values) }, () =>
    withDeadline(deps.clock, CONNECT_TIMEOUT_MS, 'ZooKeeper', permissionLook(session, values)),
  );
}

function permissionField({ zookeeper }: ProbeContext['values']): string {
  return zookeeper.auth === 'digest' ? 'zookeeper.user' : 'zookeeper.auth';
}

/** The ensemble by its own word, where it keeps one (`/zookeeper/config`, since 3.5). */
async function ensembleLook(session: ZooKeeperSession, servers: number): Promise<Look> {
  const config = await session.get('/zookeeper/config').catch((error: unknown) => {
    if (error instanceof ZooKeeperError && error.code === 'NO_AUTH') return undefined;
    throw error;
  });
  const lines = (config?.data.toString('utf8') ?? '').split('\n').filter((line) => line.startsWith('server.'));
  if (lines.length === 0) return { result: 'pass', reason: message('setup.zookeeper.ensembleUnsaid', { servers }) };
  const members = lines.filter((line) => !line.includes(':observer')).length;
  const params = { members, servers };
  if (members > servers)
    return {
      result: 'warn',
      reason: message('setup.zookeeper.moreMembers', params),
      remedy: message('setup.remedy.moreMembers'),
      evidence: lines,
    };
  return { result: 'pass', reason: message('setup.zookeeper.ensemble', params), evidence: lines };
}

/** Whether the pair's nodes could be made, at the deepest node that is there. */
async function permissionLook(session: ZooKeeperSession, values: ProbeContext['values']): Promise<Look> {
  const { chroot, pathTemplate } = values.zookeeper;
  const { system, node } = values.node;
  const paths = pairPaths(pathTemplate, system.trim() || '_', node.trim() || '_');
  const base = `${chroot.trim()}${paths.base}`;
  for (const path of [base, `${chroot.trim()}${paths.instances}`]) {
    const unread = await readLook(session, path, values);
    if (unread) return unread;
  }
  const at = await deepest(session, base);
  const data = Buffer.alloc(0);
  try {
    await session.multi([
      { op: 'create', path: `${at === '/' ? '' : at}/${NEVER}`, data, mode: 'persistent' },
      { op: 'check', path: '/', expectedVersion: IMPOSSIBLE_VERSION },
    ]);
  } catch (error) {
    if (!(error instanceof ZooKeeperError)) throw error;
    if (error.code === 'BAD_VERSION')
      return { result: 'pass', reason: message('setup.zookeeper.mayCreate', { path: at }) };
    if (error.code === 'NO_AUTH') {
      const rules = await session.acl(at).catch(() => undefined);
      return {
        ...refusal(at, values.zookeeper, 'make'),
        evidence: (rules ?? []).map(({ scheme, id }) => `${scheme}:${id.split(':')[0] ?? ''}`),
      };
    }
    throw error;
  }
  return { result: 'unknown', reason: message('setup.zookeeper.noPermission', { path: at }) };
}

/** Undefined where there is no such node, or the console may read it and the names below it. */
async function readLook(
  session: ZooKeeperSession,
  path: string,
  values: ProbeContext['values'],
): Promise<Look | undefined> {
  try {
    if (await session.get(path)) await session.children(path);
    return undefined;
  } catch (error) {
    return unreadLook(error, path, values);
  }
}

async function deepest(session: ZooKeeperSession, path: string): Promise<string> {
  const parts = path.split('/').slice(1);
  let there = '/';
  for (let length = 1; length <= parts.length; length++) {
    const next = `/${parts.slice(0, length).join('/')}`;
    if (!(await session.exists(next))) return there;
    there = next;
  }
  return there;
}
