import { useRef, useState } from 'react';
import { Banner, Button, ButtonLink, ListRow, Modal, Problem, StateMark, Tag } from '#renderer/components';
import { usePractice } from '#renderer/features/practice';
import { ProfilesDialog } from '#renderer/features/profiles';
import { useWords } from '#renderer/i18n';
import { editEnvironmentHref, goTo, NEW_ENVIRONMENT, SETUP, setupHref } from '#renderer/places';
import { saidOf, useAppInfo, useFleet, useLink } from '#renderer/state';
import type { EnvironmentView } from '#shared/contract';
import type { Message } from '#shared/domain';
import styles from './environments.module.css';
import { ImportDialog } from './import-dialog.tsx';
import { useExport } from './use-export.ts';

/** All environments: add, edit, remove; and the practice environment, started and stopped. */
export function EnvironmentsPage() {
  const { t, say } = useWords();
  const environments = useFleet((fleet) => fleet?.environments);
  const configProblem = useFleet((fleet) => fleet?.configProblem ?? null);
  const [removing, setRemoving] = useState<EnvironmentView | null>(null);
  const [importing, setImporting] = useState(false);
  const [profiling, setProfiling] = useState(false);
  const [imported, setImported] = useState<Message | null>(null);
  const exporting = useExport();
  const sites = Object.values(environments ?? {})
    .filter(({ kind }) => kind === 'site')
    .sort((a, b) => a.name.localeCompare(b.name));
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <h1>{t('screen.environments.title')}</h1>
        <div className={styles.ways}>
          <Button disabled={sites.length === 0} onClick={() => exporting.run(null)}>
            {t('screen.exchange.exportAll')}
          </Button>
          <Button onClick={() => setProfiling(true)}>{t('screen.profiles.open')}</Button>
          <Button onClick={() => setImporting(true)}>{t('screen.exchange.import')}</Button>
          <ButtonLink href={NEW_ENVIRONMENT}>{t('screen.environments.add')}</ButtonLink>
          <ButtonLink kind="main" href={SETUP}>
            {t('screen.setup.title')}
          </ButtonLink>
        </div>
      </header>
      {exporting.problem ? <Problem>{t('screen.exchange.failed', { reason: say(exporting.problem) })}</Problem> : null}
      {imported ? <p role="status">{say(imported)}</p> : null}
      {configProblem ? (
        <Banner severity="p2" title={t('screen.configProblem')}>
          {say(configProblem)}
        </Banner>
      ) : null}
      <PracticeRow />
      <ul className={styles.list}>
        {sites.map((environment) => (
          <Row
            key={environment.id}
            environment={environment}
            onExport={() => exporting.run([environment.id])}
            onRemove={() => setRemoving(environment)}
          />
        ))}
      </ul>
      {profiling ? <ProfilesDialog onClose={() => setProfiling(false)} /> : null}
      {importing ? (
        <ImportDialog
          onClose={() => setImporting(false)}
          onDone={(said) => {
            setImporting(false);
            setImported(said);
          }}
        />
      ) : null}
      {removing ? <RemoveDialog environment={removing} onClose={() => setRemoving(null)} /> : null}
    </div>
  );
}

function Row({
  environment,
  onExport,
  onRemove,
}: {
  environment: EnvironmentView;
  onExport(): void;
  onRemove(): void;
}) {
  const { t, say } = useWords();
  const { id, name, pairs, zookeeper, readOnly } = environment;
  const why = zookeeper.noPassword ? say(zookeeper.noPassword) : zookeeper.cause;
  return (
    <ListRow>
      <div className={styles.what}>
        <h2>
          {name} <span className={styles.muted}>{id}</span>
        </h2>
        <p className={styles.state}>
          {zookeeper.state === 'connected' ? null : <StateMark severity="p2" size={16} digit={false} />}
          <span>
            {t('screen.environments.pairs', { count: pairs.length })} · ZooKeeper{' '}
            {zookeeper.connectString.replaceAll(',', ', ')} · {t(`screen.zookeeper.${zookeeper.state}`)}
            {zookeeper.state !== 'connected' && why ? ` · ${why}` : ''}
          </span>
        </p>
      </div>
      <Button onClick={onExport} aria-label={t('screen.exchange.export', { name })}>
        {t('screen.exchange.exportShort')}
      </Button>
      {readOnly ? (
        <Tag>{t('screen.environments.readOnly')}</Tag>
      ) : (
        <>
          <EditSteps environment={environment} />
          <ButtonLink href={editEnvironmentHref(id)} label={t('screen.environments.edit', { name })}>
            {t('screen.edit')}
          </ButtonLink>
          <Button onClick={onRemove} aria-label={`${t('screen.environments.remove', { name })}…`}>
            {t('screen.remove')}…
          </Button>
        </>
      )}
    </ListRow>
  );
}

