import { useEffect, useState } from 'react';
import { Problem, TextField } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { saidOf, useLink } from '#renderer/state';
import { freeId, type Message } from '#shared/domain';
import { natLines, serverIndexes } from '#shared/setup';
import { useField, useWizard } from '../context.ts';
import { DraftNumber, DraftSelect, DraftText, useProblem } from '../fields.tsx';
import styles from '../setup.module.css';

/** The node that both instances are (F2), their ports (F3), and what heartbeats carry (F10). */
export function NodeStep() {
  const { t } = useWords();
  const { draft } = useWizard();
  const { node } = draft.values;
  const { set } = draft;
  const { origin } = draft.view.draft;
  const { base } = draft.view.context;
  const { pairId, node: nodeName } = node;
  // The pair's id within the console follows the node's name, and is asked for nowhere.
  useEffect(() => {
    const taken = (base?.pairs ?? []).map(({ id }) => id);
    const wanted = freeId(nodeName, 'pair', taken);
    if (!origin?.pairId && pairId !== wanted) set('node.pairId', wanted);
  }, [nodeName, pairId, origin, base, set]);
  return (
    <>
      <div className={styles.grid}>
        <DraftText field="node.node" label={t('screen.form.node')} hint={t('screen.form.node.hint')} />
        <DraftText field="node.system" label={t('screen.form.system')} hint={t('screen.form.system.hint')} />
        <DraftSelect field="node.driver" label={t('screen.setup.driver')} hint={t('screen.setup.driver.hint')}>
          <option value="console">{t('screen.setup.driver.console')}</option>
          <option value="node">{t('screen.setup.driver.node')}</option>
        </DraftSelect>
      </div>
      <div className={styles.two} data-single={draft.values.mode === 'single' || undefined}>
        {serverIndexes(draft.values).map((index) => (
          <Instance key={index} index={index} />
        ))}
      </div>
      <div className={styles.grid}>
        <DraftSelect
          field="node.credential"
          label={t('screen.form.credential')}
          hint={t('screen.setup.credential.hint')}
        >
          <option value="none">{t('screen.form.credential.none')}</option>
          <option value="O3">{t('screen.form.credential.O3')}</option>
          <option value="O45">{t('screen.form.credential.O45')}</option>
        </DraftSelect>
        {node.credential === 'none' ? null : <Secret system={node.credential} />}
      </div>
      <fieldset className={styles.server}>
        <legend>{t('screen.setup.files')}</legend>
        <p className={styles.muted}>{t('screen.setup.files.text')}</p>
        <div className={styles.grid}>
          {serverIndexes(draft.values).map((index) => (
            <DraftText
              key={index}
              field={`node.routeFiles.${index}`}
              label={t('screen.setup.routeFile', { name: node.instances[index].name || '–' })}
              placeholder="/opt/kuantu/config/alg_tran_mp.xml"
            />
          ))}
          <ProfileChoice />
        </div>
      </fieldset>
    </>
  );
}

/** The profiles there are; the one that the draft names is offered even where it is gone. */
function ProfileChoice() {
  const { t } = useWords();
  const link = useLink();
  const { draft } = useWizard();
  const [own, setOwn] = useState<readonly string[]>([]);
  useEffect(() => {
    link.call('profiles.list', {}).then(
      ({ profiles }) => setOwn(profiles.filter((profile) => profile.own).map(({ name }) => name)),
      // Those that are shipped can be chosen all the same.
      () => {},
    );
  }, [link]);
  const { profile } = draft.values.node;
  const known = ['', 'attributes', 'elements', ...own];
  const names = known.includes(profile) ? own : [...own, profile];
  return (
    <DraftSelect field="node.profile" label={t('screen.setup.profile')} hint={t('screen.setup.profile.hint')}>
      <option value="">{t('screen.setup.profile.none')}</option>
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
      <option value="attributes">{t('screen.setup.profile.attributes')}</option>
      <option value="elements">{t('screen.setup.profile.elements')}</option>
    </DraftSelect>
  );
}

