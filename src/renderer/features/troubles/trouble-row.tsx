import { memo } from 'react';
import { Ago, Also, Command, Moment, StateMark, shellWord } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { pairHref } from '#renderer/places';
import type { Severity, TroubleRank } from '#shared/contract';
import { PAIR_HOST } from '#shared/domain';
import type { SharedTrouble } from './shown-troubles.ts';
import styles from './troubles.module.css';

export const RANK_MARKS: Record<TroubleRank, Severity> = {
  blocks: 'p2',
  fails: 'p2',
  open: 'no-data',
  warns: 'p3',
  unknown: 'no-data',
};

interface TroubleRowProps {
  trouble: SharedTrouble;
  /** As the pair is called; its key where it is no longer configured. */
  node: string;
  environmentName: string;
}

/** One check that does not pass, or several that say the same. Drawn again only when it, or what its pair is called, has changed. */
export const TroubleRow = memo(function TroubleRow({ trouble, node, environmentName }: TroubleRowProps) {
  const { t, say } = useWords();
  const { pairKey, rank, check, also } = trouble;
  const titleOf = (id: string) => say({ key: `check.title.${id}`, params: {} });
  return (
    <tr data-trouble={`${pairKey}/${check.host}/${check.id}`} data-rank={rank}>
      <td className={styles.kind}>
        <span>
          <StateMark severity={RANK_MARKS[rank]} size={16} digit={false} /> {t(`screen.troubles.rank.${rank}`)}
        </span>
      </td>
      <td className={styles.pair}>
        <a href={pairHref(pairKey)}>{node}</a>
        <span className={styles.muted}>{environmentName}</span>
      </td>
      <td className={styles.host}>{check.host === PAIR_HOST ? t('screen.checks.pair') : check.host}</td>
      <td className={styles.what}>
        <strong>{titleOf(check.id)}</strong> {say(check.reason)}
        <Also titles={also.map(({ id }) => titleOf(id))} />
        {check.remedy ? <p className={styles.muted}>{say(check.remedy)}</p> : null}
        {check.commands?.map((command) => (
          <Command key={command.join(' ')} text={command.map(shellWord).join(' ')} />
        ))}
        {check.evidence.length > 0 ? (
          <details>
            <summary>{t('screen.checks.evidence')}</summary>
            <pre className={styles.evidence}>{check.evidence.join('\n')}</pre>
          </details>
        ) : null}
      </td>
      <td className={styles.time}>
        <Moment atMs={check.sinceMs} />
      </td>
      <td className={styles.time}>
        <Ago atMs={check.atMs} />
      </td>
    </tr>
  );
});
