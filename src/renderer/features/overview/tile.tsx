import { memo, useId } from 'react';
import { ButtonLink, Nothing, SinceAndHeard, StateMark } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { pairHref, promoteHref } from '#renderer/places';
import { freshnessOf, heardLately, promotionAsked, shownSeverity, useLinkState, useTicking } from '#renderer/state';
import type { PairTile } from '#shared/contract';
import { sharedReasons } from '#shared/domain';
import styles from './tile.module.css';

/**
 * One pair. What cannot be believed any more is hatched, dimmed and dated. What is to be done next stands where the
 * figures are while all is well: a tile keeps its size whatever happens.
 */
export const Tile = memo(function Tile({ tile }: { tile: PairTile }) {
  const { t, say, f } = useWords();
  const id = useId();
  const lostAtMs = useLinkState((link) => link.lostAtMs);
  const freshness = useTicking((nowMs) => freshnessOf(tile, nowMs, lostAtMs));
  const severity = shownSeverity(tile, freshness);
  const fresh = severity !== 'no-data';
  const heard = useTicking((nowMs) => heardLately(tile, nowMs));
  const stateWord = t(`screen.state.${tile.state}`);
  const promote = freshness === 'live' ? promotionAsked(tile) : null;

  return (
    <div className={styles.place}>
      <a
        className={styles.tile}
        href={pairHref(tile.key)}
        data-pair={tile.key}
        data-state={tile.state}
        data-severity={severity}
        data-freshness={freshness}
        aria-labelledby={`${id}-node ${id}-state`}
        aria-describedby={`${id}-why`}
      >
        <span className={styles.head}>
          <StateMark severity={severity} inverse size={26} />
          <span className={styles.names}>
            <span className={styles.node} id={`${id}-node`} title={tile.node}>
              {tile.node}
            </span>
            <span className={styles.under}>
              <span className={styles.system}>{tile.system}</span>
              <span className={styles.state} id={`${id}-state`}>
                {fresh ? stateWord : t('screen.state.unknown')}
              </span>
            </span>
          </span>
        </span>
        <span className={styles.body} data-dim={!fresh}>
          <span className={styles.why} id={`${id}-why`} title={say(tile.reason)}>
            {freshness === 'live' ? say(tile.reason) : t('screen.tile.was', { state: stateWord })}
          </span>
          <span className={styles.roles}>
            <Role name={t('screen.role.primary')} instance={tile.primary} />
            <Role
              name={t('screen.role.standby')}
              instance={tile.standby}
              note={tile.readiness ? <ReadinessNote readiness={tile.readiness} /> : null}
            />
          </span>
          {tile.next && freshness === 'live' ? (
            <span className={styles.next}>{promote ? null : say(tile.next)}</span>
          ) : (
            <span className={styles.figures}>
              <span>{t('screen.tile.beats', { rate: f.number(tile.beatsPerSecond, 1) })}</span>
              <span>p50 {tile.latencyP50Ms === null ? '—' : f.duration(tile.latencyP50Ms)}</span>
              <span>{t('screen.tile.epoch', { epoch: tile.epoch ?? '—' })}</span>
              <span>{tile.policy ? t(`screen.policy.${tile.policy}`) : '—'}</span>
            </span>
          )}
        </span>
        <span className={styles.foot}>
          <SinceAndHeard sinceMs={tile.sinceMs} heardAtMs={tile.heardAtMs} fresh={fresh} heard={heard} />
        </span>
      </a>
      {promote ? (
        <span className={styles.action}>
          <ButtonLink kind="main" href={promoteHref(tile.key, promote)}>
            {t('screen.promote.open', { instance: promote })}
          </ButtonLink>
        </span>
      ) : null}
    </div>
  );
});

/** By the last checks of the servers, beside the standby's name; why, on hovering. The pair's page has it in full. */
function ReadinessNote({ readiness: { word, reasons, atMs } }: { readiness: NonNullable<PairTile['readiness']> }) {
  const { t, say, f } = useWords();
  const why = [...sharedReasons(reasons).map(say), f.dateTime(atMs)].join('\n');
  return (
    <span className={styles.readiness} data-readiness={word} title={why}>
      {t(`screen.checks.word.${word}`)}
    </span>
  );
}

function Role({ name, instance, note = null }: { name: string; instance: string | null; note?: React.ReactNode }) {
  return (
    <span className={styles.role}>
      <span className={styles.roleName}>{name}</span>
      <span className={styles.who}>
        <span className={styles.instance}>{instance ?? <Nothing />}</span>
        {note}
      </span>
    </span>
  );
}
