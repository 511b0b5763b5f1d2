import { useState } from 'react';
import { Button, Tag } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import type { ProfileView } from '#shared/contract';
import styles from './profiles.module.css';

/** One profile; one of the site's own can be removed, with a second press that names it. */
export function ProfileRow({
  profile: { name, own, assumption, description, files },
  onRemove,
}: {
  profile: ProfileView;
  onRemove(): void;
}) {
  const { t, locale } = useWords();
  const [asks, setAsks] = useState(false);
  return (
    <li className={styles.row}>
      <h3>
        {name}{' '}
        <Tag strong={assumption}>
          {t(own ? 'screen.profiles.own' : assumption ? 'screen.profiles.assumption' : 'screen.profiles.shipped')}
        </Tag>
      </h3>
      <p className={styles.muted}>{files.join(', ')}</p>
      {description[locale] === '' ? null : <p>{description[locale]}</p>}
      {own ? (
        <p className={styles.ways}>
          {asks ? (
            <>
              <Button small onClick={() => setAsks(false)}>
                {t('screen.cancel')}
              </Button>
              <Button small kind="danger" onClick={onRemove}>
                {t('screen.profiles.remove', { name })}
              </Button>
            </>
          ) : (
            <Button small aria-label={t('screen.profiles.remove', { name })} onClick={() => setAsks(true)}>
              {t('screen.profiles.removeShort')}
            </Button>
          )}
        </p>
      ) : null}
    </li>
  );
}
