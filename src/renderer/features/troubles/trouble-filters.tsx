import { useId } from 'react';
import { SelectField, TextField } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { useFleet } from '#renderer/state';
import { type EnvironmentView, TROUBLE_RANKS, type TroubleRank } from '#shared/contract';
import type { countTroubles, TroubleFilter } from './shown-troubles.ts';
import styles from './troubles.module.css';

const NO_ENVIRONMENTS: Record<string, EnvironmentView> = {};

interface TroubleFiltersProps {
  filter: TroubleFilter;
  counts: ReturnType<typeof countTroubles>;
  onFilter(filter: TroubleFilter): void;
}

/** What of it is shown. */
export function TroubleFilters({ filter, counts, onFilter }: TroubleFiltersProps) {
  const { t } = useWords();
  const id = useId();
  const environments = useFleet((fleet) => fleet?.environments) ?? NO_ENVIRONMENTS;
  return (
    <search className={styles.filters}>
      <TextField
        label={t('screen.troubles.filter.text')}
        type="search"
        placeholder={t('screen.troubles.filter.hint')}
        value={filter.text}
        onChange={(event) => onFilter({ ...filter, text: event.target.value })}
      />
      <SelectField
        label={t('screen.troubles.filter.rank')}
        value={filter.rank}
        onChange={(event) => onFilter({ ...filter, rank: event.target.value as TroubleRank | '' })}
      >
        <option value="">{t('screen.troubles.filter.all', { count: counts.all })}</option>
        {TROUBLE_RANKS.map((rank) => (
          <option key={rank} value={rank}>
            {t(`screen.troubles.rank.${rank}`)} ({counts.ranks[rank]})
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('screen.troubles.filter.environment')}
        value={filter.environmentId}
        onChange={(event) => onFilter({ ...filter, environmentId: event.target.value })}
      >
        <option value="">{t('screen.troubles.filter.allEnvironments')}</option>
        {Object.values(environments).map((environment) => (
          <option key={environment.id} value={environment.id}>
            {environment.kind === 'practice' ? t('screen.practice.title') : environment.name}
          </option>
        ))}
      </SelectField>
      <label htmlFor={id} className={styles.check}>
        <input
          id={id}
          type="checkbox"
          checked={filter.unconfigured}
          onChange={(event) => onFilter({ ...filter, unconfigured: event.target.checked })}
        />
        {t('screen.troubles.filter.unconfigured', { count: counts.unconfigured })}
      </label>
    </search>
  );
}
