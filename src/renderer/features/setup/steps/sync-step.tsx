import { useWords } from '#renderer/i18n';
import { DEFAULT_MOUNT_OPTIONS } from '#shared/domain';
import { serverIndexes } from '#shared/setup';
import { useWizard } from '../context.ts';
import { DraftCheck, DraftChoice, DraftSelect, DraftText } from '../fields.tsx';
import styles from '../setup.module.css';
import { SharingTextsPanel } from '../sharing-texts.tsx';

/** With spaces after the commas: it wraps where it is said. */
const DEFAULTS_SAID = { options: DEFAULT_MOUNT_OPTIONS.join(', ') };

/** Who exports what, and who mounts it where (F3, F6). */
export function SyncStep() {
  const { t } = useWords();
  const { draft } = useWizard();
  const { sharing, servers, node, mode } = draft.values;
  const nameOf = (index: 0 | 1) => node.instances[index].name || (index === 0 ? 'A' : 'B');
  if (mode === 'single') return <p className={styles.muted}>{t('screen.setup.sync.single')}</p>;
  return (
    <>
      <DraftChoice
        field="sharing.kind"
        legend={t('screen.setup.sync.kind')}
        choices={(['nfs', 'other', 'none'] as const).map((value) => ({
          value,
          label: t(`screen.setup.sync.${value}`),
          text: t(`screen.setup.sync.${value}.text`),
        }))}
      />
      {sharing.kind === 'none' ? null : (
        <div className={styles.two}>
          {serverIndexes(draft.values).map((index) => {
            const other = index === 0 ? 1 : 0;
            const { source, target } = sharing.mounts[index];
            return (
              <fieldset key={index} className={styles.server}>
                <legend>{t('screen.setup.sync.mounts', { name: nameOf(index), other: nameOf(other) })}</legend>
                <DraftText
                  field={`sharing.mounts.${index}.source`}
                  label={t('screen.setup.sync.source')}
                  hint={t('screen.setup.sync.source.hint', { other: nameOf(other) })}
                  placeholder={`${servers[other].host || '10.0.0.12'}:/export/kuantu`}
                />
                <DraftText
                  field={`sharing.mounts.${index}.target`}
                  label={t('screen.setup.sync.target')}
                  hint={t('screen.setup.sync.target.hint', { name: nameOf(index) })}
                  placeholder="/mnt/kuantu-peer"
                />
                <DraftText field={`sharing.mounts.${index}.type`} label={t('screen.setup.sync.type')} />
                <DraftText
                  field={`sharing.mounts.${index}.options`}
                  label={t('screen.setup.sync.options')}
                  {...(sharing.kind === 'nfs' ? { hint: t('screen.setup.sync.options.hint', DEFAULTS_SAID) } : {})}
                  placeholder={DEFAULT_MOUNT_OPTIONS.join(',')}
                />
                {sharing.kind === 'nfs' ? <NfsFields index={index} /> : null}
                <p
                  className={styles.chain}
                >{`${nameOf(index)}:${target || '–'} ← ${source || '–'} (${nameOf(other)})`}</p>
              </fieldset>
            );
          })}
        </div>
      )}
      {sharing.kind === 'nfs' ? (
        <>
          <DraftCheck
            field="sharing.apply"
            label={t('screen.setup.sync.apply')}
            hint={t('screen.setup.sync.apply.hint')}
          />
          <SharingTextsPanel />
        </>
      ) : null}
    </>
  );
}

/** What the texts need to know of a server beside its mount. */
function NfsFields({ index }: { index: 0 | 1 }) {
  const { t } = useWords();
  const at = `sharing.hosts.${index}`;
  return (
    <div className={styles.inner}>
      <DraftText field={`${at}.own`} label={t('screen.setup.sync.own')} hint={t('screen.setup.sync.own.hint')} />
      <DraftSelect field={`${at}.system`} label={t('screen.setup.sync.system')}>
        <option value="debian">Debian, Ubuntu, UOS</option>
        <option value="rhel">RHEL, CentOS, Kylin</option>
      </DraftSelect>
      <DraftSelect field={`${at}.firewall`} label={t('screen.setup.sync.firewall')}>
        <option value="none">{t('screen.setup.sync.firewall.none')}</option>
        <option value="firewalld">firewalld</option>
        <option value="ufw">ufw</option>
        <option value="nftables">nftables</option>
        <option value="iptables">iptables</option>
      </DraftSelect>
    </div>
  );
}