function Instance({ index }: { index: 0 | 1 }) {
  const { t } = useWords();
  const { draft } = useWizard();
  const { nat, host } = draft.values.servers[index];
  const at = `node.instances.${index}`;
  return (
    <fieldset className={styles.server}>
      <legend>{t('screen.form.instance', { number: index + 1 })}</legend>
      <DraftText
        field={`${at}.name`}
        label={t('screen.form.instanceName')}
        hint={t('screen.setup.instanceName.hint')}
      />
      <div className={styles.pairOfFields}>
        <DraftNumber field={`${at}.t2Port`} label={t('screen.form.t2Port')} />
        <DraftNumber field={`${at}.f2Port`} label={t('screen.form.f2Port')} />
      </div>
      <p className={styles.muted}>{t('screen.setup.portsAt', { host: host || '–' })}</p>
      {nat ? <Mapping index={index} /> : null}
    </fieldset>
  );
}

/** The router's table as it has to be: what each viewer dials, and where it leads (F3). */
function Mapping({ index }: { index: 0 | 1 }) {
  const { t, locale } = useWords();
  const { draft } = useWizard();
  const views = draft.values.mode === 'single' ? (['registered'] as const) : (['peer', 'registered'] as const);
  const lines = natLines(draft.values).filter(({ server }) => server === index);
  return (
    <div className={styles.inner}>
      {views.map((name) => (
        <div key={name} className={styles.pairOfFields}>
          <DraftNumber field={`servers.${index}.${name}.t2Port`} label={t(`screen.setup.${name}T2`)} />
          <DraftNumber field={`servers.${index}.${name}.f2Port`} label={t(`screen.setup.${name}F2`)} />
        </div>
      ))}
      <div className={styles.pairOfFields}>
        {(['T2', 'F2'] as const).map((name) => (
          <DraftNumber
            key={name}
            field={`servers.${index}.own.${name.toLowerCase()}Port`}
            label={t(`screen.setup.own${name}`)}
            hint={t('screen.setup.ownPort.hint')}
          />
        ))}
      </div>
      <table className={`${styles.table} ${styles.ends}`} data-nat-table={index}>
        <caption>{t('screen.setup.mapping')}</caption>
        <thead>
          <tr>
            <th>{t('screen.setup.mapping.viewer')}</th>
            <th>{t('screen.setup.mapping.protocol')}</th>
            <th>{t('screen.setup.mapping.from')}</th>
            <th>{t('screen.setup.mapping.to')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ viewers, service, protocol, outside, inside, field }) => (
            <tr key={field}>
              <td>
                {viewers.map((viewer) => t(`screen.setup.mapping.${viewer}`)).join(locale === 'zh-CN' ? '、' : ', ')}
              </td>
              <td>{`${service} · ${protocol.toUpperCase()}`}</td>
              <td>
                <End {...outside} />
              </td>
              <td>
                <End {...inside} />
              </td>
            </tr>
          ))}
          {lines.length === 0 ? (
            <tr>
              <td colSpan={4}>{t('screen.setup.mapping.none')}</td>
            </tr>
          ) : null}
        </tbody>
      </table>
    </div>
  );
}

/** Broken before its port where it has to be. */
function End({ host, port }: { host: string; port: number | null }) {
  return (
    <>
      {host || '–'}:<wbr />
      {port ?? '–'}
    </>
  );
}

/** The session or token: main keeps it in memory, never in the draft. */
function Secret({ system }: { system: 'O3' | 'O45' }) {
  const { t, say } = useWords();
  const link = useLink();
  const { draft } = useWizard();
  const state = useField<unknown>('secret');
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<Message | null>(null);
  const { hasSecret } = draft.view.context;
  async function keep() {
    state.touch();
    if (text === '') return;
    try {
      await link.call('setup.secret', { id: draft.view.draft.id, secret: text });
      setText('');
      setProblem(null);
    } catch (error) {
      setProblem(saidOf(error));
    }
  }
  return (
    <div>
      <TextField
        type="password"
        label={system === 'O3' ? 'session_id' : 'user_token'}
        hint={t(hasSecret ? 'screen.setup.secret.known' : 'screen.setup.secret.hint')}
        data-field="secret"
        value={text}
        problem={useProblem(state.findings)}
        onChange={(event) => setText(event.target.value)}
        onBlur={keep}
      />
      {problem ? <Problem>{say(problem)}</Problem> : null}
    </div>
  );
}
