import { useEffect, useRef } from 'react';
import { EditEnvironmentPage, EnvironmentsPage, NewEnvironmentPage } from '#renderer/features/environments';
import { EventsPage } from '#renderer/features/events';
import { Overview } from '#renderer/features/overview';
import { PairPage } from '#renderer/features/pair';
import { DraftList, WizardPage } from '#renderer/features/setup';
import { TroublesPage } from '#renderer/features/troubles';
import { useWords } from '#renderer/i18n';
import { type Route, useRoute } from '#renderer/places';
import { useFleet } from '#renderer/state';
import { LinkBanner } from './link-banner.tsx';
import styles from './shell.module.css';
import { TopBar } from './top-bar.tsx';
import { useBrowserNotices } from './use-browser-notices.ts';
import { usePageIcon } from './use-page-icon.ts';

/** Top bar, banners and the page. The fleet stays subscribed whatever page is shown. */
export function Shell() {
  const { t } = useWords();
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  useFleet((fleet) => fleet?.totals.severity);
  usePageIcon();
  useBrowserNotices();
  useFocusOnArrival(route, main);
  return (
    <>
      <button type="button" className={styles.skip} onClick={() => main.current?.focus()}>
        {t('screen.skip')}
      </button>
      <TopBar route={route} />
      <main ref={main} className={styles.main} tabIndex={-1}>
        <LinkBanner />
        <Page route={route} />
      </main>
    </>
  );
}

function Page({ route }: { route: Route }) {
  switch (route.page) {
    case 'overview':
      return <Overview />;
    case 'pair':
      return <PairPage pairKey={route.key} promote={route.promote ?? null} />;
    case 'environments':
      return <EnvironmentsPage />;
    case 'new-environment':
      return <NewEnvironmentPage />;
    case 'edit-environment':
      return <EditEnvironmentPage id={route.id} />;
    case 'troubles':
      return <TroublesPage />;
    case 'events':
      return <EventsPage />;
    case 'setup':
      return <DraftList />;
    case 'setup-draft':
      return <WizardPage id={route.id} step={route.step} />;
  }
}

/** Going somewhere puts the focus at the new page's beginning; the first page leaves it where it is. */
function useFocusOnArrival(route: Route, main: React.RefObject<HTMLElement | null>) {
  const first = useRef(true);
  const place = JSON.stringify(route.page === 'pair' ? route.key : route);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    window.scrollTo(0, 0);
    if (place) main.current?.focus({ preventScroll: true });
  }, [place, main]);
}
