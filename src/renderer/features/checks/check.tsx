import { Ago, Also, Button, Command, StateMark, shellWord } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import type { CheckView } from '#shared/contract';
import { type CheckName, PAIR_HOST } from '#shared/domain';
import { CheckHistory } from './check-history.tsx';
import { VERDICT_MARKS } from './check-marks.ts';
import styles from './checks-panel.module.css';

interface CheckProps {
  pairKey: string;
  check: CheckView;
  /** Those that say the very same. */
  also: readonly CheckView[];
  busy: boolean;
  onAgain(only?: CheckName): void;
  onRemount(instance: string): void;
}

/** What a remount may mend: the mount is missing, another one, or does not answer. */
export function isRemountable({ id, host, result }: Pick<CheckView, 'id' | 'host' | 'result'>): boolean {
  return (id === 'mount' || id === 'mount-answers') && host !== PAIR_HOST && result === 'fail';
}

/** What one check found and what to do, with the raw lines one click away. */
export function Check({ pairKey, check, also, busy, onAgain, onRemount }: CheckProps) {
  const { t, say, f } = useWords();
  const { id, host, result } = check;
  const titleOf = (each: string) => say({ key: `check.title.${each}`, params: {} });
  const title = titleOf(id);
  const name = host === PAIR_HOST ? t('screen.checks.pair') : host;
  return (
    <li className={styles.check} data-check={id} data-result={result}>
      <details>
        <summary>
          <StateMark severity={VERDICT_MARKS[result]} size={16} digit={false} />
          <span>
            <strong>{t('screen.checks.head', { check: title, result: t(`screen.check.${result}`) })}</strong>{' '}
            {say(check.reason)}
            <Also titles={also.map((each) => titleOf(each.id))} />
          </span>
        </summary>
        <div className={styles.facts}>
          <span>
            <Ago atMs={check.atMs} /> · {t('screen.checks.took', { took: f.duration(Math.max(1, check.tookMs)) })}
          </span>
          <Button
            small
            busy={busy}
            aria-label={also.length > 0 ? undefined : t('screen.checks.againOne', { check: title, host: name })}
            onClick={() => onAgain(also.length > 0 ? undefined : { id, host })}
          >
            {t(also.length > 0 ? 'screen.checks.again' : 'screen.checks.againShort')}
          </Button>
        </div>
        <div className={styles.action}>
          <CheckHistory pairKey={pairKey} only={{ id, host }} />
        </div>
        {check.evidence.length > 0 ? <pre className={styles.evidence}>{check.evidence.join('\n')}</pre> : null}
      </details>
      {check.remedy ? <p className={styles.remedy}>{say(check.remedy)}</p> : null}
      {check.commands && check.commands.length > 0 ? (
        <div className={styles.commands}>
          <span className={styles.where}>{t('screen.checks.where', { host: name })}</span>
          {check.commands.map((command) => (
            <Command key={command.join(' ')} text={command.map(shellWord).join(' ')} />
          ))}
        </div>
      ) : null}
      {isRemountable(check) ? (
        <div className={styles.action}>
          <Button small onClick={() => onRemount(host)}>
            {t('screen.remount.openFor', { instance: host })}
          </Button>
        </div>
      ) : null}
    </li>
  );
}