/** Opens a pair of it in the wizard, in the steps that it was set up with; of several, the one that is chosen; or a further one. */
function EditSteps({ environment: { id, name, pairs } }: { environment: EnvironmentView }) {
  const { t } = useWords();
  const link = useLink();
  const tiles = useFleet((fleet) => fleet?.pairs);
  const [busy, setBusy] = useState(false);
  const nodeOf = (key: string) => tiles?.[key]?.node ?? key.slice(id.length + 1);
  async function open(pairId: string | null) {
    setBusy(true);
    try {
      const { id: draft } = await link.call('setup.create', { origin: { environmentId: id, pairId } });
      goTo(setupHref(draft, 'mode'));
    } catch {
      setBusy(false);
    }
  }
  const [first, ...others] = pairs;
  const further = (
    <Button busy={busy} onClick={() => open(null)} aria-label={t('screen.setup.addPair.what', { name })}>
      {t('screen.setup.addPair')}
    </Button>
  );
  if (first !== undefined && others.length === 0)
    return (
      <>
        {further}
        <Button
          busy={busy}
          onClick={() => open(first.slice(id.length + 1))}
          aria-label={t('screen.setup.editInWizard.what', { node: nodeOf(first), name })}
        >
          {t('screen.setup.editInWizard')}
        </Button>
      </>
    );
  return (
    <>
      {further}
      <select
        className={styles.choose}
        disabled={busy}
        value=""
        aria-label={t('screen.setup.editInWizard.which', { name })}
        onChange={(event) => open(event.target.value.slice(id.length + 1))}
      >
        <option value="" disabled>
          {t('screen.setup.editInWizard')}
        </option>
        {pairs.map((key) => (
          <option key={key} value={key}>
            {nodeOf(key)}
          </option>
        ))}
      </select>
    </>
  );
}

function PracticeRow() {
  const { t, say } = useWords();
  const info = useAppInfo();
  const { practice, busy, problem, start, stop } = usePractice();
  if (!practice || info?.practiceAvailable === false) return null;
  const on = practice.state === 'on' || practice.state === 'stopping';
  return (
    <ListRow as="section" aria-labelledby="practice-row">
      <div className={styles.what}>
        <h2 id="practice-row">{t('screen.practice.title')}</h2>
        <p className={styles.muted}>{t('screen.practice.what')}</p>
        {problem ? <Problem>{say(problem)}</Problem> : null}
      </div>
      <Button busy={busy} onClick={on ? stop : start}>
        {t(on ? 'screen.practice.stop' : busy ? 'screen.practice.starting' : 'screen.practice.start')}
      </Button>
    </ListRow>
  );
}

function RemoveDialog({
  environment: { id, name, pairs },
  onClose,
}: {
  environment: EnvironmentView;
  onClose(): void;
}) {
  const { t, say } = useWords();
  const link = useLink();
  const cancel = useRef<HTMLButtonElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Message | null>(null);

  async function remove() {
    setBusy(true);
    try {
      await link.call('environments.remove', { id });
      onClose();
    } catch (error) {
      setProblem(saidOf(error));
      setBusy(false);
    }
  }
  return (
    <Modal
      title={t('screen.environments.removeTitle', { name })}
      onClose={onClose}
      initialFocus={cancel}
      footer={
        <>
          <Button ref={cancel} onClick={onClose}>
            {t('screen.cancel')}
          </Button>
          <Button kind="danger" busy={busy} onClick={remove}>
            {t('screen.environments.remove', { name })}
          </Button>
        </>
      }
    >
      <p>{t('screen.environments.removeText', { count: pairs.length })}</p>
      {problem ? <Problem>{say(problem)}</Problem> : null}
    </Modal>
  );
}
