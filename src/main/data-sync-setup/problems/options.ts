import type { DataSync } from '#shared/domain';
import { problem, type SetupProblem } from '../problem.ts';

/** What the topology says already; beside it they would be said twice, and differently. */
const OURS = /^(vers|nfsvers|port|mountport|proto|mountproto|bg|fg|retry|_netdev|nofail|minorversion)(=|$)/;
/** A call that ends with an error which nobody is told of: a seal that was not written would count as written. */
const UNSAFE = /^(soft|async|noauto|ro)$/;

export function optionProblems({ mountOptions, mountBy, automount }: DataSync): SetupProblem[] {
  const found = mountOptions.flatMap((option, index) => {
    if (OURS.test(option)) return [problem(['mountOptions', index], 'optionOurs', { option })];
    return UNSAFE.test(option) ? [problem(['mountOptions', index], 'optionUnsafe', { option })] : [];
  });
  if (automount && mountBy === 'fstab') found.push(problem(['automount'], 'automountFstab'));
  return found;
}
