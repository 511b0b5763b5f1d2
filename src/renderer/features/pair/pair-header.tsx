import { Button, Command, SinceAndHeard, StateMark, shellWord, Tag } from '#renderer/components';
import { directoryToLookAt } from '#renderer/features/data';
import { useWords } from '#renderer/i18n';
import { OVERVIEW } from '#renderer/places';
import {
  type Freshness,
  heardLately,
  isChoiceOffered,
  promotionAsked,
  promotionOffered,
  shownSeverity,
  useTicking,
} from '#renderer/state';
import type { PairView } from '#shared/contract';
import { ActsNext } from './acts-next.tsx';
import styles from './pair-header.module.css';

interface PairHeaderProps {
  pair: PairView;
  freshness: Freshness;
  /** Whether a switchover may be begun at all now. */
  promotable: boolean;
  onPromote(instance: string): void;
  /** Goes to the checks of the servers; null: they say nothing against a takeover. */
  onChecks: (() => void) | null;
}

/** What is wrong, in words; the one thing to do next, where that is a promotion with its button; and what happens by itself. */
export function PairHeader({
  pair: { tile, instances, foresight, deadEnd },
  freshness,
  promotable,
  onPromote,
  onChecks,
}: PairHeaderProps) {
  const { t, say } = useWords();
  const heard = useTicking((nowMs) => heardLately(tile, nowMs));
  const severity = shownSeverity(tile, freshness);
  const live = freshness === 'live';
  const fresh = severity !== 'no-data';
  const stateWord = t(`screen.state.${tile.state}`);
  const promote = live ? promotionOffered(tile) : null;
  const lookAt = live ? directoryToLookAt(tile) : null;
  const environment = tile.practice ? t('screen.practice.title') : tile.environmentName;
  return (
    <header className={styles.header} data-severity={severity} data-state={tile.state} data-freshness={freshness}>
      <div className={styles.band}>
        <StateMark severity={severity} inverse size={40} />
        <div className={styles.names}>
          <nav aria-label={t('screen.pair.path')} className={styles.path}>
            <a href={OVERVIEW}>{t('screen.overview.title')}</a> / {environment} / {tile.system}
          </nav>
          <h1>
            {tile.node} <span className={styles.state}>{fresh ? stateWord : t('screen.state.unknown')}</span>
          </h1>
        </div>
        {tile.practice ? <Tag>{t('screen.practice.tag')}</Tag> : null}
        <p className={styles.since}>
          <SinceAndHeard sinceMs={tile.sinceMs} heardAtMs={tile.heardAtMs} fresh={fresh} heard={heard} />
        </p>
      </div>
      <div className={styles.words}>
        <div className={styles.said}>
          <p className={styles.reason}>
            {live ? say(tile.reason) : `${t('screen.tile.was', { state: stateWord })} · ${say(tile.reason)}`}
          </p>
          {tile.next && live ? (
            <p className={styles.next}>
              <span className={styles.nextLabel}>{t('screen.pair.next')}</span> {say(tile.next)}
            </p>
          ) : null}
          {live ? <ActsNext state={tile.state} foresight={foresight} known={deadEnd?.known ?? []} /> : null}
          {lookAt === null ? null : <Command text={`df -h ${shellWord(lookAt)}`} />}
        </div>
        {onChecks && live ? (
          <Button small onClick={onChecks}>
            {t('screen.pair.toChecks')}
          </Button>
        ) : null}
        {live && isChoiceOffered(tile) ? (
          <div className={styles.choice}>
            {instances.map(({ name }) => (
              <Button key={name} disabled={!promotable} onClick={() => onPromote(name)}>
                {t('screen.choice.open', { instance: name })}
              </Button>
            ))}
          </div>
        ) : null}
        {promote ? (
          <Button
            // Where writes may be lost there is something better to try first.
            kind={promote === promotionAsked(tile) ? 'main' : 'quiet'}
            className={styles.act}
            disabled={!promotable}
            onClick={() => onPromote(promote)}
          >
            {t('screen.promote.open', { instance: promote })}
          </Button>
        ) : null}
      </div>
    </header>
  );
}
