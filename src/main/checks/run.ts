import { type Clock, DeadlineError, withDeadline } from '#core/clock';
import { HostAccessError, type Hosts } from '#main/hosts';
import {
  type CheckName,
  type CheckResult,
  type Environment,
  message,
  PAIR_HOST,
  type PairConfig,
  type Readiness,
} from '#shared/domain';
import { PAIR_CHECKS, serverChecks } from './catalogue.ts';
import { type Finding, failed, LookEnded, unknown } from './finding.ts';
import type { NodeSight, RecordsSight } from './ports.ts';
import { printable, printableMessage } from './printable.ts';
import { judgeReadiness } from './readiness.ts';
import { type PairSight, serverSight } from './sight.ts';
import { zooKeeperServers } from './zookeeper-servers.ts';

/** Longer than every look's own time-outs together: a connection, and two commands one after the other. */
const CHECK_TIMEOUT_MS = 20_000;
const MAX_EVIDENCE_LINES = 20;
const MAX_LINE_CHARACTERS = 400;

export interface CheckDeps {
  clock: Clock;
  hosts: Hosts;
  node: NodeSight;
  records: RecordsSight;
  /** Told of each result as it comes. */
  found?: (result: CheckResult) => void;
}

export interface PairCheckReport {
  checks: CheckResult[];
  /** Those of them that were made just now. */
  made: CheckResult[];
  readiness: Readiness;
}

/** Some checks that are made again beside what the others found before. */
export interface CheckAgain {
  isWanted(check: CheckName): boolean;
  before: readonly CheckResult[];
}

/**
 * Makes every check of a pair, all at once, each with its own end; with `again` those that are wanted, and the readiness of
 * all is judged anew. Never rejects: what goes wrong is a result.
 */
export async function runPairChecks(
  { zookeeper }: Pick<Environment, 'zookeeper'>,
  pair: PairConfig,
  deps: CheckDeps,
  again?: CheckAgain,
): Promise<PairCheckReport> {
  const [a, b] = pair.instances;
  const sight: PairSight = {
    pair,
    zooKeeperServers: zooKeeperServers(zookeeper.connectString),
    servers: [serverSight(a, b, deps.hosts), serverSight(b, a, deps.hosts)],
    here: deps.hosts.here,
    clock: deps.clock,
    node: deps.node,
    records: deps.records,
  };
  const all = [
    ...sight.servers.flatMap((server) =>
      serverChecks(server, sight).map(({ id, look }) => {
        const host = server.instance.name;
        return { id, host, look: () => look(server, sight) };
      }),
    ),
    ...PAIR_CHECKS.map(({ id, look }) => ({ id, host: PAIR_HOST, look: () => look(sight) })),
  ];
  const wanted = again ? all.filter((check) => again.isWanted(check)) : all;
  const made = await Promise.all(
    wanted.map(async ({ id, host, look }) => {
      const result = await timed(deps.clock, id, host, look);
      deps.found?.(result);
      return result;
    }),
  );
  const checks = again ? withNew(all, again.before, made) : made;
  const records = await deps.records.read();
  const primary = records.kind === 'read' ? (records.route?.instance ?? null) : null;
  return { checks, made, readiness: judgeReadiness(checks, [a.name, b.name], primary) };
}

/** Each in its place, of those that there are by now: one may have been configured away since. */
function withNew(
  all: readonly CheckName[],
  before: readonly CheckResult[],
  made: readonly CheckResult[],
): CheckResult[] {
  return all.flatMap(({ id, host }) => {
    const isIt = (check: CheckName) => check.id === id && check.host === host;
    return made.find(isIt) ?? before.find(isIt) ?? [];
  });
}

/** One check's result, with its time. */
async function timed(clock: Clock, id: string, host: string, look: () => Promise<Finding>): Promise<CheckResult> {
  const began = clock.monotonicMs();
  const { result, reason, evidence, remedy, commands } = await ended(clock, id, look);
  return {
    id,
    host,
    result,
    reason: printableMessage(reason),
    evidence: evidence.slice(0, MAX_EVIDENCE_LINES).map((line) => printable(line.slice(0, MAX_LINE_CHARACTERS))),
    remedy: remedy && printableMessage(remedy),
    ...(commands === undefined ? {} : { commands: commands.map((command) => [...command]) }),
    tookMs: Math.round(clock.monotonicMs() - began),
    atMs: clock.wallMs(),
  };
}

async function ended(clock: Clock, id: string, look: () => Promise<Finding>): Promise<Finding> {
  try {
    return await withDeadline(clock, CHECK_TIMEOUT_MS, id, look());
  } catch (error) {
    if (error instanceof LookEnded) return error.finding;
    if (error instanceof HostAccessError) return accessFinding(id, error);
    if (error instanceof DeadlineError) return unknown(message('check.late', { seconds: CHECK_TIMEOUT_MS / 1_000 }));
    return unknown(message('check.broken', { detail: error instanceof Error ? error.message : String(error) }));
  }
}

/** A changed host key is a failure, told once by the check of the access; nothing else could be looked at. */
function accessFinding(id: string, { problem, said, remedy, evidence }: HostAccessError): Finding {
  if (problem === 'changed-key' && id === 'access' && remedy) return failed(said, evidence, remedy);
  return unknown(said, evidence, remedy);
}
