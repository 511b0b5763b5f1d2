import { useEffect, useRef, useState } from 'react';
import { Button, Modal, Problem, TextField } from '#renderer/components';
import { useAsking, useOperator } from '#renderer/features/operator';
import { PreflightView } from '#renderer/features/switchover';
import { useWords } from '#renderer/i18n';
import { saidOf, useLink, useNow } from '#renderer/state';
import type { DryRun, PairView } from '#shared/contract';
import { ANY_LOSS, isSameOperator, type Message } from '#shared/domain';
import styles from './approval.module.css';
import { standingOf } from './standing.ts';

/** How often what is decided on is looked at again: the decision rests on what holds now, not on what was asked. */
const LOOK_AGAIN_MS = 2_000;

interface ApprovalDialogProps {
  pair: PairView;
  asked: NonNullable<NonNullable<PairView['policy']>['approval']>;
  onClose(): void;
}

/** Shows the second operator what would be done now, and takes the decision. Approving begins nothing by itself. */
export function ApprovalDialog({ pair: { tile }, asked, onClose }: ApprovalDialogProps) {
  const { t, say, f } = useWords();
  const nowMs = useNow();
  const remembered = useOperator();
  const cancel = useRef<HTMLButtonElement>(null);
  const { ask, busy, problem } = useAsking();
  const { dryRun, problem: unseen } = useLiveDryRun(tile.key, asked.to);
  // At the console where it was asked for, the name that is remembered is the asker's.
  const [name, setName] = useState(remembered && !isSameOperator(remembered, asked.operator) ? remembered : '');
  const [typed, setTyped] = useState('');
  const operator = name.trim();
  const isAsker = operator !== '' && isSameOperator(operator, asked.operator);
  const standing = standingOf(asked, nowMs);
  const open = standing === 'waiting' || standing === 'approved';
  const names = { node: tile.node, instance: asked.to };

  async function decide(approves: boolean) {
    const decision = { pairKey: tile.key, id: asked.id, operator, approves, confirmation: typed.trim() };
    if (await ask('pair.decideApproval', decision)) onClose();
  }
  return (
    <Modal
      title={t('screen.approval.dialog', names)}
      onClose={onClose}
      initialFocus={cancel}
      footer={
        <>
          <div className={styles.fields}>
            <TextField
              label={t('screen.approval.approver')}
              hint={t('screen.approval.approver.hint', { operator: asked.operator })}
              problem={isAsker && standing === 'waiting' ? t('screen.approval.sameOperator') : undefined}
              maxLength={64}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
            {standing === 'waiting' ? (
              <TextField
                label={t('screen.promote.type', { node: tile.node })}
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
            ) : null}
          </div>
          <p className={styles.left} role="status">
            {open
              ? t('screen.approval.counts', { left: f.duration(Math.ceil((asked.untilMs - nowMs) / 1_000) * 1_000) })
              : t('screen.approval.over')}
          </p>
          <Button ref={cancel} onClick={onClose}>
            {t('screen.cancel')}
          </Button>
          <Button busy={busy} disabled={!open || operator === ''} onClick={() => decide(false)}>
            {t(isAsker ? 'screen.approval.withdraw' : 'screen.approval.reject')}
          </Button>
          {standing === 'waiting' ? (
            <Button
              kind="danger"
              busy={busy}
              disabled={operator === '' || isAsker || typed.trim() !== tile.node || dryRun === null}
              onClick={() => decide(true)}
            >
              {t('screen.approval.approve', names)}
            </Button>
          ) : null}
        </>
      }
    >
      <p className={styles.asked}>
        <strong>{t('screen.approval.asks', { operator: asked.operator, console: asked.console })}</strong>
        <span>{asked.reason}</span>
        <span>
          {asked.acceptedLoss === ANY_LOSS
            ? t('screen.approval.anyLoss')
            : t('screen.approval.atMost', { bound: f.number(asked.acceptedLoss) })}
        </span>
      </p>
      {asked.stale ? <Problem>{say(asked.stale)}</Problem> : null}
      {dryRun ? <PreflightView preflight={{ ...dryRun, needsApproval: false }} onlyLooks /> : null}
      {unseen ? <Problem>{say(unseen)}</Problem> : null}
      {problem ? <Problem>{say(problem)}</Problem> : null}
    </Modal>
  );
}

/** What the promotion would be now, again and again while it is looked at. */
function useLiveDryRun(pairKey: string, to: string): { dryRun: DryRun | null; problem: Message | null } {
  const link = useLink();
  const [seen, setSeen] = useState<{ dryRun: DryRun | null; problem: Message | null }>({ dryRun: null, problem: null });
  useEffect(() => {
    let over = false;
    const look = () =>
      link.call('pair.dryRun', { pairKey, to }).then(
        (dryRun) => over || setSeen({ dryRun, problem: null }),
        (error: unknown) => over || setSeen({ dryRun: null, problem: saidOf(error) }),
      );
    void look();
    const timer = setInterval(look, LOOK_AGAIN_MS);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, [link, pairKey, to]);
  return seen;
}
