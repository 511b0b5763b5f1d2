import { useState } from 'react';
import { Button, Problem } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { saidOf, useAppInfo, useLink } from '#renderer/state';
import type { Message } from '#shared/domain';
import type { SetupReport } from '#shared/setup';
import { useWizard } from './context.ts';
import { ResultMark } from './fields.tsx';
import { ProbeItems } from './probe-panel.tsx';
import styles from './setup.module.css';

const PRINT_TIMEOUT_MS = 30_000;

/** The verification: made again, with a real switchover where it is wanted, kept, saved as a page, printed. */
export function ReportView() {
  const { t, say, locale } = useWords();
  const link = useLink();
  const info = useAppInfo();
  const { draft } = useWizard();
  const { report } = draft.view;
  const { id } = draft.view.draft;
  const [really, setReally] = useState(false);
  const [problem, setProblem] = useState<Message | null>(null);
  const running = report?.state === 'running';

  async function verify() {
    setProblem(null);
    try {
      await link.call('setup.verify', { id, switchover: really });
      setReally(false);
    } catch (error) {
      setProblem(saidOf(error));
    }
  }
  async function save() {
    if (!report) return;
    try {
      const { html } = await link.call('setup.report', { report: report.id, locale });
      download(`${fileName(report)}.html`, new Blob([html], { type: 'text/html' }));
    } catch (error) {
      setProblem(saidOf(error));
    }
  }
  async function savePdf() {
    if (!report) return;
    try {
      const { pdf } = await link.call('setup.pdf', { report: report.id, locale }, PRINT_TIMEOUT_MS);
      const bytes = Uint8Array.from(atob(pdf), (character) => character.charCodeAt(0));
      download(`${fileName(report)}.pdf`, new Blob([bytes], { type: 'application/pdf' }));
    } catch (error) {
      setProblem(saidOf(error));
    }
  }
  const fileName = ({ id: reportId }: SetupReport) => `${draft.values.node.node || 'pair'}-${reportId}.${locale}`;
  return (
    <section
      className={styles.report}
      data-report={report?.state ?? 'none'}
      data-verdict={report?.verdict ?? undefined}
      data-print
    >
      <header className={styles.probeHeader}>
        <h2>{t('screen.setup.report')}</h2>
        <label className={`${styles.check} ${styles.noPrint}`}>
          <input type="checkbox" checked={really} onChange={(event) => setReally(event.target.checked)} />
          <span>{t('screen.setup.reallySwitch')}</span>
        </label>
        <div className={`${styles.actions} ${styles.noPrint}`}>
          <Button busy={running} onClick={verify}>
            {t(running ? 'screen.setup.verifying' : 'screen.setup.verifyNow')}
          </Button>
          {report?.state === 'done' ? (
            <>
              <Button onClick={save}>{t('screen.setup.saveReport')}</Button>
              {info?.shell === 'electron' ? <Button onClick={savePdf}>{t('screen.setup.savePdf')}</Button> : null}
              <Button onClick={() => window.print()}>{t('screen.setup.print')}</Button>
            </>
          ) : null}
        </div>
      </header>
      {really ? <p className={styles.warning}>{t('screen.setup.reallySwitch.text')}</p> : null}
      {problem ? <Problem>{say(problem)}</Problem> : null}
      {report ? <ReportBody report={report} /> : <p className={styles.muted}>{t('screen.setup.noReport')}</p>}
    </section>
  );
}

function ReportBody({ report }: { report: SetupReport }) {
  const { t, say, f } = useWords();
  return (
    <>
      <p className={styles.verdict} data-verdict={report.verdict ?? 'running'}>
        {say({ key: `setup.verdict.${report.verdict ?? 'running'}`, params: {} })} ·{' '}
        {f.moment(report.endedAtMs ?? report.startedAtMs)}
      </p>
      <ul className={styles.trips}>
        {report.roundTrips.map(({ instance, transport, ok, reason, tookMs }) => (
          <li
            key={`${instance} ${transport}`}
            data-trip={`${instance} ${transport}`}
            data-result={ok ? 'pass' : 'fail'}
          >
            <ResultMark result={ok ? 'pass' : 'fail'} />
            <span>
              {transport}: {say(reason)}
              {tookMs === null ? '' : ` · ${f.duration(tookMs)}`}
            </span>
          </li>
        ))}
        {report.svrModes.map(({ instance, svrMode, expected }) => (
          <li key={`mode ${instance}`}>
            <ResultMark result={svrMode === null ? 'unknown' : svrMode === expected ? 'pass' : 'fail'} />
            <span>{t('screen.setup.svrMode', { instance, mode: svrMode ?? '–', expected })}</span>
          </li>
        ))}
      </ul>
      {report.dryRun ? (
        <details data-dry-run={report.dryRun.refusal ? 'refused' : 'possible'}>
          <summary>
            {t('screen.setup.dryRun', { from: report.dryRun.from ?? '–', to: report.dryRun.to })}
            {report.dryRun.refusal ? ` · ${say(report.dryRun.refusal)}` : ''}
          </summary>
          <ol className={styles.dryRun}>
            {report.dryRun.steps.map(({ step, message }) => (
              <li key={step}>{say(message)}</li>
            ))}
          </ol>
        </details>
      ) : null}
      {report.dryRunMissing ? <p className={styles.muted}>{say(report.dryRunMissing)}</p> : null}
      {report.switchovers.map(({ from, to, outcome, outageMs, outageErrorMs, reason }) => (
        <p key={`${from} ${to}`} className={styles.switchover} data-switchover={outcome}>
          <ResultMark result={outcome === 'done' ? 'pass' : 'fail'} />
          <span>
            {from ?? '–'} → {to}: {say({ key: `setup.outcome.${outcome}`, params: {} })}
            {outageMs === null ? '' : ` · ${t('screen.setup.outage', { outage: f.measured(outageMs, outageErrorMs) })}`}
            {reason ? ` · ${say(reason)}` : ''}
          </span>
        </p>
      ))}
      <ProbeItems items={report.checks} />
    </>
  );
}

/** Saved by the browser: the page needs nothing else. */
function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  URL.revokeObjectURL(url);
}
