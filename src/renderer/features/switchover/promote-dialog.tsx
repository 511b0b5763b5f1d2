import { useCallback, useEffect, useRef, useState } from 'react';
import { Button, Modal, Problem, wholeSeconds } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { saidOf, useLink, useNow } from '#renderer/state';
import type { PairTile, Preflight } from '#shared/contract';
import type { Message } from '#shared/domain';
import { ConfirmFields } from './confirm-fields.tsx';
import { acceptedLoss, mayPromote, needsConfirmation, type Typed } from './confirmation.ts';
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
  const cancel = useRef<HTMLButtonElement>(null);
  const [preflight, setPreflight] = useState<Preflight | null>(null);
  const [problem, setProblem] = useState<Message | null>(null);
  const [typed, setTyped] = useState<Typed>({ name: '', loss: '' });
  const [sending, setSending] = useState(false);

  const check = useCallback(async () => {
    setPreflight(null);
    setProblem(null);
    // What was accepted belongs to what was stated then.
    setTyped(({ name }) => ({ name, loss: '' }));
    try {
      setPreflight(await link.call('pair.preflight', { pairKey: tile.key, to }, PREFLIGHT_TIMEOUT_MS));
    } catch (error) {
      setProblem(saidOf(error));
    }
  }, [link, tile.key, to]);
  useEffect(() => {
    void check();
  }, [check]);

  async function promote(checked: Preflight) {
    setSending(true);
    setProblem(null);
    try {
      const { operationId } = await link.call('pair.promote', {
        pairKey: tile.key,
        to,
        token: checked.token,
        confirmation: typed.name.trim(),
        ...acceptedLoss(checked),
      });
      onBegun(operationId);
    } catch (error) {
      setProblem(saidOf(error));
      setSending(false);
    }
  }

  const leftMs = preflight ? preflight.expiresAtMs - nowMs : 0;
  const expired = preflight !== null && leftMs <= 0;
  const names = { instance: to, node: tile.node };
  const asks = preflight !== null && preflight.refusal === null && !expired && needsConfirmation(preflight);
  return (
    <Modal
      title={t('screen.promote.title', names)}
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
              disabled={
                !preflight ||
                !mayPromote(preflight, typed, { node: tile.node, phrase: t('screen.promote.loss.phrase'), nowMs })
              }
              onClick={() => preflight && promote(preflight)}
            >
              {t(preflight && !preflight.planned ? 'screen.promote.failOver' : 'screen.promote.switchOver', names)}
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
