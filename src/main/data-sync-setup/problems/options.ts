import type { DataSync } from '#shared/domain';
import { problem, type SetupProblem } from '../problem.ts';

/** What the topology says already; beside it they would be said twice, and differently. */
const OURS = /^(vers|nfsvers|port|mountport|proto|mountproto|bg|fg|retry|_netdev|nofail|minorversion)(=|$)/;
/** A call that ends with an error which nobody is told of: a seal that was not written would count as written. */
const UNSAFE = /^(soft|async|noauto|ro)$/;

/** Whether the texts say this option by themselves, as it follows from other fields. */
export function followsFromOthers(option: string): boolean {
  return OURS.test(option);
}

/** What is wrong with mount options, for both servers or for one. */
export function optionProblems({ mountOptions, servers, mountBy, automount }: DataSync): SetupProblem[] {
  const found = [
    ...problemsOf(mountOptions, []),
    ...servers.flatMap((server, index) => problemsOf(server.mountOptions ?? [], ['servers', index])),
  ];
  if (automount && mountBy === 'fstab') found.push(problem(['automount'], 'automountFstab'));
  return found;
}

function problemsOf(options: readonly string[], at: (string | number)[]): SetupProblem[] {
  return options.flatMap((option, index) => {
    const path = [...at, 'mountOptions', index];
    if (followsFromOthers(option)) return [problem(path, 'optionOurs', { option })];
    return UNSAFE.test(option) ? [problem(path, 'optionUnsafe', { option })] : [];
  });
}
