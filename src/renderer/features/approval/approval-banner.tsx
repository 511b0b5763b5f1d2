import { useState } from 'react';
import { Banner, Button, Problem } from '#renderer/components';
import { OperatorField, useAsking, useOperator } from '#renderer/features/operator';
import { useWords, type Words } from '#renderer/i18n';
import { useNow } from '#renderer/state';
import type { PairView } from '#shared/contract';
import { ANY_LOSS } from '#shared/domain';
import styles from './approval.module.css';
import { ApprovalDialog } from './approval-dialog.tsx';
import { standingOf } from './standing.ts';

type Asked = NonNullable<NonNullable<PairView['policy']>['approval']>;

interface ApprovalBannerProps {
  pair: PairView;
  /** Main has begun what was approved. */
  onBegun(operationId: string): void;
}

/** What was asked for and waits for another operator, or was decided: on every console, until it is done or over. */
export function ApprovalBanner({ pair, onBegun }: ApprovalBannerProps) {
  const words = useWords();
  const { t, say } = words;
  const nowMs = useNow();
  const operator = useOperator();
  const { ask, busy, problem } = useAsking();
  const [deciding, setDeciding] = useState(false);
  const { tile, lock, policy } = pair;
  const asked = policy?.approval ?? null;
  const standing = asked && standingOf(asked, nowMs);
  if (!asked || standing === 'over') return null;

  function carryOut({ id }: Asked) {
    if (operator === null) return;
    void ask('pair.carryOut', { pairKey: tile.key, id, operator }, ({ operationId }) => onBegun(operationId));
  }
  return (
    <section className={styles.banner} data-approval={standing} aria-label={t('screen.approval.title')}>
      <Banner
        severity={standing === 'waiting' || standing === 'approved' ? 'p2' : 'p3'}
        title={titleOf(words, asked, standing, tile.node)}
        actions={
          <>
            {standing === 'approved' ? (
              <Button
                kind="danger"
                busy={busy}
                disabled={lock.holder !== 'this' || operator === null}
                onClick={() => carryOut(asked)}
              >
                {t('screen.promote.failOver', { node: tile.node, instance: asked.to })}
              </Button>
            ) : null}
            {standing === 'waiting' || standing === 'approved' ? (
              <Button kind={standing === 'waiting' ? 'main' : 'quiet'} onClick={() => setDeciding(true)}>
                {t(standing === 'waiting' ? 'screen.approval.decide' : 'screen.approval.look')}
              </Button>
            ) : null}
          </>
        }
      >
        {standing === 'stale' && asked.stale ? say(asked.stale) : wordsOf(words, asked, nowMs)}
        {standing === 'approved' && lock.holder === 'other'
          ? ` ${t('screen.approval.elsewhere', { name: lock.name ?? '?' })}`
          : ''}
      </Banner>
      {standing === 'approved' && operator === null ? (
        <div className={styles.operator}>
          <OperatorField />
        </div>
      ) : null}
      {problem ? <Problem>{say(problem)}</Problem> : null}
      {deciding ? <ApprovalDialog pair={pair} asked={asked} onClose={() => setDeciding(false)} /> : null}
    </section>
  );
}

function titleOf({ t }: Words, { operator, to, decision }: Asked, standing: string | null, node: string): string {
  const by = decision?.operator ?? '–';
  const names = { operator, by, instance: to, node };
  if (standing === 'approved') return t('screen.approval.approved', names);
  if (standing === 'rejected') return t('screen.approval.rejected', names);
  return t(standing === 'stale' ? 'screen.approval.void' : 'screen.approval.waiting', names);
}

/** What is accepted with it, why, and for how long it counts. */
function wordsOf({ t, f }: Words, { acceptedLoss, reason, untilMs, console }: Asked, nowMs: number): string {
  const loss =
    acceptedLoss === ANY_LOSS
      ? t('screen.approval.anyLoss')
      : t('screen.approval.atMost', { bound: f.number(acceptedLoss) });
  const left = f.duration(Math.max(0, Math.ceil((untilMs - nowMs) / 1_000) * 1_000));
  return `${loss} · ${reason} · ${t('screen.approval.left', { left, console })}`;
}
