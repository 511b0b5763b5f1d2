import { SelectField, TextField } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import type { PickableField, SampleValue } from '#shared/contract';
import { message } from '#shared/domain';
import type { PickOf } from './picks.ts';
import styles from './profiles.module.css';

interface Props {
  value: SampleValue;
  fields: readonly PickableField[];
  /** The field that it is said to be; empty: none. */
  field: string;
  pick: PickOf | undefined;
  onPoint(field: string): void;
  onChange(part: Partial<PickOf>): void;
}

/** One value of a sample: where it stands, what it is, and which of our fields. */
export function ValueRow({ value: { selector, value, line }, fields, field, pick, onPoint, onChange }: Props) {
  const { t } = useWords();
  const known = fields.find(({ name }) => name === field);
  return (
    <li className={styles.pick} data-picked={field !== '' || undefined}>
      <div>
        <p className={styles.value}>{value ?? t('screen.profiles.secret')}</p>
        <p className={styles.muted}>
          {t('screen.profiles.place', { line })} <code>{selector}</code>
        </p>
      </div>
      <div className={styles.asked}>
        <SelectField
          label={t('screen.profiles.field')}
          value={field}
          aria-label={t('screen.profiles.fieldOf', { selector })}
          onChange={({ target }) => onPoint(target.value)}
        >
          <option value="">{t('screen.profiles.none')}</option>
          {Object.entries(Object.groupBy(fields, ({ file }) => file)).map(([file, group = []]) => (
            <optgroup key={file} label={file}>
              {group.map(({ name }) => (
                <FieldOption key={name} name={name} />
              ))}
            </optgroup>
          ))}
        </SelectField>
        {known?.kind === 'duration' && pick ? (
          <SelectField
            label={t('screen.profiles.unit')}
            value={pick.unit}
            onChange={({ target }) => onChange({ unit: target.value === 's' ? 's' : 'ms' })}
          >
            <option value="ms">{t('screen.profiles.unit.ms')}</option>
            <option value="s">{t('screen.profiles.unit.s')}</option>
          </SelectField>
        ) : null}
        {known?.kind === 'choice' && pick
          ? known.values.map((each) => (
              <TextField
                key={each}
                label={t('screen.profiles.word', { value: each })}
                placeholder={each}
                value={pick.values[each] ?? ''}
                onChange={({ target }) => onChange({ values: { ...pick.values, [each]: target.value } })}
              />
            ))
          : null}
      </div>
    </li>
  );
}

function FieldOption({ name }: { name: string }) {
  const { say } = useWords();
  return <option value={name}>{say(message(`configField.${name}`))}</option>;
}
