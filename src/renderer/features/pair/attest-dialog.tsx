import { useRef, useState } from 'react';
import { Button, Fact, Facts, Modal, Problem, TextField } from '#renderer/components';
import { OperatorField, useAsking, useOperator } from '#renderer/features/operator';
import { useWords } from '#renderer/i18n';
import type { OperatorOption, PairTile } from '#shared/contract';
import styles from './options-panel.module.css';

interface AttestDialogProps {
  tile: PairTile;
  /** The option as it was shown: its process and its epoch are what the word is about. */
  option: OperatorOption;
  onClose(): void;
}

/** Takes an operator's word that an instance is off. What rests on it is said before, and it has to be typed. */
export function AttestDialog({ tile, option, onClose }: AttestDialogProps) {
  const { t, say } = useWords();
  const cancel = useRef<HTMLButtonElement>(null);
  const operator = useOperator();
  const { ask, busy, problem } = useAsking();
  const [typed, setTyped] = useState('');
  const { instance, incarnation, epoch } = option;
  if (instance === null || incarnation === undefined || epoch === undefined) return null;
  const confirmation = `${tile.node}/${instance}`;
  const ready = operator !== null && typed.trim() === confirmation;

  async function attest() {
    if (operator === null || instance === null || incarnation === undefined || epoch === undefined) return;
    const input = { pairKey: tile.key, instance, incarnation, epoch, operator, confirmation: typed.trim() };
    if (await ask('pair.attest', input)) onClose();
  }
  return (
    <Modal
      title={t('screen.attest.title', { instance: confirmation })}
      onClose={onClose}
      initialFocus={cancel}
      footer={
        <>
          <div className={styles.fields}>
            <OperatorField />
            <TextField
              label={t('screen.attest.type', { confirmation })}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </div>
          <Button ref={cancel} onClick={onClose}>
            {t('screen.cancel')}
          </Button>
          <Button kind="danger" busy={busy} disabled={!ready} onClick={attest}>
            {t('screen.attest.do', { instance: confirmation })}
          </Button>
        </>
      }
    >
      <div className={styles.facts}>
        <Facts>
          <Fact name={t('screen.attest.incarnation')}>{incarnation}</Fact>
          <Fact name={t('screen.attest.epoch')}>{epoch}</Fact>
        </Facts>
      </div>
      <ul className={styles.what}>
        <li>{t('screen.attest.means', { instance })}</li>
        <li>{t('screen.attest.risk', { instance })}</li>
        <li>{t('screen.attest.look', { instance })}</li>
        <li>{t('screen.attest.kept')}</li>
      </ul>
      {problem ? <Problem>{say(problem)}</Problem> : null}
    </Modal>
  );
}
