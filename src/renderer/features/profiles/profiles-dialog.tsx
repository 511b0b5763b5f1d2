import { useCallback, useEffect, useRef, useState } from 'react';
import { Button, FileButton, Modal, Problem } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { saidOf, useLink } from '#renderer/state';
import type { ProfileList, SampleView } from '#shared/contract';
import { type Message, message } from '#shared/domain';
import { ProfileRow } from './profile-row.tsx';
import styles from './profiles.module.css';
import { type SampleFile, sampleOf } from './sample-file.ts';
import { SamplePicker } from './sample-picker.tsx';

type ReadSample = Extract<SampleView, { ok: true }>;

/** Where fields stand in configuration files: the profiles there are, and a site's own out of a sample of its files. */
export function ProfilesDialog({ onClose }: { onClose(): void }) {
  const { t, say } = useWords();
  const link = useLink();
  const choose = useRef<HTMLButtonElement>(null);
  const [list, setList] = useState<ProfileList | null>(null);
  const [chosen, setChosen] = useState<{ sample: SampleFile; view: ReadSample } | null>(null);
  const [said, setSaid] = useState<Message[]>([]);
  const [problem, setProblem] = useState<Message | null>(null);

  const load = useCallback(async () => {
    try {
      setList(await link.call('profiles.list', {}));
    } catch (error) {
      setProblem(saidOf(error));
    }
  }, [link]);
  useEffect(() => {
    void load();
  }, [load]);

  async function take(picked: File) {
    setSaid([]);
    setProblem(null);
    try {
      const sample = await sampleOf(picked);
      if (!sample) return setProblem(message('screen.profiles.tooLarge'));
      const view = await link.call('profiles.sample', sample);
      if (view.ok) setChosen({ sample, view });
      else setProblem(view.problem);
    } catch (error) {
      setProblem(error instanceof DOMException ? message('screen.exchange.unreadable') : saidOf(error));
    }
  }

  async function remove(name: string) {
    try {
      await link.call('profiles.remove', { name });
      await load();
    } catch (error) {
      setProblem(saidOf(error));
    }
  }

  if (chosen && list)
    return (
      <SamplePicker
        {...chosen}
        fields={list.fields}
        onBack={() => setChosen(null)}
        onSaved={(name, warnings) => {
          setChosen(null);
          setSaid([message('screen.profiles.saved', { name }), ...warnings]);
          void load();
        }}
      />
    );
  return (
    <Modal
      title={t('screen.profiles.title')}
      kind="tells"
      onClose={onClose}
      initialFocus={choose}
      footer={<Button onClick={onClose}>{t('screen.close')}</Button>}
    >
      <p>{t('screen.profiles.what')}</p>
      <p className={styles.choose}>
        <FileButton
          ref={choose}
          label={t('screen.profiles.choose')}
          name={t('screen.profiles.sample')}
          accept=".xml,text/xml,application/xml"
          onFile={take}
        />
      </p>
      {problem ? <Problem>{say(problem)}</Problem> : null}
      <div role="status">
        {said.map((each) => (
          <p key={say(each)}>{say(each)}</p>
        ))}
      </div>
      {(list?.broken ?? []).map((each) => (
        <Problem key={say(each)}>{say(each)}</Problem>
      ))}
      <ul className={styles.list}>
        {(list?.profiles ?? []).map((profile) => (
          <ProfileRow key={profile.name} profile={profile} onRemove={() => remove(profile.name)} />
        ))}
      </ul>
    </Modal>
  );
}
