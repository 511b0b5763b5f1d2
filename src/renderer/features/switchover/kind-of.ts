import type { DryRun } from '#shared/contract';

/** What a switchover is called: the key of it. */
export function kindOf({ planned, choice }: Pick<DryRun, 'planned' | 'choice'>) {
  if (choice) return 'screen.choice.kind';
  return planned ? 'screen.promote.planned' : 'screen.promote.unplanned';
}
