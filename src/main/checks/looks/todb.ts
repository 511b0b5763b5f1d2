import { canonicalDigest, parseTodb, TodbFileError, todbEntries } from '#core/local-database';
import { message } from '#shared/domain';
import { type Finding, failed, LookEnded, passed, printed, unknown } from '../finding.ts';
import { LOOK_TIMEOUT_MS, type PairSight, type ServerSight } from '../sight.ts';
import { untilAnswered } from './mount.ts';

const TODB_BYTES = 128 * 1024;
const MAX_DIFFERENCES = 20;

interface TodbFile {
  digest: string;
  entries: ReadonlyMap<string, string>;
  /** Where the database listens, if the file says that in a layout we know. */
  address: { host: string; port: number } | 'file' | null;
}

/** F7: the Todb file is there and can be read. */
export async function lookAtTodb(server: ServerSight): Promise<Finding> {
  const file = server.need('todbFile');
  const { digest } = await todbOf(server);
  return passed(message('check.todb.ok', { file }), [`${file}: ${digest}`]);
}

/** The Todb file of a server (F7), read once a run. */
export function todbOf(server: ServerSight): Promise<TodbFile> {
  return server.fact('todb', async () => {
    const file = server.need('todbFile');
    const host = await server.host();
    await untilAnswered(server, file);
    const command = ['cat', file];
    const result = await host.run(command, { timeoutMs: LOOK_TIMEOUT_MS, outputBytes: TODB_BYTES });
    if (result.kind === 'ended' && /no such file/i.test(result.stderr))
      throw new LookEnded(
        failed(message('check.todb.missing', { file }), [result.stderr], message('check.remedy.todb', { file })),
      );
    printed(command, result);
    try {
      const digest = canonicalDigest(result.stdout, file);
      return { digest, entries: todbEntries(result.stdout, file), address: addressIn(result.stdout, file) };
    } catch (error) {
      if (!(error instanceof TodbFileError)) throw error;
      const finding = failed(
        message('check.todb.broken', { file }),
        [error.message],
        message('check.remedy.todb', { file }),
      );
      throw new LookEnded(finding);
    }
  });
}

/** A vendor's layout is not known here: then the file does not tell. */
function addressIn(bytes: Uint8Array, file: string): TodbFile['address'] {
  try {
    const { database } = parseTodb(bytes, file);
    return database.type === 'sqlite' ? 'file' : { host: database.host, port: database.port };
  } catch (error) {
    if (error instanceof TodbFileError) return null;
    throw error;
  }
}

/** F7: both Todb files say the same; where not, the keys that differ. */
export async function lookAtTodbIdentical({ servers }: PairSight): Promise<Finding> {
  const [a, b] = await Promise.all(servers.map((server) => orWhy(server)));
  if (!a || !b || !('digest' in a) || !('digest' in b)) {
    const reasons = [a, b].flatMap((each) => (each && !('digest' in each) ? each.evidence : []));
    return unknown(message('check.todb.notCompared'), reasons);
  }
  const names: readonly [string, string] = [servers[0].instance.name, servers[1].instance.name];
  if (a.digest === b.digest) return passed(message('check.todb.identical'), [a.digest]);
  const keys = [...new Set([...a.entries.keys(), ...b.entries.keys()])];
  const differing = keys.filter((key) => a.entries.get(key) !== b.entries.get(key));
  const shown = (value: string | undefined) => (value === undefined ? '–' : JSON.stringify(value));
  const evidence = differing
    .slice(0, MAX_DIFFERENCES)
    .map((key) => `${key}: ${names[0]} ${shown(a.entries.get(key))}, ${names[1]} ${shown(b.entries.get(key))}`);
  return failed(
    message('check.todb.different', { keys: differing.slice(0, MAX_DIFFERENCES).join(', ') || '(hidden)' }),
    evidence.length > 0 ? evidence : [a.digest, b.digest],
    message('check.remedy.todbIdentical'),
  );
}

async function orWhy(server: ServerSight): Promise<TodbFile | Finding> {
  try {
    return await todbOf(server);
  } catch (error) {
    if (error instanceof LookEnded) return error.finding;
    throw error;
  }
}
