import { Banner } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import type { PairView } from '#shared/contract';
import { keptAside } from './judged.ts';

/** Writes that only an old primary had when another took over: they are kept, and somebody has to look at them. */
export function AsideBanners({ pair }: { pair: PairView }) {
  const { t, f } = useWords();
  return keptAside(pair).map(({ instance: { name }, data: { aside } }) =>
    aside === null ? null : (
      <Banner
        key={name}
        severity="p3"
        title={t('screen.aside.title', { count: f.number(aside.writes), instance: name })}
      >
        {t('screen.aside.where', {
          instance: name,
          file: aside.file,
          epoch: aside.epoch,
          from: f.number(aside.fromLsn),
        })}
      </Banner>
    ),
  );
}
