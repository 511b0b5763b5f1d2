import { useState } from 'react';
import { Button, Panel, Problem } from '#renderer/components';
import { useAsking } from '#renderer/features/operator';
import { useWords } from '#renderer/i18n';
import { usePairChecks } from '#renderer/state';
import type { PairView } from '#shared/contract';
import type { CheckName } from '#shared/domain';
import { CheckRun } from './check-run.tsx';
import { RemountDialog } from './remount-dialog.tsx';

/** A connection that is refused late, and commands that time out one after the other. */
const CHECKS_TIMEOUT_MS = 60_000;

/** The checks of the pair's servers: the last run as it is known to main, and how to make another. */
export function ChecksPanel({ pair }: { pair: PairView }) {
  const { t, say } = useWords();
  const { key } = pair.tile;
  const checks = usePairChecks(key);
  const { ask, busy, problem } = useAsking();
  const [remounted, setRemounted] = useState<string | null>(null);
  const run = checks?.run ?? null;
  const isRunning = busy || (checks?.running ?? false);

  const check = (only?: CheckName) =>
    void ask('pair.check', { pairKey: key, ...(only ? { only } : {}) }, undefined, CHECKS_TIMEOUT_MS);

  return (
    <Panel
      title={t('screen.checks.title')}
      aside={
        <Button small busy={isRunning} onClick={() => check()}>
          {t(isRunning ? 'screen.checks.running' : run ? 'screen.checks.again' : 'screen.checks.run')}
        </Button>
      }
    >
      {problem ? <Problem>{say(problem)}</Problem> : null}
      {run ? (
        <CheckRun
          pairKey={key}
          run={run}
          hosts={pair.instances.map(({ name }) => name)}
          busy={isRunning}
          onAgain={check}
          onRemount={setRemounted}
        />
      ) : (
        <p>{t('screen.checks.none')}</p>
      )}
      {remounted ? <RemountDialog tile={pair.tile} instance={remounted} onClose={() => setRemounted(null)} /> : null}
    </Panel>
  );
}
