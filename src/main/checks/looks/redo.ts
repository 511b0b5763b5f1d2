import { shownCommand } from '#main/hosts';
import { type DataStatus, message } from '#shared/domain';
import { type Finding, failed, LookEnded, passed, printed, unknown, warned } from '../finding.ts';
import { isDataFile, type ListedFile, listFilesCommand, parseFileList } from '../parsers/file-list.ts';
import { LOOK_TIMEOUT_MS, type PairSight, type ServerSight } from '../sight.ts';
import { clockOf } from './clock.ts';
import { untilAnswered } from './mount.ts';

const LIST_BYTES = 8 * 1024 * 1024;
/** The standby is behind for longer than this. */
const LAG_WARNING_S = 10;
/** Where only files can be looked at: the one server's newest is older than the other's by more. */
const AGE_DIFFERENCE_WARNING_S = 120;

/** F6: the dat and redo files of this instance: which is the newest, how large and how old it is. */
export async function lookAtRedo(server: ServerSight): Promise<Finding> {
  const directory = server.need('redoDirectory');
  const newest = await newestFile(server);
  if (!newest)
    return warned(
      message('check.redo.none', { directory }),
      [`$ ${shownCommand(listFilesCommand(directory))}`],
      message('check.remedy.redo', { directory }),
    );
  const { wallMs } = await clockOf(server);
  const ageS = Math.max(0, Math.round(wallMs / 1_000 - newest.modifiedS));
  return passed(message('check.redo.ok', { file: newest.name, bytes: newest.bytes, ageS }), [newest.line]);
}

function newestFile(server: ServerSight): Promise<ListedFile | undefined> {
  return server.fact('redo', async () => {
    const directory = server.need('redoDirectory');
    const host = await server.host();
    await untilAnswered(server, directory);
    const command = listFilesCommand(directory);
    const result = await host.run(command, { timeoutMs: LOOK_TIMEOUT_MS, outputBytes: LIST_BYTES });
    const [listed, said] = [parseFileList(result.stdout.toString('utf8')), result.stderr];
    if (result.kind === 'ended' && listed.length === 0 && /no such file|not a directory/i.test(said))
      throw new LookEnded(
        failed(
          message('check.redo.missing', { directory }),
          [`$ ${shownCommand(command)}`, said],
          message('check.remedy.redo', { directory }),
        ),
      );
    printed(command, result);
    const files = listed.filter(isDataFile);
    return files.reduce<ListedFile | undefined>(
      (best, file) => (best && (best.modifiedS > file.modifiedS || isLater(best, file)) ? best : file),
      undefined,
    );
  });
}

/** Files of one second: the name counts up. */
function isLater(best: ListedFile, file: ListedFile): boolean {
  return best.modifiedS === file.modifiedS && best.name > file.name;
}

/** How far the standby is behind: by its own word, or where it says nothing by the files' ages on both servers. */
export async function lookAtRedoLag(sight: PairSight): Promise<Finding> {
  for (const { instance } of sight.servers) {
    const answer = await sight.node.systemInfo(instance.name);
    if (answer.kind !== 'answered' || answer.info?.role !== 'standby' || !answer.info.data) continue;
    return judgeStandby(instance.name, answer.info.data);
  }
  return compareFiles(sight);
}

function judgeStandby(standby: string, data: DataStatus): Finding {
  const { sync, lag, lsn } = data;
  const evidence = [`${standby}: ${JSON.stringify({ sync, lag, lsn })}`];
  const params = { standby, lsn, records: lag?.records ?? 0, seconds: Math.round(lag?.seconds ?? 0) };
  if (sync.state === 'failed')
    return failed(message('check.redo.syncFailed', params), evidence, message('check.remedy.sync', { standby }));
  if (sync.state === 'off') return unknown(message('check.redo.syncOff', { standby }), evidence);
  if (!lag) return unknown(message('check.redo.lagNotKnown', { standby }), evidence);
  if (lag.seconds > LAG_WARNING_S)
    return warned(message('check.redo.behind', params), evidence, message('check.remedy.sync', { standby }));
  return passed(message('check.redo.follows', params), evidence);
}

async function compareFiles({ servers }: PairSight): Promise<Finding> {
  const found = await Promise.all(
    servers.map(async (server) => {
      const [newest, clock] = await Promise.all([newestFile(server), clockOf(server)]);
      return { name: server.instance.name, newest, ageS: newest ? clock.wallMs / 1_000 - newest.modifiedS : null };
    }),
  );
  const [a, b] = found;
  if (!a || !b || a.ageS === null || b.ageS === null)
    return unknown(
      message('check.redo.noFiles'),
      [],
      message('check.remedy.configure', { field: 'server.redoDirectory' }),
    );
  const evidence = found.map(({ name, newest }) => `${name}: ${newest?.line ?? ''}`);
  const differenceS = Math.round(Math.abs(a.ageS - b.ageS));
  const behind = a.ageS > b.ageS ? a.name : b.name;
  if (differenceS > AGE_DIFFERENCE_WARNING_S)
    return warned(
      message('check.redo.older', { instance: behind, differenceS }),
      evidence,
      message('check.remedy.sync', { standby: behind }),
    );
  return passed(message('check.redo.alike', { differenceS }), evidence);
}
