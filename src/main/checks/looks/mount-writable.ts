import { shownCommand } from '#main/hosts';
import { message } from '#shared/domain';
import { type Finding, failed, LookEnded, passed, printed, warned, withCommands } from '../finding.ts';
import { isLink } from '../mount-commands.ts';
import { mountsAt } from '../parsers/mountinfo.ts';
import { processesWith } from '../parsers/processes.ts';
import { processesOf } from '../processes.ts';
import { LOOK_TIMEOUT_MS, type PairSight, type ServerSight } from '../sight.ts';
import { answered, mountsOf } from './mount.ts';

/** Writable where it must be. Nothing is written: the system says whether it would let the user. */
export async function lookAtMountWritable(server: ServerSight, sight: PairSight): Promise<Finding> {
  const { target, type, writable } = server.need('mount');
  const mount = isLink(type) ? undefined : mountsAt(await mountsOf(server), target).at(-1);
  if (!writable) return passed(message('check.mount.needNotWrite', { target }));
  if (mount?.options.includes('ro'))
    return withCommands(
      failed(message('check.mount.readOnly', { target }), [mount.line], message('check.remedy.readOnly', { target })),
      [['mount', '-o', 'remount,rw', target]],
    );
  await answered(server);
  const host = await server.host();
  const command = ['test', '-w', target];
  const result = await host.run(command, { timeoutMs: LOOK_TIMEOUT_MS });
  printed(command, result, [0, 1]);
  const line = `$ ${shownCommand(command)}: ${result.exitCode}`;
  if (result.exitCode === 0) return passed(message('check.mount.writable', { target }), [line]);
  // Who only looks need not be let write: whether mt may is for mt's user.
  const owners = await mtOwners(server, sight);
  const isOthers = owners !== undefined && owners.mt !== owners.here;
  const [said, shown] = [{ target, uid: owners?.mt ?? '' }, [line, owners?.line ?? []].flat()];
  const finding = isOthers
    ? warned(message('check.mount.notOurs', said), shown, message('check.remedy.notOurs', said))
    : failed(message('check.mount.notWritable', said), shown, message('check.remedy.notWritable', said));
  return withCommands(finding, [['ls', '-l', '-d', target]]);
}

interface Owners {
  /** The user that the commands run as, and the one that mt does, by their numbers. */
  here: string;
  mt: string;
  line: string;
}

/** Undefined where that cannot be found out. */
async function mtOwners(server: ServerSight, sight: PairSight): Promise<Owners | undefined> {
  const pid = await mtPid(server, sight);
  if (pid === undefined) return undefined;
  const host = await server.host();
  const command = ['stat', '-L', '-c', '%u', '/proc/self', `/proc/${pid}`];
  const { kind, exitCode, stdout } = await host.run(command, { timeoutMs: LOOK_TIMEOUT_MS });
  const found = /^(\d+)\n(\d+)\s*$/.exec(stdout.toString('utf8'));
  if (kind !== 'ended' || exitCode !== 0 || !found) return undefined;
  const [, here = '', mt = ''] = found;
  return { here, mt, line: `$ ${shownCommand(command)}: ${here} ${mt}` };
}

async function mtPid(server: ServerSight, { records }: PairSight): Promise<number | undefined> {
  const { config, instance } = server;
  if (config.process !== undefined) {
    const listed = await processesOf(server).catch((error: unknown) => {
      if (error instanceof LookEnded) return [];
      throw error;
    });
    return processesWith(listed, config.process)[0]?.pid;
  }
  const read = await records.read();
  return read.kind === 'read' ? read.registrations.get(instance.name)?.process.pid : undefined;
}
