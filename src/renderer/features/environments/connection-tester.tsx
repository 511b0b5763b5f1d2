import { useState } from 'react';
import { Button, Fact, Facts, Problem, StateMark } from '#renderer/components';
import { useAsking } from '#renderer/features/operator';
import { useWords } from '#renderer/i18n';
import type { ConnectionTest } from '#shared/contract';
import { serverAccessSchema } from '#shared/domain';
import styles from './environments.module.css';
import { type ServerValues, toAccess } from './server-values.ts';

/** A connection that is refused late, and a login. */
const TEST_TIMEOUT_MS = 30_000;

interface ConnectionTesterProps {
  access: ServerValues['access'];
  /** Where sshd listens. */
  instanceHost: string;
}

/** Tries the access as it stands in the form. A key that nobody knew is accepted here, one that has changed never. */
export function ConnectionTester({ access, instanceHost }: ConnectionTesterProps) {
  const { t, say } = useWords();
  const { ask, busy, problem } = useAsking();
  const [result, setResult] = useState<ConnectionTest | null>(null);
  const parsed = serverAccessSchema.safeParse(toAccess(access));
  const isReady = parsed.success && instanceHost !== '';

  const test = (accept?: string) => {
    setResult(null);
    if (!parsed.success) return;
    const input = { access: parsed.data, instanceHost, ...(accept === undefined ? {} : { accept }) };
    void ask('servers.test', input, setResult, TEST_TIMEOUT_MS);
  };
  return (
    <div className={styles.wide}>
      <div className={styles.actions}>
        <Button small busy={busy} disabled={!isReady} onClick={() => test()}>
          {t(busy ? 'screen.server.testing' : 'screen.server.test')}
        </Button>
        {isReady ? null : <span className={styles.muted}>{t('screen.server.test.notReady')}</span>}
      </div>
      {problem ? <Problem>{say(problem)}</Problem> : null}
      {result ? <TestResult result={result} onAccept={test} /> : null}
    </div>
  );
}

function TestResult({ result, onAccept }: { result: ConnectionTest; onAccept(fingerprint: string): void }) {
  const { t, say, f } = useWords();
  switch (result.kind) {
    case 'ok':
      return (
        <p className={styles.state} role="status" data-connection="ok">
          <StateMark severity="none" size={18} />
          <span>
            {t('screen.server.test.ok', {
              host: result.host,
              system: result.system,
              took: f.duration(Math.max(1, result.tookMs)),
            })}
          </span>
        </p>
      );
    case 'unknown-key':
      return (
        <div className={styles.key} role="alert" data-connection="unknown-key">
          <p>{t('screen.server.test.unknownKey', { host: result.host })}</p>
          <code>{result.fingerprint}</code>
          <p>{t('screen.server.test.compare')}</p>
          <div className={styles.actions}>
            <Button kind="danger" small onClick={() => onAccept(result.fingerprint)}>
              {t('screen.server.test.accept', { host: result.host })}
            </Button>
          </div>
        </div>
      );
    case 'changed-key':
      return (
        <div className={styles.key} role="alert" data-connection="changed-key">
          <Problem>{t('screen.server.test.changedKey', { host: result.host })}</Problem>
          <Facts>
            <Fact name={t('screen.server.test.shown')}>
              <code>{result.now}</code>
            </Fact>
            <Fact name={t('screen.server.test.known')}>
              <code>{result.expected}</code>
            </Fact>
          </Facts>
          {result.remedy ? <p>{say(result.remedy)}</p> : null}
        </div>
      );
    case 'failed':
      return (
        <div className={styles.key} role="alert" data-connection="failed">
          <Problem>{say(result.said)}</Problem>
          {result.evidence.length > 0 ? <p className={styles.muted}>{result.evidence.join('; ')}</p> : null}
          {result.remedy ? <p>{say(result.remedy)}</p> : null}
        </div>
      );
  }
}
