import { useId } from 'react';
import { Button, StateMark, Tag } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { type BeatStore, promotionOffered } from '#renderer/state';
import { HeartbeatStrip } from '#renderer/strip';
import type { InstanceView, PairView } from '#shared/contract';
import { EvidenceList } from './evidence-list.tsx';
import { InstanceFacts } from './instance-facts.tsx';
import styles from './instance-panel.module.css';
import { canBecomePrimary, verdictSeverity } from './verdict.ts';

interface InstancePanelProps {
  instance: InstanceView;
  pair: PairView;
  /** null until they are followed. */
  beats: BeatStore | null;
  /** Whether a switchover may be begun at all now. */
  promotable: boolean;
  onPromote(): void;
  /** Asks what promoting it would do. */
  onDryRun(): void;
}

/**
 * One of the pair's two servers: it keeps its side of the page whatever its role. The promotion that is asked for now
 * has its button in the page's header, and there alone.
 */
export function InstancePanel({ instance, pair, beats, promotable, onPromote, onDryRun }: InstancePanelProps) {
  const { t } = useWords();
  const id = useId();
  const { name, role, verdict } = instance;
  const severity = verdictSeverity(verdict, pair.route?.instance === name);
  return (
    <section
      className={styles.panel}
      aria-labelledby={id}
      data-instance={name}
      data-role={role ?? 'unknown'}
      data-verdict={verdict}
      data-severity={severity}
    >
      <header className={styles.header}>
        <h2 id={id}>{name}</h2>
        <RoleTag role={role} gone={verdict === 'gone'} />
        <span className={styles.verdict}>
          <StateMark severity={severity} size={18} digit={false} />
          {t(`screen.verdict.${verdict}`)}
        </span>
        {canBecomePrimary(instance, pair) ? (
          <Button small aria-label={t('screen.dryRun.of', { instance: name })} onClick={onDryRun}>
            {t('screen.dryRun.open')}
          </Button>
        ) : null}
        {canBecomePrimary(instance, pair) && promotionOffered(pair.tile) !== name ? (
          <Button
            small
            disabled={!promotable}
            title={promotable ? undefined : t('screen.promote.notNow')}
            onClick={onPromote}
          >
            {t('screen.promote.open', { instance: name })}
          </Button>
        ) : null}
      </header>
      {beats ? (
        <HeartbeatStrip store={beats} instance={name} beatIntervalMs={pair.beatIntervalMs} />
      ) : (
        <div className={styles.stripPlace} />
      )}
      {/* Why it is called what it is called comes first: on a small screen the rest may be below the fold. */}
      <EvidenceList evidence={instance.evidence} severity={severity} />
      <div className={styles.facts}>
        <InstanceFacts instance={instance} />
      </div>
    </section>
  );
}

/** The role that the instance last named; of one that is gone it is the past. */
function RoleTag({ role, gone }: { role: InstanceView['role']; gone: boolean }) {
  const { t } = useWords();
  if (role === null) return <Tag>{t('screen.role.unknown')}</Tag>;
  const word = t(`screen.role.${role}`);
  return <Tag strong={role === 'primary' && !gone}>{gone ? t('screen.role.was', { role: word }) : word}</Tag>;
}
