import { useCallback, useEffect, useRef, useState } from 'react';
import { Button, Modal, Problem, wholeSeconds } from '#renderer/components';
import { useOperator } from '#renderer/features/operator';
import { useWords } from '#renderer/i18n';
import { saidOf, useLink, useNow } from '#renderer/state';
import type { PairTile, Preflight } from '#shared/contract';
import type { Message } from '#shared/domain';
import { ConfirmFields } from './confirm-fields.tsx';
import { acceptedLoss, mayAsk, mayPromote, NOTHING_TYPED, needsConfirmation, type Typed } from './confirmation.ts';
import { PreflightView } from './preflight-view.tsx';
import styles from './promote-dialog.module.css';

interface PromoteDialogProps {
  tile: PairTile;
  /** The instance that is to serve. */
  to: string;
  onClose(): void;
  /** Main has begun; the page shows how it goes. */
  onBegun(operationId: string): void;
}

const PREFLIGHT_TIMEOUT_MS = 30_000;

/** Asks before a switchover: what will happen, what was checked, what cannot be known. Nothing has happened yet. */
export function PromoteDialog({ tile, to, onClose, onBegun }: PromoteDialogProps) {
  const { t, say, f } = useWords();
  const link = useLink();
  const nowMs = useNow();
  const operator = useOperator();
  const cancel = useRef<HTMLButtonElement>(null);
  const [preflight, setPreflight] = useState<Preflight | null>(null);
  const [problem, setProblem] = useState<Message | null>(null);
  const [typed, setTyped] = useState<Typed>(NOTHING_TYPED);
  const [sending, setSending] = useState(false);

  const check = useCallback(async () => {
    setPreflight(null);
    setProblem(null);
    // What was accepted belongs to what was stated then.
    setTyped((before) => ({ ...before, loss: '' }));
    try {
      setPreflight(await link.call('pair.preflight', { pairKey: tile.key, to }, PREFLIGHT_TIMEOUT_MS));
    } catch (error) {
      setProblem(saidOf(error));
    }
  }, [link, tile.key, to]);
  useEffect(() => {
    void check();
  }, [check]);

  async function send(checked: Preflight) {
    setSending(true);
    setProblem(null);
    const request = { pairKey: tile.key, to, token: checked.token, confirmation: typed.name.trim() };
    try {
      if (checked.needsApproval && operator !== null) {
        const { acceptedLoss: accepted = 0 } = acceptedLoss(checked);
        const reason = typed.reason.trim();
        await link.call('pair.askApproval', { ...request, acceptedLoss: accepted, operator, reason });
        onClose();
      } else {
        const named = operator === null ? {} : { operator };
        const { operationId } = await link.call('pair.promote', { ...request, ...acceptedLoss(checked), ...named });
        onBegun(operationId);
      }
    } catch (error) {
      setProblem(saidOf(error));
      setSending(false);
    }
  }

  const leftMs = preflight ? preflight.expiresAtMs - nowMs : 0;
  const expired = preflight !== null && leftMs <= 0;
  const names = { instance: to, node: tile.node };
  const at = { node: tile.node, phrase: t('screen.promote.loss.phrase'), nowMs, operator };
  const asks = preflight !== null && preflight.refusal === null && !expired && needsConfirmation(preflight);
  return (
    <Modal
      title={t(preflight?.choice ? 'screen.choice.title' : 'screen.promote.title', names)}
      onClose={onClose}
      initialFocus={cancel}
      footer={
        <>
          {asks ? <ConfirmFields preflight={preflight} node={tile.node} typed={typed} onTyped={setTyped} /> : null}
          {preflight && !preflight.refusal ? (
            <p className={styles.expiry} role="status">
              {expired
                ? t('screen.promote.expired')
                : t('screen.promote.expires', { left: f.duration(wholeSeconds(leftMs)) })}
            </p>
          ) : null}
          <Button ref={cancel} onClick={onClose}>
            {t('screen.cancel')}
          </Button>
          {expired || (problem && !sending) ? (
            <Button onClick={check}>{t('screen.promote.again')}</Button>
          ) : (
            <Button
              kind="danger"
              busy={sending}
              disabled={!preflight || !(preflight.needsApproval ? mayAsk : mayPromote)(preflight, typed, at)}
              onClick={() => preflight && send(preflight)}
            >
              {t(actOf(preflight), names)}
            </Button>
          )}
        </>
      }
    >
      {preflight ? (
        <PreflightView preflight={preflight} />
      ) : problem ? null : (
        <p className={styles.checking} role="status">
          {t('screen.promote.checking')}
        </p>
      )}
      {problem ? <Problem>{say(problem)}</Problem> : null}
    </Modal>
  );
}

/** What the button does, in words: until it is known what it will be, an ordinary switchover. */
function actOf(preflight: Preflight | null) {
  if (preflight?.needsApproval) return 'screen.approval.ask';
  if (preflight?.choice) return 'screen.choice.act';
  return preflight && !preflight.planned ? 'screen.promote.failOver' : 'screen.promote.switchOver';
}
