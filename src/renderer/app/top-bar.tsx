import { Bell } from 'lucide-react';
import { Button } from '#renderer/components';
import { useWords } from '#renderer/i18n';
import { ENVIRONMENTS, EVENTS, OVERVIEW, type Route, TROUBLES } from '#renderer/places';
import { type ThemeChoice, useAppInfo, useNow, usePreferences } from '#renderer/state';
import type { Locale } from '#shared/i18n';
import styles from './shell.module.css';
import { Totals } from './totals.tsx';
import { useNotificationPermission } from './use-browser-notices.ts';

const ENVIRONMENT_PAGES: Route['page'][] = [
  'environments',
  'new-environment',
  'edit-environment',
  'setup',
  'setup-draft',
];

/** Where one is, how the fleet is, what time it is, and how the screen speaks and looks. */
export function TopBar({ route }: { route: Route }) {
  const { t } = useWords();
  const current = (pages: Route['page'][]) => (pages.includes(route.page) ? 'page' : undefined);
  return (
    <header className={styles.bar}>
      <span className={styles.product}>
        <Logo />
        <span className={styles.productName}>{t('screen.product')}</span>
      </span>
      <nav className={styles.nav} aria-label={t('screen.nav')}>
        <a href={OVERVIEW} aria-current={current(['overview', 'pair'])}>
          {t('screen.overview.title')}
        </a>
        <a href={TROUBLES} aria-current={current(['troubles'])}>
          {t('screen.troubles.title')}
        </a>
        <a href={EVENTS} aria-current={current(['events'])}>
          {t('screen.events.title')}
        </a>
        <a href={ENVIRONMENTS} aria-current={current(ENVIRONMENT_PAGES)}>
          {t('screen.environments.title')}
        </a>
      </nav>
      <Totals />
      <NotificationButton />
      <LanguageSwitch />
      <ThemeSwitch />
      <Clock />
    </header>
  );
}

/** Two servers under one route. */
function Logo() {
  return (
    <svg width="22" height="22" viewBox="0 0 24 24" aria-hidden="true" className={styles.logo}>
      <path d="M12 2v5M5.5 12V7h13v5" />
      <rect x="1.5" y="12" width="8" height="9" rx="1.5" className={styles.logoPrimary} />
      <rect x="14.5" y="12" width="8" height="9" rx="1.5" />
    </svg>
  );
}

/** The time here, with its zone. */
function Clock() {
  const { f } = useWords();
  const nowMs = useNow();
  return (
    <time className={styles.clock} dateTime={new Date(nowMs).toISOString()}>
      {f.time(nowMs)} <span className={styles.zone}>{f.zone(nowMs)}</span>
    </time>
  );
}

function LanguageSwitch() {
  const { t, locale } = useWords();
  const setLocale = usePreferences((preferences) => preferences.setLocale);
  return (
    <select
      className={styles.switch}
      aria-label={t('screen.language')}
      value={locale}
      onChange={(event) => setLocale(event.target.value as Locale)}
    >
      <option value="zh-CN">中文</option>
      <option value="en">English</option>
    </select>
  );
}

const THEMES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

function ThemeSwitch() {
  const { t } = useWords();
  const theme = usePreferences((preferences) => preferences.theme);
  const setTheme = usePreferences((preferences) => preferences.setTheme);
  return (
    <select
      className={styles.switch}
      aria-label={t('screen.theme')}
      value={theme}
      onChange={(event) => setTheme(event.target.value as ThemeChoice)}
    >
      {THEMES.map((choice) => (
        <option key={choice} value={choice}>
          {t(`screen.theme.${choice}`)}
        </option>
      ))}
    </select>
  );
}

/** In the served shell the browser has to be asked, and only when the operator wants it. */
function NotificationButton() {
  const { t } = useWords();
  const info = useAppInfo();
  const { permission, ask } = useNotificationPermission();
  if (info?.shell !== 'served' || permission !== 'default') return null;
  return (
    <Button small onClick={ask} title={t('screen.notices.enable')} aria-label={t('screen.notices.enable')}>
      <Bell size={15} aria-hidden="true" />
    </Button>
  );
}
