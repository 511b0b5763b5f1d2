import { useState } from 'react';
import { Button, Command, Panel, shellWord } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { promotionOffered } from '#renderer/state';
import type { OperatorOption, PairView } from '#shared/contract';
import { AttestDialog } from './attest-dialog.tsx';
import styles from './options-panel.module.css';

interface OptionsPanelProps {
  pair: PairView;
  /** Whether a switchover may be begun at all now. */
  promotable: boolean;
  onPromote(instance: string): void;
}

/** Where nobody serves, or a switchover waits for a proof: what is known, and every way out that is open now. */
export function OptionsPanel({ pair: { deadEnd, tile }, promotable, onPromote }: OptionsPanelProps) {
  const { t, say } = useWords();
  const [attesting, setAttesting] = useState<OperatorOption | null>(null);
  if (!deadEnd) return null;
  return (
    <Panel title={t('screen.options.title')}>
      <div className={styles.columns} data-testid="options">
        <section>
          <h3>{t('screen.options.known')}</h3>
          <ul className={styles.known}>
            {deadEnd.known.map((known) => (
              <li key={`${known.key} ${known.params.instance ?? ''}`}>{say(known)}</li>
            ))}
          </ul>
        </section>
        <section>
          <h3>{t('screen.options.ways')}</h3>
          <ol className={styles.ways}>
            {deadEnd.options.map((option) => (
              <li key={`${option.kind} ${option.instance ?? ''}`} data-option={option.kind}>
                <span>{say(option.message)}</span>
                <Way
                  option={option}
                  offered={promotionOffered(tile)}
                  promotable={promotable}
                  onPromote={onPromote}
                  onAttest={setAttesting}
                />
              </li>
            ))}
          </ol>
        </section>
      </div>
      {attesting ? <AttestDialog tile={tile} option={attesting} onClose={() => setAttesting(null)} /> : null}
    </Panel>
  );
}

interface WayProps extends Pick<OptionsPanelProps, 'promotable' | 'onPromote'> {
  option: OperatorOption;
  /** The instance whose promotion has its button in the page's header: there alone. */
  offered: string | null;
  onAttest(option: OperatorOption): void;
}

/** What a way out begins with: a button here, or a command elsewhere. */
function Way({ option, offered, promotable, onPromote, onAttest }: WayProps) {
  const { t } = useWords();
  const { kind, instance, command, message } = option;
  if (instance === null) return null;
  if (kind === 'promote')
    return instance === offered ? null : (
      <Button disabled={!promotable} onClick={() => onPromote(instance)}>
        {t('screen.promote.open', { instance })}
      </Button>
    );
  if (kind === 'attest')
    return <Button onClick={() => onAttest(option)}>{t('screen.attest.open', { instance })}</Button>;
  if (kind === 'mount') return <Command text={`df -h ${shellWord(String(message.params.directory))}`} />;
  return command ? <Command text={command.map(shellWord).join(' ')} /> : null;
}
