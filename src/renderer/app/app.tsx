import { CSPProvider } from '@base-ui/react/csp-provider';
import type { i18n } from 'i18next';
import { useEffect, useMemo, useState } from 'react';
import { I18nextProvider } from 'react-i18next';
import { type Link, ScreenContext, usePreferences } from '#renderer/state';
import type { AppInfo } from '#shared/contract';
import { nearestLocale } from '#shared/i18n';
import { Shell } from './shell.tsx';
import { useTheme } from './use-theme.ts';

/** The whole screen over a link. */
export function App({ link, words }: { link: Link; words: i18n }) {
  const info = useInfo(link);
  const screen = useMemo(() => ({ link, info }), [link, info]);
  useTheme();
  useLanguage(link, words, info);
  return (
    <CSPProvider disableStyleElements>
      <I18nextProvider i18n={words}>
        <ScreenContext value={screen}>
          <Shell />
        </ScreenContext>
      </I18nextProvider>
    </CSPProvider>
  );
}

/** What main says of itself, asked for whenever the link is made: after a restart it may be another version. */
function useInfo(link: Link): AppInfo | null {
  const [info, setInfo] = useState<AppInfo | null>(null);
  useEffect(() => {
    const ask = () => {
      // A link lost again meanwhile: the next one asks anew.
      if (link.store.getState().up) link.call('app.info', {}).then(setInfo, () => undefined);
    };
    ask();
    return link.store.subscribe((now, before) => {
      if (now.up && !before.up) ask();
    });
  }, [link]);
  return info;
}

/** The chosen language, else the shell's, else the browser's; main speaks the same one outside of the window. */
function useLanguage(link: Link, words: i18n, info: AppInfo | null): void {
  const chosen = usePreferences((preferences) => preferences.locale);
  const locale = chosen ?? nearestLocale(info?.shell === 'electron' ? info.locale : navigator.language);
  useEffect(() => {
    void words.changeLanguage(locale);
    document.documentElement.lang = locale;
    // Not heard, main keeps the language it has; the next choice or link tells it again.
    if (info) link.call('app.setLocale', { locale }).catch(() => undefined);
  }, [link, words, locale, info]);
}
