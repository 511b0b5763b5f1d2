import { memo } from 'react';
import { Ago, Command, Moment, StateMark, shellWord } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { pairHref } from '#renderer/places';
import type { Severity, TroubleRank, TroubleView } from '#shared/contract';
import { PAIR_HOST } from '#shared/domain';
import styles from './troubles.module.css';

export const RANK_MARKS: Record<TroubleRank, Severity> = {
  blocks: 'p2',
  fails: 'p2',
  open: 'no-data',
  warns: 'p3',
  unknown: 'no-data',
};

interface TroubleRowProps {
  trouble: TroubleView;
  /** As the pair is called; its key where it is no longer configured. */
  node: string;
  environmentName: string;
}

/** One check that does not pass. Drawn again only when it, or what its pair is called, has changed. */
export const TroubleRow = memo(function TroubleRow({ trouble, node, environmentName }: TroubleRowProps) {
  const { t, say } = useWords();
  const { pairKey, rank, check } = trouble;
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
        <strong>{say({ key: `check.title.${check.id}`, params: {} })}</strong> {say(check.reason)}
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
