import { useCallback, useEffect, useRef, useState } from 'react';
import { Button, Command, Fact, Facts, Modal, Problem, shellWord, TextField } from '#renderer/components';
import { OperatorField, useAsking, useOperator } from '#renderer/features/operator';
import { useWords } from '#renderer/i18n';
import type { PairTile, RemountOffer, RemountResult } from '#shared/contract';
import styles from './remount-dialog.module.css';
import { RemountReportView } from './remount-report.tsx';

interface RemountDialogProps {
  tile: PairTile;
  instance: string;
  onClose(): void;
}

/** A mount that asks the other server, twice what it may take, and the checks afterwards. */
const REMOUNT_TIMEOUT_MS = 120_000;
const LOOK_TIMEOUT_MS = 30_000;

/**
 * Remounts one instance's directory: shows first what is mounted, what should be and every command, asks in proportion,
 * and shows what became of it.
 */
export function RemountDialog({ tile, instance, onClose }: RemountDialogProps) {
  const { t, say } = useWords();
  const cancel = useRef<HTMLButtonElement>(null);
  const operator = useOperator();
  const looking = useAsking();
  const running = useAsking();
  const [offer, setOffer] = useState<RemountOffer | null>(null);
  const [result, setResult] = useState<RemountResult | null>(null);
  const [typed, setTyped] = useState('');
  const { ask: askPlan } = looking;

  const look = useCallback(() => {
    setResult(null);
    void askPlan('pair.planRemount', { pairKey: tile.key, instance }, setOffer, LOOK_TIMEOUT_MS);
  }, [askPlan, tile.key, instance]);
  useEffect(look, [look]);

  const refusal = offer?.plan.refusal ?? null;
  const confirmed = offer !== null && (offer.confirmation === null || typed.trim() === offer.confirmation);

  async function remount() {
    if (!offer) return;
    const input = {
      pairKey: tile.key,
      instance,
      token: offer.token,
      confirmation: typed.trim(),
      ...(operator === null ? {} : { operator }),
    };
    await running.ask('pair.remount', input, setResult, REMOUNT_TIMEOUT_MS);
  }
  const problem = running.problem ?? looking.problem;
  const asks = offer !== null && refusal === null && result === null;

  return (
    <Modal
      title={t('screen.remount.title', { instance: `${tile.node}/${instance}` })}
      onClose={running.busy ? () => undefined : onClose}
      initialFocus={cancel}
      footer={
        <>
          {asks ? (
            <div className={styles.fields}>
              <OperatorField hint={t('screen.remount.operator')} />
              {offer.confirmation === null ? null : (
                <TextField
                  label={t('screen.remount.type', { confirmation: offer.confirmation })}
                  value={typed}
                  onChange={(event) => setTyped(event.target.value)}
                />
              )}
            </div>
          ) : null}
          <Button ref={cancel} disabled={running.busy} onClick={onClose}>
            {t(asks ? 'screen.cancel' : 'screen.remount.close')}
          </Button>
          {problem || (result && result.report.outcome !== 'done') ? (
            <Button busy={looking.busy || running.busy} onClick={look}>
              {t('screen.remount.look')}
            </Button>
          ) : null}
          {asks ? (
            <Button
              kind={offer.confirmation === null ? 'main' : 'danger'}
              busy={running.busy}
              disabled={!confirmed || looking.busy}
              onClick={remount}
            >
              {t('screen.remount.do', { instance: `${tile.node}/${instance}` })}
            </Button>
          ) : null}
        </>
      }
    >
      {problem ? <Problem>{say(problem)}</Problem> : null}
      {looking.busy && offer === null ? <p role="status">{t('screen.remount.looking')}</p> : null}
      {running.busy ? <p role="status">{t('screen.remount.running')}</p> : null}
      {result ? <RemountReportView pairKey={tile.key} result={result} /> : null}
      {offer && result === null ? <Plan offer={offer} /> : null}
    </Modal>
  );
}

/** What is there, what should be, and what would be run. */
function Plan({ offer: { plan, host, confirmation } }: { offer: RemountOffer }) {
  const { t, say } = useWords();
  return (
    <div className={styles.plan} data-testid="remount-plan">
      <Facts>
        <Fact name={t('screen.remount.host')}>{host}</Fact>
        <Fact name={t('screen.remount.target')}>{plan.target}</Fact>
        <Fact name={t('screen.remount.found')}>
          {plan.found.length === 0
            ? t('screen.remount.nothing')
            : plan.found.map((line) => (
                <code key={line} className={styles.line}>
                  {line}
                </code>
              ))}
        </Fact>
        <Fact name={t('screen.remount.expected')}>
          <code className={styles.line}>{plan.expected}</code>
        </Fact>
      </Facts>
      {plan.refusal ? (
        <>
          <Problem>{say(plan.refusal)}</Problem>
          <p>{t('screen.remount.refused')}</p>
        </>
      ) : (
        <>
          <h3>{t('screen.remount.plan')}</h3>
          <ol className={styles.steps}>
            {plan.steps.map(({ command, when }, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: one command may stand twice, each in its place
              <li key={at}>
                <Command text={command.map(shellWord).join(' ')} />
                {when === 'if-needed' ? <span className={styles.when}>{t('screen.remount.ifNeeded')}</span> : null}
              </li>
            ))}
          </ol>
          <p>{t('screen.remount.dryRun')}</p>
          {confirmation === null ? null : <p className={styles.risk}>{t('screen.remount.takesAway')}</p>}
        </>
      )}
    </div>
  );
}
