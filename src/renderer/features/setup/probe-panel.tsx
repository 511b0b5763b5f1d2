import { useEffect, useRef, useState } from 'react';
import { Ago, Button, Problem } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { saidOf, useLink } from '#renderer/state';
import { type Message, message, PAIR_HOST } from '#shared/domain';
import { errorsOf, type ProbedStep, type ProbeItem, probeBasis, probeResult, stepStateOf } from '#shared/setup';
import { ChainDrawing } from './chain-drawing.tsx';
import { useWizard } from './context.ts';
import { ResultMark } from './fields.tsx';
import styles from './setup.module.css';

/** Looked at by itself once the fields of the step are filled in and typing has paused for this long. */
const LOOK_AFTER_MS = 600;
/** What a resumed draft says of its servers is looked at again after this long. */
const OLD_MS = 300_000;

/** The live look at a step: begun by itself, called off, made again; what it found, with its age. */
export function ProbePanel({ step }: { step: ProbedStep }) {
  const { t, say } = useWords();
  const { draft } = useWizard();
  const { look, cancel, problem, busy } = useProbe(step);
  const run = draft.view.draft.probes[step];
  const stale = run !== undefined && run.basis !== probeBasis(step, draft.values);
  const { view, values, visited } = draft;
  const skipped = stepStateOf(step, { ...view.draft, values, visited }, view.report) === 'skipped';
  return (
    <section
      className={styles.probe}
      aria-label={t('screen.setup.probe.title')}
      data-probe={step}
      data-state={run?.state ?? 'none'}
      data-stale={stale || undefined}
    >
      <header className={styles.probeHeader}>
        <h2>{t('screen.setup.probe.title')}</h2>
        <p className={styles.muted} role="status">
          {run === undefined ? t('screen.setup.probe.none') : null}
          {run?.state === 'running' ? t('screen.setup.probe.running') : null}
          {run?.state === 'cancelled' ? t('screen.setup.probe.cancelled') : null}
          {run?.state === 'done' ? (
            <>
              {t(`screen.setup.probe.${probeResult(run)}`)} · <Ago atMs={run.endedAtMs ?? run.startedAtMs} />
            </>
          ) : null}
          {stale ? ` · ${t('screen.setup.probe.stale')}` : ''}
        </p>
        {run?.state === 'running' ? (
          <Button small onClick={cancel}>
            {t('screen.setup.probe.cancel')}
          </Button>
        ) : null}
        <Button small busy={busy} onClick={look}>
          {t(run ? 'screen.setup.probe.again' : 'screen.setup.probe.now')}
        </Button>
      </header>
      {skipped ? <p className={styles.remedy}>{say(message(`setup.consequence.${step}`))}</p> : null}
      {problem ? <ProblemOf message={problem} /> : null}
      {run && run.items.length > 0 ? <ProbeItems items={run.items} /> : null}
    </section>
  );
}

function ProblemOf({ message }: { message: Message }) {
  const { say } = useWords();
  return <Problem>{say(message)}</Problem>;
}

function useProbe(step: ProbedStep) {
  const link = useLink();
  const { draft } = useWizard();
  const [problem, setProblem] = useState<Message | null>(null);
  const [busy, setBusy] = useState(false);
  const { id } = draft.view.draft;
  const basis = probeBasis(step, draft.values);
  const tried = useRef<string | null>(null);
  const run = draft.view.draft.probes[step];
  const blocked = errorsOf(draft.findings).some((finding) => finding.step === step && !finding.acknowledge);

  async function look() {
    setBusy(true);
    setProblem(null);
    tried.current = basis;
    try {
      await draft.flush();
      await link.call('setup.probe', { id, step });
    } catch (error) {
      setProblem(saidOf(error));
    }
    setBusy(false);
  }
  async function cancel() {
    await link.call('setup.cancel', { id, step }).catch((error: unknown) => setProblem(saidOf(error)));
  }
  const wanted = step !== 'verify' && !blocked && tried.current !== basis;
  const fresh = run?.basis === basis && run.state === 'done' && Date.now() - (run.endedAtMs ?? 0) < OLD_MS;
  const latestLook = useRef(look);
  latestLook.current = look;
  useEffect(() => {
    if (!wanted || fresh) return;
    // Another basis, another wait: typing goes on undisturbed.
    const timer = setTimeout(() => void latestLook.current(), basis === '' ? 0 : LOOK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [wanted, fresh, basis]);
  return { look, cancel, problem, busy };
}

const ORDER = { fail: 0, unknown: 1, warn: 2, pass: 3 } as const;

/** Everything that was found, the worst first; a click opens the raw lines that decided. */
export function ProbeItems({ items }: { items: readonly ProbeItem[] }) {
  const { t, say, f } = useWords();
  const sorted = [...items].sort((a, b) => ORDER[a.result] - ORDER[b.result]);
  return (
    <ul className={styles.items}>
      {sorted.map((item) => (
        <li key={`${item.id} ${item.about}`} data-item={item.id} data-about={item.about} data-result={item.result}>
          <details>
            <summary>
              <ResultMark result={item.result} />
              <span className={styles.about}>{item.about === PAIR_HOST ? t('screen.checks.pair') : item.about}</span>
              <span className={styles.said}>{say(item.reason)}</span>
              <span className={styles.took}>{f.duration(item.tookMs)}</span>
            </summary>
            {item.evidence.length > 0 ? <pre className={styles.evidence}>{item.evidence.join('\n')}</pre> : null}
          </details>
          {item.chain ? <ChainDrawing chain={item.chain} result={item.result} /> : null}
          {item.remedy && item.result !== 'pass' ? <p className={styles.remedy}>{say(item.remedy)}</p> : null}
        </li>
      ))}
    </ul>
  );
}
