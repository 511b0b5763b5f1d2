import { Button, Panel, Problem } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { goTo, OVERVIEW } from '#renderer/places';
import type { PracticeFault, PracticeInstanceView } from '#shared/contract';
import styles from './practice-panel.module.css';
import { usePractice } from './use-practice.ts';

/** What can be hurt: the process, or its mount of the other instance's directory. */
const GROUPS = [
  { of: 'screen.practice.process', faults: ['kill', 'hang', 'resume', 'stop', 'restart'] },
  { of: 'screen.practice.mount', faults: ['unmount', 'remount'] },
] as const;

/** Faults for the practice pair's instances: what can be broken here, and what is done about it. */
export function PracticePanel() {
  const { t, say } = useWords();
  const { practice, busy, problem, fault, stop } = usePractice();
  if (!practice) return null;

  async function stopAll() {
    if (await stop()) goTo(OVERVIEW);
  }
  return (
    <Panel
      title={t('screen.practice.title')}
      aside={
        <Button small busy={busy} onClick={stopAll}>
          {t('screen.practice.stop')}
        </Button>
      }
    >
      <p className={styles.text}>{t('screen.practice.text')}</p>
      <ul className={styles.instances}>
        {practice.instances.map((instance) => (
          <Faults key={instance.name} instance={instance} busy={busy} onFault={fault} />
        ))}
      </ul>
      {problem ? <Problem>{say(problem)}</Problem> : null}
    </Panel>
  );
}

interface FaultsProps {
  instance: PracticeInstanceView;
  busy: boolean;
  onFault(instance: string, fault: PracticeFault): void;
}

function Faults({ instance, busy, onFault }: FaultsProps) {
  const { t } = useWords();
  return (
    <li className={styles.instance}>
      <p>
        <strong>{instance.name}</strong>{' '}
        <span className={styles.muted}>
          {t(`screen.practice.${instance.state}`)}
          {instance.pid === null ? '' : ` · pid ${instance.pid}`}
        </span>
      </p>
      {GROUPS.map(({ of, faults }) => (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row in every browser
        <div key={of} className={styles.buttons} role="group" aria-label={`${instance.name}: ${t(of)}`}>
          {faults.map((fault) => (
            <Button
              key={fault}
              small
              disabled={busy || !instance.faults.includes(fault)}
              title={t(`screen.fault.${fault}.what`)}
              aria-label={t('screen.fault.of', { fault: t(`screen.fault.${fault}`), instance: instance.name })}
              onClick={() => onFault(instance.name, fault)}
            >
              {t(`screen.fault.${fault}`)}
            </Button>
          ))}
        </div>
      ))}
    </li>
  );
}
