import type { CheckRunView, CheckView, TroubleRank, TroublesState, TroubleView } from '#shared/contract';

export interface LookedAt {
  key: string;
  run: CheckRunView | null;
  running: boolean;
}

/** What does not pass, across all pairs. Objects of runs that did not change are the same ones as before. */
export function troublesOf(pairs: readonly LookedAt[]): TroublesState {
  return {
    troubles: Object.fromEntries(
      pairs.flatMap(({ key, run }) =>
        (run ? troublesOfRun(key, run) : []).map((trouble) => [
          `${key}/${trouble.check.host}/${trouble.check.id}`,
          trouble,
        ]),
      ),
    ),
    looked: Object.fromEntries(pairs.map(({ key, run }) => [key, run?.atMs ?? null])),
    running: pairs.filter(({ running }) => running).map(({ key }) => key),
  };
}

const made = new WeakMap<CheckRunView, TroubleView[]>();

/** Of one run, once. */
function troublesOfRun(pairKey: string, run: CheckRunView): TroubleView[] {
  const known = made.get(run);
  if (known) return known;
  const troubles = run.checks.flatMap((check): TroubleView[] =>
    check.result === 'pass' ? [] : [{ pairKey, rank: rankOf(check, run), check }],
  );
  made.set(run, troubles);
  return troubles;
}

function rankOf({ id, host, result }: CheckView, { readiness, reasons }: CheckRunView): TroubleRank {
  const isReason = reasons.some(({ params }) => params.check === id && params.server === host);
  if (result === 'fail') return isReason && readiness === 'not-ready' ? 'blocks' : 'fails';
  if (result === 'warn') return 'warns';
  return isReason && readiness === 'unknown' ? 'open' : 'unknown';
}
