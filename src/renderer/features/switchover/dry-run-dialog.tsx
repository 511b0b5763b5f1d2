import { useCallback, useEffect, useRef, useState } from 'react';
import { Button, CopyButton, Modal, Problem } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { saidOf, useLink } from '#renderer/state';
import type { DryRun, PairTile } from '#shared/contract';
import type { Message } from '#shared/domain';
import { dryRunText } from './dry-run-text.ts';
import { PreflightView } from './preflight-view.tsx';
import styles from './promote-dialog.module.css';

interface DryRunDialogProps {
  tile: PairTile;
  /** The instance that would serve. */
  to: string;
  onClose(): void;
}

/** What a switchover would do and what stands against it, to be read and copied. There is nothing here to press. */
export function DryRunDialog({ tile, to, onClose }: DryRunDialogProps) {
  const words = useWords();
  const { t, say, f } = words;
  const link = useLink();
  const close = useRef<HTMLButtonElement>(null);
  const [looked, setLooked] = useState<{ dryRun: DryRun; atMs: number } | null>(null);
  const [problem, setProblem] = useState<Message | null>(null);

  const look = useCallback(async () => {
    setProblem(null);
    try {
      const dryRun = await link.call('pair.dryRun', { pairKey: tile.key, to });
      setLooked({ dryRun, atMs: Date.now() });
    } catch (error) {
      setProblem(saidOf(error));
    }
  }, [link, tile.key, to]);
  useEffect(() => {
    void look();
  }, [look]);

  const title = t('screen.dryRun.title', { node: tile.node, instance: to });
  return (
    <Modal
      kind="tells"
      title={title}
      onClose={onClose}
      initialFocus={close}
      footer={
        <>
          <p className={styles.expiry} role="status">
            {looked ? t('screen.dryRun.asOf', { time: f.moment(looked.atMs) }) : ''}
          </p>
          {looked ? <CopyButton text={dryRunText(words, looked.dryRun, tile.node, looked.atMs)} what={title} /> : null}
          <Button onClick={look}>{t('screen.promote.again')}</Button>
          <Button ref={close} onClick={onClose}>
            {t('screen.close')}
          </Button>
        </>
      }
    >
      {looked ? <PreflightView preflight={looked.dryRun} onlyLooks /> : null}
      {problem ? <Problem>{say(problem)}</Problem> : null}
    </Modal>
  );
}
