import { Ago, Fact, Facts, Moment, Nothing, StateMark } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import type { InstanceView, LastReply, RegistrationView } from '#shared/contract';
import { ERROR_NUMBERS, type PhaseProgress } from '#shared/domain';
import { sentence } from '#shared/i18n';
import styles from './instance-panel.module.css';

/** The status of an instance that could not start (a convention of ours, see DOMAIN). */
const FAILED = 3;

/** What is known of an instance, as it and its heartbeats say; of one that is gone, what it said last. */
export function InstanceFacts({ instance }: { instance: InstanceView }) {
  const { t, f } = useWords();
  const { status, epoch, svrMode, host, t2Port, f2Port, latencyP50Ms, latencyP99Ms } = instance;
  const gone = instance.verdict === 'gone';
  const note = ownWords(instance);
  return (
    <Facts>
      {note ? (
        <Fact name={t('screen.instance.note')}>
          <span className={styles.note}>
            {status === FAILED ? <StateMark severity="p2" size={16} digit={false} /> : null}
            {/* The node writes it in English, whatever language the screen has. */}
            <q lang="en">{note}</q>
          </span>
        </Fact>
      ) : null}
      <Fact name={t(gone ? 'screen.instance.statusLast' : 'screen.instance.status')} past={gone}>
        {status === FAILED && !note && !gone ? (
          <span className={styles.failed}>
            <StateMark severity="p2" size={16} digit={false} />
          </span>
        ) : null}
        {status === null ? <Nothing /> : `${status} · ${t(`screen.status.${status}`)}`}
        {epoch === null ? null : <> · {t('screen.tile.epoch', { epoch })}</>}
        {svrMode === 1 ? <> · {t('screen.instance.single')}</> : null}
        {instance.onPromise ? <> · {t('screen.instance.onPromise')}</> : null}
      </Fact>
      {gone ? null : (
        <Fact name={t('screen.instance.phases')}>
          <Phases phases={instance.phases} />
        </Fact>
      )}
      <Fact name={t('screen.instance.address')}>
        <span className={styles.code}>{host}</span> · t2 <span className={styles.code}>{t2Port}</span>/TCP · f2{' '}
        <span className={styles.code}>{f2Port}</span>/UDP
      </Fact>
      <Fact name={t('screen.instance.registration')}>
        <Registration registration={instance.registration} />
      </Fact>
      <Fact name={t('screen.instance.lastReply')}>
        {instance.lastReply ? <Reply reply={instance.lastReply} /> : <Nothing />}
      </Fact>
      <Fact name={t('screen.instance.beats')}>
        {t('screen.tile.beats', { rate: f.number(instance.beatsPerSecond, 1) })}
        {gone || latencyP50Ms === null ? null : ` · p50 ${f.duration(latencyP50Ms)}`}
        {gone || latencyP99Ms === null ? null : ` · p99 ${f.duration(latencyP99Ms)}`}
      </Fact>
    </Facts>
  );
}

/** A node's note, unless it is what its data's reason says: that stands with the data, in the operator's language. */
function ownWords({ note, data }: InstanceView): string | null {
  const reason = data?.sync.reason;
  // Notes are cut at their greatest length.
  return note && reason && sentence('en', reason).startsWith(note) ? null : note;
}

function Phases({ phases }: { phases: PhaseProgress[] }) {
  const { t } = useWords();
  if (phases.length === 0) return <Nothing />;
  return (
    <ol className={styles.phases}>
      {phases.map(({ name, state, done, total }) => (
        <li key={name} data-phase={name} data-state={state}>
          <span>{t(`screen.phase.${name}`)}</span>
          <progress
            className={styles.progress}
            aria-label={t(`screen.phase.${name}`)}
            value={state === 'done' ? 1 : total > 0 ? done / total : 0}
          />
          <span className={styles.phaseState}>
            {t(`screen.phase.state.${state}`)}
            {state === 'running' ? ` ${done}/${total}` : ''}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Registration({ registration }: { registration: RegistrationView | null }) {
  const { t } = useWords();
  if (!registration) return <>{t('screen.instance.notRegistered')}</>;
  const { sinceMs, pid, incarnation, sessionId, steppedDownEpoch } = registration;
  return (
    <>
      <Moment atMs={sinceMs} /> · pid <span className={styles.code}>{pid}</span>
      {steppedDownEpoch === null ? null : <> · {t('screen.instance.steppedDown', { epoch: steppedDownEpoch })}</>}
      <span className={styles.ids}>
        <span title={incarnation}>
          {t('screen.instance.incarnation')} <span className={styles.code}>{incarnation.slice(0, 8)}</span>
        </span>
        <span>
          {t('screen.instance.session')} <span className={styles.code}>{sessionId}</span>
        </span>
      </span>
    </>
  );
}

function Reply({ reply }: { reply: LastReply }) {
  const { t, f } = useWords();
  const { errorNumber } = reply;
  return (
    <>
      {errorNumber === ERROR_NUMBERS.standby ? t('screen.reply.standby') : t(`screen.reply.${reply.class}`)}
      {errorNumber === null ? null : (
        <>
          {' '}
          · <span className={styles.code}>{errorNumber}</span>
        </>
      )}{' '}
      · <Ago atMs={reply.atMs} />
      {reply.latencyMs === null ? null : ` · ${f.duration(reply.latencyMs)}`}
    </>
  );
}
